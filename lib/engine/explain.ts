import { type Explanation, isExplained, messageOf, StepError } from '../core/errors.ts'
import { unlessAborted } from '../core/stoppable.ts'
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

/** A failure in words, and what decides the exit code. */
export type Explained = { readonly explanation: Explanation; readonly error: unknown }

/**
 * The explanation with gathered evidence, where a hook for that was given and it works; an interruption ends the
 * gathering. A bug that shows meanwhile takes the place of the failure, whose problem is then what was seen.
 */
export async function explainFailure(setup: Setup, step: Step, error: unknown): Promise<Explained> {
  const own = { explanation: explanationOf(error), error }
  // What cannot be done as planned has no other cause.
  if (!(error instanceof StepError) || error.obstacle) return own
  try {
    const found = await unlessAborted(setup.signal, () => setup.diagnose?.(step, error, 'end'))
    return { explanation: found ?? own.explanation, error }
  } catch (fault) {
    // Whatever stopped the evidence must not hide the failure that it was gathered for.
    if (setup.signal.aborted || isExplained(fault)) return own
    const { seen = [], ...bug } = explanationOf(fault)
    return { explanation: { ...bug, seen: [...seen, own.explanation.problem] }, error: fault }
  }
}
