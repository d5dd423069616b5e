import { type Changes, isWriting } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import { UnknownYetError } from '../core/errors.ts'
import type { Check } from '../ports/step.ts'
import type { PlannedStep } from './plan.ts'
import { type RunContext, actingOf, checkOf } from './run-context.ts'

/** A step of a dry-run: what its check said, and whether a real run could not succeed there. */
export type Foreseen = {
  readonly item: PlannedStep
  readonly check: Check
  readonly obstacle: string | null
}

/** One step of a dry-run: look, tell, and let the overlay remember the change, so that later steps see it. */
export async function preview(run: RunContext, item: PlannedStep): Promise<Foreseen> {
  const check = await checkOf(run, item)
  const obstacle = obstacleTo(item, check)
  if (check.status === 'drifted' && obstacle === null && check.changes.some(isWriting)) {
    await imagine(run, item, check.changes)
  }
  tell(run, { item, check, obstacle })
  return { item, check, obstacle }
}

function obstacleTo({ action }: PlannedStep, check: Check): string | null {
  if (check.status === 'unknown' && action === 'assert') return check.because
  if (check.status !== 'drifted') return null
  if (check.blocked !== undefined) return check.blocked.problem
  return action === 'assert' ? 'it does not hold, and --from leaves it as it is' : null
}

function tell(run: RunContext, { item, check, obstacle }: Foreseen): void {
  const step = item.step.id
  switch (check.status) {
    case 'satisfied':
      run.tally.unchanged += 1
      run.setup.sink({ type: 'step-satisfied', step, because: check.because })
      return
    case 'unknown':
      run.setup.sink({ type: 'step-unknown', step, after: check.after, because: check.because })
      return
    case 'drifted': {
      run.tally.changed += 1
      const { changes, blocked: explanation } = check
      const blocked = obstacle ?? undefined
      run.setup.sink({ type: 'step-planned', step, changes, ...defined({ blocked, explanation }) })
    }
  }
}

async function imagine(run: RunContext, item: PlannedStep, changes: Changes): Promise<void> {
  // Quietly: what it would say while it works is not happening.
  const quiet = { record: () => Promise.resolve(), progress: () => undefined }
  try {
    await item.step.apply(actingOf(run, item, quiet), changes)
  } catch (error) {
    // What this step changes is known all the same; only later steps may not be able to tell.
    if (!(error instanceof UnknownYetError)) throw error
  }
}
