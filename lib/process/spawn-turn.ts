import { setImmediate } from 'node:timers/promises'

let last: Promise<void> = Promise.resolve()

/**
 * Resolves when the caller may start one program. Starting one holds the event loop for about 4 ms
 * (fork and exec), so twenty at once would keep signals and the screen waiting; and tsx kills a program
 * that answers a Ctrl-C only after 60 ms. In each turn of the event loop one is started, in the order asked.
 */
export function spawnTurn(): Promise<void> {
  last = last.then(() => setImmediate())
  return last
}
