import { LockedError, exitCodeOf } from '../core/errors.ts'
import { type Ending, interrupted, isStopping } from './ending.ts'
import { explainFailure, type Explained, explanationOf } from './explain.ts'
import { undoIntents } from './undo-step.ts'
import { claim } from './claim.ts'
import { inOrder } from './in-order.ts'
import { undoStack } from './journal.ts'
import type { PlannedUndo, RollbackPlan } from './plan-rollback.ts'
import type { StepId } from '../ports/step.ts'
import { type Item, type RunContext, listOf } from './run-context.ts'

/** Undoes what the journal says was done, newest first, until a step cannot be undone. Can be run again. */
export async function rollBack(run: RunContext, plan: RollbackPlan): Promise<Ending> {
  const before: StepId[] = []
  const items = plan.undo.map((undo) => ({ ...undo, list: plan.list }))
  const ending = await inOrder(run, items, (item) => undoStep(run, item, before))
  if (ending !== null) return ending
  if (plan.only === undefined) await run.session.settle([plan.list])
  return afterRollback(run, plan)
}

/** One step in its turn; `before` are those that were undone already. */
async function undoStep(
  run: RunContext,
  item: Item & PlannedUndo,
  before: StepId[],
): Promise<Ending | null> {
  const { setup } = run
  const step = item.step.id
  if (isStopping(run)) {
    const undone = before.length === 0 ? undefined : [`undone so far: ${list(before)}`]
    return interrupted(run, null, undone)
  }
  setup.sink({ type: 'step-started', step })
  const undone: string[] = []
  try {
    await claim(run, item)
    await undoIntents(run, item, item.intents, undone)
  } catch (error) {
    const told = undoneBy(undone, before)
    if (isStopping(run)) return interrupted(run, item, told)
    const explained = await explainFailure(setup, item.step, error)
    if (isStopping(run)) return interrupted(run, item, told)
    await reportFailure(run, item, explained, told)
    return { code: exitCodeOf(explained.error), error: explained.error }
  }
  run.tally.changed += 1
  setup.sink({ type: 'step-undone', step, undone })
  before.push(step)
  return null
}

/** What a rollback has given back where it stops: of the step itself, and the steps before it. */
function undoneBy(lines: readonly string[], before: readonly StepId[]): readonly string[] {
  return [
    ...(lines.length === 0 ? ['nothing of this step'] : lines),
    ...(before.length === 0 ? [] : [`before this step: ${list(before)}`]),
  ]
}

/** A step that two runs had changed comes twice. */
function list(steps: readonly StepId[]): string {
  return [...new Set(steps)].join(', ')
}

async function reportFailure(
  run: RunContext,
  item: Item,
  { explanation, error }: Explained,
  undone: readonly string[],
): Promise<void> {
  const { setup, session } = run
  const begun = session.hasBegun()
  const entry = { type: 'failed', step: item.step.id } as const
  if (error instanceof LockedError) session.lose()
  else await session.append(item.list, entry).catch(() => undefined)
  setup.sink({
    type: 'step-failed',
    step: item.step.id,
    explanation,
    undone,
    goOn: begun ? setup.hints.resume : setup.hints.again,
  })
}

/** With nothing left to undo the caller may take the state away. */
async function afterRollback(run: RunContext, plan: RollbackPlan): Promise<Ending> {
  const list = listOf(run, plan.list)
  if (list.afterRollback === undefined || undoStack(run.session.state(plan.list)).length > 0) {
    return { code: 0 }
  }
  try {
    await run.session.end('done')
    return { code: 0, notes: await list.afterRollback() }
  } catch (error) {
    return { code: exitCodeOf(error), error, unreported: explanationOf(error) }
  }
}
