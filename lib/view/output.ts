/** What a view needs of a stream; `process.stdout` and `process.stderr` fit. */
export interface WritableLike {
  write(text: string, done?: (error?: Error | null) => void): boolean
  on(event: 'error' | 'drain', listener: (error: Error) => void): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Text on its way out, in order. Never throws, and never ends the process. */
export interface Output {
  write(text: string): void
  /** True while the reader is behind: what can be spared should be. */
  readonly congested: boolean
  /** Why output was lost, where it was not just a reader that went away (a full disk). */
  readonly lost: Error | undefined
  /** Resolves when all that was written is out, or nobody can read it any more. */
  flush(): Promise<void>
}

/** A reader that went away: `| head`, a closed terminal. Nothing is wrong with that. */
const GONE: ReadonlySet<string> = new Set([
  'EPIPE',
  'EIO',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** Lines as text. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** Says for each key whether it may pass now: the first time, then once every `everyMs`. */
export function throttle(everyMs: number, now: () => number): (key: string) => boolean {
  const passed = new Map<string, number>()
  return (key) => {
    const last = passed.get(key)
    if (last !== undefined && now() - last < everyMs) return false
    passed.set(key, now())
    return true
  }
}

const opened = new WeakMap<WritableLike, Output>()

/**
 * The one guarded output of a stream; a second call gives the same. A reader that goes away is a
 * quiet end of the output, not of the run: the run holds a lock and may be half-way through a
 * change, so it goes on to its orderly end and exits with the code of its own outcome.
 * The guard stays on the stream for good, since errors may arrive after the last write.
 */
export function openOutput(stream: WritableLike): Output {
  const output = opened.get(stream) ?? guard(stream)
  opened.set(stream, output)
  return output
}

function guard(stream: WritableLike): Output {
  let pending = 0
  let congested = false
  let closed = false
  let lost: Error | undefined
  let waiting: (() => void)[] = []

  const release = (): void => {
    if (pending > 0 && !closed) return
    for (const resolve of waiting) resolve()
    waiting = []
  }
  const fail = (error: Error): void => {
    if (!closed && !GONE.has((error as NodeJS.ErrnoException).code ?? '')) lost = error
    closed = true
    release()
  }
  stream.on('error', fail)
  stream.on('drain', () => {
    congested = false
  })

  return {
    get congested() {
      return congested
    },
    get lost() {
      return lost
    },
    write(text) {
      if (closed || text === '') return
      pending++
      congested = !stream.write(text, (error) => {
        pending--
        if (error) fail(error)
        release()
      })
    },
    flush() {
      return new Promise((resolve) => {
        waiting.push(resolve)
        release()
      })
    },
  }
}
