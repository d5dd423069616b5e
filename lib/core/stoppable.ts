/** Waits for the work, but no longer than `graceMs` after the signal has aborted; then rejects with its reason. */
export async function unlessAborted<T>(
  signal: AbortSignal,
  work: () => T | Promise<T>,
  graceMs = 0,
): Promise<T> {
  if (graceMs === 0) signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    if (graceMs === 0) aborted.reject(signal.reason)
    else timer = setTimeout(() => aborted.reject(signal.reason), graceMs)
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', end)
    clearTimeout(timer)
  }
}

type Stopping<T> = {
  /** For what is in flight, such as a write whose answer is on its way. */
  readonly graceMs?: number
  /** These end in their own time. */
  readonly except?: readonly (keyof T)[]
}

const STREAMS: ReadonlySet<string | symbol> = new Set(['watch', 'stream'])

/**
 * The same port, whose promises reject with the signal's reason once that aborts: whatever is awaited, nobody
 * waits for it any more, and nothing new is begun. What it gives as a stream takes a signal itself.
 */
export function stoppable<T extends object>(
  port: T,
  signal: AbortSignal,
  { graceMs = 0, except = [] }: Stopping<T> = {},
): T {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function' || except.some((one) => one === key)) return member
      return (...args: unknown[]): unknown => {
        if (signal.aborted && !STREAMS.has(key)) return Promise.reject(signal.reason as Error)
        const result: unknown = Reflect.apply(member, target, args)
        return result instanceof Promise ? unlessAborted(signal, () => result, graceMs) : result
      }
    },
  })
}
