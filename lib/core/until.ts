import type { Clock } from './clock.ts'
import { isExplained, isMistake, StepError } from './errors.ts'
import type { Missing, Observation } from './observation.ts'
import { unlessAborted } from './stoppable.ts'

/** What is waited for, and how long. */
type Awaited = {
  /** Completes "timed out after 60 s waiting for …": `two ready CoreDNS pods`. */
  readonly what: string
  readonly deadlineMs: number
  /** What to do when the deadline has passed. */
  readonly remedy?: string
}

/** A wait that looks again and again. */
export interface Polled<T> extends Awaited {
  /** Pause between two looks; 500 ms where left out. */
  readonly intervalMs?: number
  look(): Promise<Observation<T>>
}

/** A wait that is told of every change, and looks then. */
export interface Watched<T, S> extends Awaited {
  /** What there is, then what there is after every change; ends with the signal. */
  watch(signal: AbortSignal): AsyncIterable<S>
  look(now: S): Observation<T> | Promise<Observation<T>>
}

/** What a wait needs, and whom it tells. */
export interface Waiting {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told of each new sight once. */
  readonly progress?: (text: string) => void
  /** Told of every look that did not prove it. */
  readonly saw?: (seen: Missing) => void
}

const PAUSE_MS = 500

/**
 * The one way to wait. Throws a StepError with what was seen last, and the last cause, at the deadline or
 * as soon as no waiting helps; the signal's reason as soon as that aborts, whatever a look is doing. A
 * look that throws a StepError was only a bad moment and is repeated, unless it is an obstacle or nobody can be
 * asked; any other error ends the wait.
 */
export async function until<T, S>(waiting: Waiting, wait: Polled<T> | Watched<T, S>): Promise<T> {
  const last: Last = { seen: { missing: [] }, trouble: undefined }
  let said = ''
  const looks = 'watch' in wait ? watching(waiting, wait, last) : polling(waiting, wait, last)
  for await (const seen of looks) {
    if ('proven' in seen) return seen.proven
    if (seen.never) throw new StepError(seen.never, { obstacle: seen.obstacle === true })
    last.seen = seen
    waiting.saw?.(seen)
    const line = seen.missing.join('; ')
    if (line !== '' && line !== said) waiting.progress?.(line)
    said = line
  }
  throw timedOut(wait, last)
}

/** How far a wait has come, for the error at its deadline. */
type Last = {
  seen: Missing
  trouble: StepError | undefined
}

async function* polling<T>(
  { clock, signal }: Waiting,
  wait: Polled<T>,
  last: Last,
): AsyncGenerator<Observation<T>> {
  const end = clock.now().getTime() + wait.deadlineMs
  for (;;) {
    yield await lookOnce(signal, () => wait.look(), last)
    const left = end - clock.now().getTime()
    if (left <= 0) return
    // Never past the deadline, so that the last look is the one that the error tells of.
    await clock.sleep(Math.min(Math.max(1, wait.intervalMs ?? PAUSE_MS), left), signal)
  }
}

async function* watching<T, S>(
  { clock, signal }: Waiting,
  wait: Watched<T, S>,
  last: Last,
): AsyncGenerator<Observation<T>> {
  const late = new AbortController()
  const over = new AbortController()
  clock.sleep(wait.deadlineMs, AbortSignal.any([signal, over.signal])).then(
    () => late.abort(),
    () => undefined,
  )
  try {
    const either = AbortSignal.any([signal, late.signal])
    for await (const now of wait.watch(either)) {
      yield await lookOnce(signal, () => wait.look(now), last)
      while (last.trouble !== undefined) {
        await clock.sleep(PAUSE_MS, either)
        yield await lookOnce(signal, () => wait.look(now), last)
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    // A bug that a look met is none of the deadline.
    if (!late.signal.aborted || isMistake(error)) throw error
    if (isExplained(error)) last.trouble = new StepError(error.explanation, { cause: error })
  } finally {
    over.abort()
  }
  signal.throwIfAborted()
}

async function lookOnce<T>(
  signal: AbortSignal,
  look: () => Observation<T> | Promise<Observation<T>>,
  last: Last,
): Promise<Observation<T>> {
  last.trouble = undefined
  try {
    return await unlessAborted(signal, look)
  } catch (error) {
    signal.throwIfAborted()
    // What stands in the way itself does not go by waiting.
    if (!(error instanceof StepError) || error.obstacle || error.noAccess) throw error
    last.trouble = error
    return { missing: [error.explanation.problem] }
  }
}

function timedOut({ what, deadlineMs, remedy }: Awaited, { seen, trouble }: Last): StepError {
  const { data } = seen
  if (seen.onTimeout !== undefined) return new StepError(seen.onTimeout, { data })
  const { problem, seen: more = [], cause, remedy: advice } = trouble?.explanation ?? {}
  return new StepError(
    {
      problem: `timed out after ${deadlineMs / 1000} s waiting for ${what}`,
      seen: [...new Set([...seen.missing, ...(problem === undefined ? [] : [problem]), ...more])],
      ...(cause === undefined ? {} : { cause }),
      remedy:
        remedy ??
        advice ??
        'look at what was seen last; if it only needs more time, continue with npx tsx run.ts --resume',
    },
    { data, cause: trouble },
  )
}
