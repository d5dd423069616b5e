import { defined } from '../core/defined.ts'
import type { Event, Mode } from '../ports/events.ts'
import { failureLines, headline } from './failure-text.ts'
import type { Look } from './paint.ts'

/** Where the failure belongs, and how it is shown. */
export type FailureBlockOptions = Look & {
  readonly mode: Mode
  /** The failed step's title; left out where it stands right above already. */
  readonly title?: string
}

/** The title of a step that failed or was interrupted, and the block below it. */
export function failureBlock(
  { explanation, undone, goOn, interrupted }: Extract<Event, { type: 'step-failed' }>,
  { mode, title, ...look }: FailureBlockOptions,
): string[] {
  // Only a run gives back what it has changed: elsewhere "nothing" would only raise questions.
  const told = mode === 'run' || undone.length > 0 ? undone : undefined
  const failure = defined({ explanation, undone: told, goOn })
  const head = title === undefined ? [] : [headline(title, look, interrupted)]
  return [...head, ...failureLines(failure, look)]
}

/** Why a run ended where no step was at fault. */
export function runFailureBlock(
  { error, outcome }: Extract<Event, { type: 'run-ended' }>,
  look: Look = {},
): string[] {
  if (error === undefined) return []
  return [
    headline(error.problem, look, outcome === 'interrupted'),
    ...failureLines({ explanation: error }, { ...look, withoutProblem: true }),
  ]
}
