import type { Clock } from '../core/clock.ts'
import { type Explanation, StepError } from '../core/errors.ts'

/** What one look gave: the value waited for, or what there was instead. */
export type Seen<T> =
  | { readonly done: T }
  | {
      readonly seen: readonly string[]
      /** Set where waiting longer cannot help: ends the wait at once. */
      readonly hopeless?: Explanation
      /** What to throw at the deadline, where more is known than that it did not come. */
      readonly inVain?: StepError
    }

/** What is waited for, how long, and how to look. */
export interface Wait<T> {
  /** Completes "waited 60 s for …": `two ready CoreDNS pods`. */
  readonly what: string
  readonly deadlineMs: number
  /** Pause between two looks; 500 ms where left out. */
  readonly intervalMs?: number
  /** What to do when the deadline has passed. */
  readonly remedy?: string
  readonly clock: Clock
  readonly signal: AbortSignal
  look(): Promise<Seen<T>>
  /** Told each new sight once. */
  readonly say?: (progress: string) => void
}

const PAUSE_MS = 500
const LONGER = 'look at what was seen last; when it only needs longer, run again with --resume'

/**
 * Looks until `look` is done. Throws a StepError with what was seen last, and the last cause, at the
 * deadline or as soon as it is hopeless; the signal's reason when that aborts. A look that throws a
 * StepError was only a bad moment and is looked at again; any other error ends the wait.
 */
export async function until<T>(wait: Wait<T>): Promise<T> {
  const pause = Math.max(1, wait.intervalMs ?? PAUSE_MS)
  const end = wait.clock.now().getTime() + wait.deadlineMs
  let said = ''
  for (;;) {
    wait.signal.throwIfAborted()
    const sight = await lookOnce(wait)
    if ('done' in sight) return sight.done
    if (sight.hopeless) throw new StepError(sight.hopeless, { cause: sight.trouble })
    const line = sight.seen.join('; ')
    if (line !== '' && line !== said) wait.say?.(line)
    said = line
    const left = end - wait.clock.now().getTime()
    if (left <= 0) throw tooLate(wait, sight)
    // Never past the deadline, so that the last look is the one that the error tells of.
    await wait.clock.sleep(Math.min(pause, left), wait.signal)
  }
}

interface NotYet {
  readonly seen: readonly string[]
  readonly hopeless?: Explanation
  readonly inVain?: StepError
  readonly trouble?: StepError
}

async function lookOnce<T>(wait: Wait<T>): Promise<{ readonly done: T } | NotYet> {
  try {
    return await wait.look()
  } catch (error) {
    if (wait.signal.aborted || !(error instanceof StepError)) throw error
    return { seen: [error.explanation.problem], trouble: error }
  }
}

function tooLate<T>(wait: Wait<T>, { seen, inVain, trouble }: NotYet): StepError {
  if (inVain !== undefined) return inVain
  const cause = trouble?.explanation.cause
  return new StepError(
    {
      problem: `waited ${String(wait.deadlineMs / 1000)} s for ${wait.what}, in vain`,
      seen: [...seen, ...(trouble?.explanation.seen ?? [])],
      ...(cause === undefined ? {} : { cause }),
      remedy: wait.remedy ?? trouble?.explanation.remedy ?? LONGER,
    },
    { cause: trouble },
  )
}
