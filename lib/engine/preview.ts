import { UnknownYetError } from '../errors.ts'
import type { Check } from '../step.ts'
import { writes } from './carry-out.ts'
import type { PlannedStep } from './plan.ts'
import { type RunContext, actingOf, checkOf } from './run-context.ts'

/**
 * One step of a dry-run: look, tell, and let the overlay remember what would be there, so that later
 * steps see it. Returns true where the real run could not succeed.
 */
export async function preview(run: RunContext, item: PlannedStep): Promise<boolean> {
  const check = await checkOf(run, item)
  const step = item.step.id
  switch (check.status) {
    case 'satisfied':
      run.tally.unchanged += 1
      run.setup.sink({ type: 'step-satisfied', step, because: check.because })
      return false
    case 'unknown':
      run.setup.sink({ type: 'step-unknown', step, after: check.after, because: check.because })
      return item.how === 'hold'
    case 'drifted':
      return plan(run, item, check)
  }
}

async function plan(
  run: RunContext,
  item: PlannedStep,
  check: Extract<Check, { status: 'drifted' }>,
): Promise<boolean> {
  const { changes } = check
  const reason =
    check.blocked?.problem ??
    (item.how === 'hold' ? 'it does not hold, and --from leaves it as it is' : undefined)
  if (reason === undefined && writes(changes)) await imagine(run, item, check)
  run.tally.changed += 1
  run.setup.sink({
    type: 'step-planned',
    step: item.step.id,
    changes,
    ...(reason === undefined ? {} : { blocked: reason }),
  })
  return reason !== undefined
}

async function imagine(
  run: RunContext,
  item: PlannedStep,
  { changes }: Extract<Check, { status: 'drifted' }>,
): Promise<void> {
  try {
    // Quietly: what it would say while it works is not happening.
    const say = (): void => undefined
    await item.step.apply(actingOf(run, item, { record: () => Promise.resolve(), say }), changes)
  } catch (error) {
    // What this step changes is known all the same; only later steps may not be able to tell.
    if (!(error instanceof UnknownYetError)) throw error
  }
}
