import { type Explanation, isExplained, messageOf, StepError } from '../core/errors.ts'
import type { Step } from '../ports/step.ts'
import type { Setup } from './setup.ts'

/** The error's own explanation; for anything that does not explain itself, that it is a bug here. */
export function explanationOf(error: unknown): Explanation {
  if (isExplained(error)) return error.explanation
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6) : []
  return {
    problem: `a bug of this program: ${messageOf(error)}`,
    ...(stack.length === 0 ? {} : { seen: stack.map((line) => line.trim()) }),
    remedy: 'please report it, with the lines above',
  }
}

/** The explanation with gathered evidence, where a hook for that was given and it works. */
export async function explainFailure(
  setup: Setup,
  step: Step,
  error: unknown,
): Promise<Explanation> {
  const own = explanationOf(error)
  // What cannot be done as planned has no other cause.
  if (!(error instanceof StepError) || error.obstacle) return own
  try {
    return (await setup.diagnose?.(step, error, 'end')) ?? own
  } catch {
    // Whatever stopped the evidence must not hide the failure that it was gathered for.
    return own
  }
}
