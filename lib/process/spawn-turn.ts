import { setImmediate } from 'node:timers/promises'

let last: Promise<void> = Promise.resolve()

/**
 * Resolves when the caller may start one program: one in each turn of the event loop. Starting one blocks it for
 * about 4 ms, so many at once would hold up signals, and tsx kills a program that takes 60 ms to answer a Ctrl-C.
 */
export function spawnTurn(): Promise<void> {
  last = last.then(() => setImmediate())
  return last
}
