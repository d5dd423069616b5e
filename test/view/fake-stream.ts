import type { WritableLike } from '../../lib/view/output.ts'

/** A stream that remembers what was written to it. */
export interface FakeStream extends WritableLike {
  readonly rows?: number
  /** Everything written so far. */
  text(): string
  /** Lets the stream fail as a pipe or a disk does; with `code` EPIPE like a reader that went away. */
  break(code: string): void
  /** The reader falls behind: writes are kept, and their callbacks too, until `catchUp`. */
  stall(): void
  catchUp(): void
}

/** A pipe; with columns and rows a terminal. */
export function fakeStream(size?: { readonly columns: number; readonly rows: number }): FakeStream {
  const chunks: string[] = []
  const listeners: Record<'error' | 'drain', ((error: Error) => void)[]> = { error: [], drain: [] }
  let stalled = false
  let broken: Error | undefined
  let waiting: (() => void)[] = []
  return {
    ...(size === undefined ? {} : { isTTY: true, ...size }),
    text: () => chunks.join(''),
    on(event, listener) {
      listeners[event].push(listener)
    },
    write(text, done) {
      const error = broken
      if (error !== undefined) {
        // As Node does it: told later, to the callback and to the listeners.
        queueMicrotask(() => {
          done?.(error)
          for (const listener of listeners.error) listener(error)
        })
        return false
      }
      chunks.push(text)
      if (stalled) waiting.push(() => done?.())
      else queueMicrotask(() => done?.())
      return !stalled
    },
    break(code) {
      broken = Object.assign(new Error(`${code}: it broke`), { code })
    },
    stall() {
      stalled = true
    },
    catchUp() {
      stalled = false
      for (const done of waiting) done()
      waiting = []
      for (const listener of listeners.drain) listener(new Error('no error'))
    },
  }
}
