import { type Explanation, StepError } from '../core/errors.ts'
import type { Check, Reading, Step, StepId } from '../ports/step.ts'
import { until } from './wait-for.ts'

/** What one look found: a proof in one line, or what is still missing. */
export type Sight =
  | { readonly proven: string }
  | {
      readonly notYet: readonly string[]
      /** No waiting makes it right. */
      readonly hopeless?: Explanation
      /** It may still come right, but at the deadline this is what was wrong. */
      readonly inVain?: StepError
    }

/** A line of the chapter that only looks. */
export interface LookStep {
  readonly id: StepId
  readonly title: string
  readonly chapter: Step['chapter']
  /** What has to be seen, for `explain`. */
  readonly satisfied: string
  /** Completes "waited 60 s for …": `two ready CoreDNS pods`. */
  readonly what: string
  readonly deadlineMs: number
  /** Pause between two looks; that of `until` where left out. */
  readonly intervalMs?: number
  /** What to do when it does not come true in time. */
  readonly remedy?: string
  /** One look; a StepError counts as "not yet". */
  look(on: Reading): Promise<Sight>
}

/**
 * A step that changes nothing: its check is one look, its verify waits for the proof. What is not yet
 * so is planned as one `wait`, for which the engine neither writes an intent nor calls `apply`.
 */
export function lookStep(of: LookStep): Step<null> {
  return {
    id: of.id,
    title: of.title,
    chapter: of.chapter,
    about: { satisfied: of.satisfied, undo: 'nothing to undo: it only looks' },
    check: (on) => lookNow(of, on),
    apply: () => Promise.resolve(),
    verify: (on) => waitFor(of, on),
    rollback: () => Promise.resolve([]),
  }
}

async function lookNow(of: LookStep, on: Reading): Promise<Check<null>> {
  const sight = await look(of, on)
  if ('proven' in sight) return { status: 'satisfied', because: sight.proven, proven: true }
  const note = sight.notYet.join('; ')
  const change = { action: 'wait', what: of.what, ...(note === '' ? {} : { note }) } as const
  return { status: 'drifted', changes: [change], undo: null }
}

async function look(of: LookStep, on: Reading): Promise<Sight> {
  try {
    return await of.look(on)
  } catch (error) {
    if (on.signal.aborted || !(error instanceof StepError)) throw error
    return { notYet: [error.explanation.problem] }
  }
}

function waitFor(of: LookStep, on: Reading): Promise<string> {
  return until({
    what: of.what,
    deadlineMs: of.deadlineMs,
    ...(of.intervalMs === undefined ? {} : { intervalMs: of.intervalMs }),
    ...(of.remedy === undefined ? {} : { remedy: of.remedy }),
    clock: on.clock,
    signal: on.signal,
    say: (progress) => {
      on.say(progress)
    },
    async look() {
      const sight = await of.look(on)
      if ('proven' in sight) return { done: sight.proven }
      const { notYet: seen, hopeless, inVain } = sight
      return { seen, ...(hopeless ? { hopeless } : {}), ...(inVain ? { inVain } : {}) }
    },
  })
}
