import { isExplained, StepError } from '../core/errors.ts'
import type { Missing } from '../core/observation.ts'
import type { Asked, Failing } from '../ports/diagnose.ts'
import type { Check, Step } from '../ports/step.ts'
import { checkOf, type Item, readingOf, type RunContext, type Watched } from './run-context.ts'

/** A healthy step is looked at and proven by then; only one that takes longer has others look round. */
const PAUSE_MS = 3_000

/**
 * The step's own `verify`, the diagnosis asked meanwhile. Where nothing was just made that takes its time, it is asked
 * at once, with what the check has `unmet`.
 */
export function verifyStep(
  run: RunContext,
  item: Item,
  unmet?: readonly string[],
): Promise<string> {
  return whileAsked(run, item, (watched) => item.step.verify(readingOf(run, item, watched)), unmet)
}

/** One look; what hangs for somebody who is dead is not waited for longer than it takes to tell who. */
export function checkWhileAsked(run: RunContext, item: Item): Promise<Check> {
  return whileAsked(run, item, () => checkOf(run, item))
}

/** The diagnosis is asked meanwhile: a cause that no waiting heals ends it with a StepError. */
async function whileAsked<T>(
  run: RunContext,
  item: Item,
  work: (watched?: Watched) => Promise<T>,
  unmet?: readonly string[],
): Promise<T> {
  const { diagnose, clock } = run.setup
  if (diagnose === undefined) return work()
  const ended = new AbortController()
  const signal = AbortSignal.any([run.setup.signal, ended.signal])
  const cause = Promise.withResolvers<never>()
  let last: Missing = { missing: unmet ?? [] }
  const isHopeless = async (asked: Asked): Promise<boolean> => {
    const explanation = await Promise.try(() =>
      diagnose(item.step, failingOf(item.step, last), asked),
    ).catch((error: unknown) => {
      // A diagnosis that fails says nothing about the step; a bug in it ends the run.
      if (!isExplained(error)) cause.reject(error)
      return null
    })
    if (explanation !== null && !signal.aborted) {
      // What was seen goes with it: who keeps the evidence of this failure has to have it.
      cause.reject(new StepError(explanation, { data: last.data }))
    }
    return explanation !== null
  }
  const askNowAndThen = async (): Promise<void> => {
    if (unmet !== undefined && (await isHopeless('wait'))) return
    while (await passed(clock.sleep(PAUSE_MS, signal))) if (await isHopeless('wait')) return
  }
  const done = work({
    signal,
    saw(seen) {
      last = seen
      if (seen.data !== undefined) void isHopeless('look')
    },
  })
  void askNowAndThen()
  try {
    return await Promise.race([done, cause.promise])
  } finally {
    ended.abort(new StepError({ problem: 'the wait was cancelled', remedy: '' }))
    // What they say from now on has no reader.
    for (const one of [done, cause.promise]) one.catch(() => undefined)
  }
}

/** What a step that waits would say if it failed now. */
function failingOf({ title }: Step, { missing, problem, onTimeout, data }: Missing): Failing {
  const whole = problem ?? onTimeout?.problem ?? `${title}: failed, and waiting will not help`
  return { explanation: { problem: whole, seen: missing, remedy: '' }, data }
}

/** False when the pause was cut short. */
function passed(pause: Promise<void>): Promise<boolean> {
  return pause.then(
    () => true,
    () => false,
  )
}
