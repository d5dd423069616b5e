import { exitCodeOf, UnknownYetError } from '../core/errors.ts'
import { type Ending, interrupted, isStopping } from './ending.ts'
import { explainFailure } from './explain.ts'
import { inOrder } from './in-order.ts'
import type { PlannedUndo, RollbackPlan } from './plan-rollback.ts'
import { actingOf, type Item, type RunContext } from './run-context.ts'

/**
 * A rollback's dry-run: each step undoes on overlays, and tells in the rollback's own words what it would
 * give back. Stops where the rollback would.
 */
export async function previewRollback(run: RunContext, plan: RollbackPlan): Promise<Ending> {
  const items = plan.undo.map((undo) => ({ ...undo, list: plan.list }))
  const ending = await inOrder(run, items, (item) => previewUndo(run, item))
  return ending ?? { code: 0 }
}

async function previewUndo(run: RunContext, item: Item & PlannedUndo): Promise<Ending | null> {
  const { setup } = run
  const step = item.step.id
  if (isStopping(run)) return interrupted(run, null)
  setup.sink({ type: 'step-started', step })
  const acting = actingOf(run, item, { record: () => Promise.resolve() })
  const undo: string[] = []
  try {
    for (const { undo: before, facts } of item.intents) {
      undo.push(...(await item.step.rollback(acting, before, facts)))
    }
  } catch (error) {
    if (isStopping(run)) return interrupted(run, item)
    if (error instanceof UnknownYetError) {
      const { after, because } = error
      setup.sink({ type: 'step-unknown', step, after, because })
      return null
    }
    const explanation = await explainFailure(setup, item.step, error)
    setup.sink({ type: 'step-failed', step, explanation, undone: [] })
    return { code: exitCodeOf(error), error }
  }
  run.tally.changed += 1
  setup.sink({ type: 'step-planned', step, changes: [], undo })
  return null
}
