import { InterruptedError } from '../core/errors.ts'

type SignalName = InterruptedError['signal']

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(event: SignalName, listener: () => void): unknown
  off(event: SignalName, listener: () => void): unknown
  exit(code: number): void
}

const WORDS: Readonly<Record<SignalName, string>> = {
  SIGINT: 'interrupted by Ctrl-C',
  SIGTERM: 'ended by SIGTERM',
  SIGHUP: 'the terminal was closed (SIGHUP)',
}

/**
 * One Ctrl-C can arrive more than once: the terminal sends it to all programs in front, and npx and tsx
 * pass theirs on some 10 ms later. A person takes longer than this for the second.
 */
const SAME_MS = 500

/**
 * Ctrl-C once: the run stops after what is in flight. Twice: the process ends at once, the only hard
 * exit of the program. `signal` aborts at the first, with an InterruptedError; `quit` has it abort without
 * a signal; `stop` takes the handlers away again. `onFirst` may tell the user so; `remedy` is how to go on.
 */
export function interruptible(
  source: SignalSource,
  remedy: string,
  onFirst: (signal: SignalName) => void = () => undefined,
  now: () => number = () => performance.now(),
) {
  const controller = new AbortController()
  let first = 0
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const listener = (): void => {
      if (!controller.signal.aborted) {
        first = now()
        controller.abort(new InterruptedError(name, { problem: WORDS[name], remedy }))
        onFirst(name)
      } else if (name === 'SIGINT' && now() - first > SAME_MS) {
        source.exit(130)
      }
    }
    source.on(name, listener)
    return { name, listener }
  })
  return {
    signal: controller.signal,
    quit: (problem: string): void => {
      controller.abort(new InterruptedError('SIGINT', { problem, remedy }))
    },
    stop(): void {
      for (const { name, listener } of listeners) source.off(name, listener)
    },
  }
}
