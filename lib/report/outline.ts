import type { Explanation } from '../core/errors.ts'
import type { StepRecord } from '../view/run-record.ts'
import { summaryLines } from '../view/summary.ts'
import type { RunReport } from './run-report.ts'
import { standingOf } from './standing.ts'

/** A failure, reduced to what somebody needs who was not there. */
export type Trouble = {
  /** The step that has failed; left out where none was at fault, or the problem names it. */
  readonly title?: string
  readonly problem: string
  readonly code?: string
  readonly cause?: string
  /** The line that the cause rests on. */
  readonly evidence?: string
  /** What to do next. */
  readonly next: string
}

/** What a run comes to, in a few lines. */
export type Outline = {
  readonly state: 'good' | 'drifted' | 'bad'
  /** `Not healthy, found in 11.3 s: 25 as wanted, 1 failed.` */
  readonly sentence: string
  readonly troubles: readonly Trouble[]
  /** Titles of what differs from what is wanted. */
  readonly drifted: readonly string[]
}

export function outlineOf(run: RunReport): Outline {
  const { ended, steps, started } = run
  const drifted = steps.filter((step) => standingOf(step) === 'drifted').map(({ title }) => title)
  const troubles = [
    ...steps.flatMap(troubleOf),
    ...(ended?.error === undefined ? [] : [told(ended.error)]),
  ]
  if (ended === undefined) {
    const next = started?.asked ?? 'npx tsx run.ts verify'
    const sentence = 'The run has no end: it was killed, or is still at work.'
    return { state: 'bad', sentence, troubles: [...troubles, { problem: sentence, next }], drifted }
  }
  const [sentence = ''] = summaryLines({ ...ended, notes: [] }, steps)
  const state = ended.code === 0 ? 'good' : ended.code === 3 ? 'drifted' : 'bad'
  return { state, sentence, troubles, drifted }
}

function troubleOf({ title, ending }: StepRecord): readonly Trouble[] {
  if (ending?.type === 'step-failed') return [titled(title, told(ending.explanation))]
  if (ending?.type !== 'step-planned' || ending.blocked === undefined) return []
  const { explanation = { problem: ending.blocked, remedy: '' } } = ending
  return [titled(title, told(explanation))]
}

function titled(title: string, trouble: Trouble): Trouble {
  return trouble.problem.startsWith(title) ? trouble : { title, ...trouble }
}

function told({ problem, seen, cause, verdict, remedy }: Explanation): Trouble {
  if (verdict === undefined) {
    const [evidence] = seen ?? []
    return {
      ...{ problem, next: remedy },
      ...(cause === undefined ? {} : { cause }),
      ...(evidence === undefined ? {} : { evidence }),
    }
  }
  const { code, evidence, cure } = verdict
  return { problem, code, cause: verdict.cause, evidence, next: cure }
}
