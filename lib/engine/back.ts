import { LockedError, exitCodeOf } from '../core/errors.ts'
import { type Ending, interrupted, isStopping } from './ending.ts'
import { explainFailure, explanationOf } from './explain.ts'
import { undoIntents } from './give-back.ts'
import { undoStack } from './journal.ts'
import type { RollbackPlan } from './plan.ts'
import { type Item, type RunContext, listOf } from './run-context.ts'

/**
 * Rollback: what the journal says was done, newest first, over all runs. Stops at the first step that
 * cannot be undone, since older ones may need it gone; can then be run again.
 */
export async function goBack(run: RunContext, plan: RollbackPlan): Promise<Ending> {
  const { setup, session } = run
  for (const { step, intents } of plan.undo) {
    if (isStopping(run)) return interrupted(run, null)
    const item: Item = { list: plan.list, step }
    setup.sink({ type: 'step-started', step: step.id })
    try {
      await session.claim(plan.list, step.id)
      const undone = await undoIntents(run, item, intents)
      run.tally.changed += 1
      setup.sink({ type: 'step-undone', step: step.id, undone })
    } catch (error) {
      if (isStopping(run)) return interrupted(run, item)
      await tellFailure(run, item, error)
      return { code: exitCodeOf(error), error }
    }
  }
  await session.settle([plan.list])
  return finish(run, plan)
}

async function tellFailure(run: RunContext, item: Item, error: unknown): Promise<void> {
  const { setup, session } = run
  if (error instanceof LockedError) session.lose()
  const recorded = await session.failed(item.list, item.step.id).then(
    () => true,
    () => false,
  )
  setup.sink({
    type: 'step-failed',
    step: item.step.id,
    explanation: await explainFailure(setup, item.step, error),
    undone: [],
    goOn: recorded ? setup.wording.resume : setup.wording.again,
  })
}

/** With nothing left to undo the caller may take the state away. */
async function finish(run: RunContext, plan: RollbackPlan): Promise<Ending> {
  const list = listOf(run, plan.list)
  if (list.finish === undefined || undoStack(run.session.state(plan.list)).length > 0) {
    return { code: 0 }
  }
  try {
    await run.session.end('done')
    return { code: 0, notes: await list.finish() }
  } catch (error) {
    return { code: exitCodeOf(error), error, untold: explanationOf(error) }
  }
}
