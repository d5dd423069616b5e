import { StepError } from '../core/errors.ts'
import { type Changes, isWriting } from '../core/change.ts'
import type { Step } from '../ports/step.ts'
import { explainFailure } from './explain.ts'
import type { PlannedStep } from './plan.ts'
import type { RunContext } from './run-context.ts'
import { checkWhileAsked, verifyStep } from './verify-step.ts'

/** What `verify` found out about a step. `unclear`: it could not be looked at; `no-access`: nor can any other be. */
export type Verdict = 'proven' | 'drifted' | 'unhealthy' | 'unclear' | 'no-access'

/**
 * Worst first: what is known to be broken outweighs what differs, and that what could not be seen; where nobody
 * could be asked, there is no verdict on the rest.
 */
const CODES = [
  ['unhealthy', 4],
  ['no-access', 1],
  ['drifted', 3],
  ['unclear', 1],
] as const

export function codeOf(verdicts: readonly Verdict[]): number {
  return CODES.find(([verdict]) => verdicts.includes(verdict))?.[1] ?? 0
}

/** One step of `verify`: check and verify, both read-only. Throws a StepError only where looking further is idle. */
export async function prove(run: RunContext, item: PlannedStep): Promise<Verdict> {
  const step = item.step.id
  const check = await caught(() => checkWhileAsked(run, item))
  if (check instanceof StepError) {
    // Only of a look that took long a cause is told.
    const isTold = check.explanation.verdict !== undefined
    return tell(run, item.step, check, isTold ? 'unhealthy' : 'unclear')
  }
  switch (check.status) {
    case 'unknown':
      run.setup.sink({ type: 'step-unknown', step, after: check.after, because: check.because })
      return 'unclear'
    case 'drifted':
      if (check.absent !== undefined) throw new StepError(check.absent, { obstacle: true })
      if (item.step.onlyHere === true && check.changes.every(({ action }) => action === 'create')) {
        return proven(run, item, 'not kept here, and nothing in the target rests on it')
      }
      if (check.changes.some(isWriting)) return drifted(run, item, check.changes)
      return verified(run, item, unmetIn(check.changes))
    case 'satisfied':
      if (check.proven === true) return proven(run, item, check.because)
      return verified(run, item)
  }
}

function drifted(run: RunContext, { step }: PlannedStep, changes: Changes): Verdict {
  run.tally.changed += 1
  run.setup.sink({ type: 'step-drifted', step: step.id, changes })
  return 'drifted'
}

function unmetIn(changes: Changes): readonly string[] {
  return changes.flatMap(({ note }) => note ?? [])
}

async function verified(
  run: RunContext,
  item: PlannedStep,
  unmet?: readonly string[],
): Promise<Verdict> {
  const proof = await caught(() => verifyStep(run, item, unmet))
  if (proof instanceof StepError) {
    return tell(run, item.step, proof, proof.obstacle ? 'unclear' : 'unhealthy')
  }
  if (unmet !== undefined) run.ahead?.doubt()
  return proven(run, item, proof)
}

function proven(run: RunContext, { step }: PlannedStep, proof: string): Verdict {
  run.tally.unchanged += 1
  run.setup.sink({ type: 'step-proven', step: step.id, proof })
  return 'proven'
}

async function tell(
  run: RunContext,
  step: Step,
  failure: StepError,
  verdict: Verdict,
): Promise<Verdict> {
  // A failure caused by Ctrl-C says nothing about the step.
  run.setup.signal.throwIfAborted()
  const { explanation, error } = await explainFailure(run.setup, step, failure)
  run.setup.signal.throwIfAborted()
  // A bug ends the run.
  if (error !== failure) throw error
  run.setup.sink({ type: 'step-failed', step: step.id, explanation, undone: [] })
  return failure.noAccess ? 'no-access' : verdict
}

async function caught<T>(work: () => Promise<T>): Promise<T | StepError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StepError) return error
    throw error
  }
}
