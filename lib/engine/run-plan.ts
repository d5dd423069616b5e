import { defined } from '../core/defined.ts'
import { InterruptedError } from '../core/errors.ts'
import { undoStack } from './journal.ts'
import { previewRollback } from './preview-rollback.ts'
import { rollBack } from './roll-back.ts'
import type { Ending } from './ending.ts'
import type { ListName, Outcome } from '../ports/events.ts'
import { runSteps } from './run-steps.ts'
import { makePlan, type Plan, titlesOf } from './plan.ts'
import { type PlanList, planList } from './plan-list.ts'
import type { RunContext } from './run-context.ts'
import { rehearsed } from './saved-plan-bound.ts'
import { type RunMeta, type Session, session } from './session.ts'
import type { Result, Setup } from './setup.ts'

/**
 * Carries out a command: tells everything by events and returns how it ended. Expected failures of
 * steps and bugs alike end up in the result, never as a rejection.
 * @throws InputError, LockedError, StepError before the first event, where the run cannot begin
 */
export async function runPlan(setup: Setup): Promise<Result> {
  const { since = setup.clock.now().getTime() } = setup
  let plan: Plan | null = null
  const words = (): RunMeta => wordsOf(setup, plan)
  const writer = session(setup, words)
  const planAgain = (): Plan =>
    (plan = makePlan(planLists(setup, writer), setup.command, setup.inventory))
  try {
    await setup.saving?.store.mustBeFree()
    await prepare(setup, writer, planAgain)
    if (setup.bound !== undefined) await rehearsed(setup, writer, setup.bound)
    const made = planAgain()
    const mode = made.mode === 'rollback' && made.dryRun === true ? 'dry-run' : made.mode
    const run: RunContext = { setup, session: writer, mode, tally: { changed: 0, unchanged: 0 } }
    const { target } = setup
    const steps = titlesOf(made)
    setup.sink({ type: 'run-started', mode, run: words().run, target, steps })
    const { run: id } = words()
    const ending = await carriedOut(run, made)
    await setup.last?.()
    const outcome = outcomeOf(ending)
    await writer.end(outcome)
    return tell(run, { ending, outcome, since, before: changedBefore(setup, writer, id) })
  } finally {
    await writer.close()
  }
}

function carriedOut(run: RunContext, plan: Plan): Promise<Ending> {
  if (plan.mode !== 'rollback') return runSteps(run, plan)
  return plan.dryRun === true ? previewRollback(run, plan) : rollBack(run, plan)
}

/** Reads the journals where they matter; what is certain to write takes the lock before it plans. */
async function prepare(setup: Setup, writer: Session, planAgain: () => Plan): Promise<void> {
  const { command } = setup
  const resume = command.resume === true
  if (!resume && (command.mode === 'dry-run' || command.mode === 'verify')) return
  await writer.load()
  const plan = planAgain()
  if (resume) await writer.checkClusters(setup.lists.map(({ name }) => name))
  if (plan.mode === 'rollback') {
    if (!resume) await writer.checkClusters([plan.list])
    if (plan.dryRun === true) return
    if (plan.undo.length > 0 || mayFinish(setup, plan.list)) await writer.lock(firstStep(plan))
  } else if (plan.mode === 'run' && resume) {
    await writer.lock(firstStep(plan))
  }
}

function mayFinish(setup: Setup, list: ListName): boolean {
  return setup.lists.find(({ name }) => name === list)?.afterRollback !== undefined
}

function firstStep(plan: Plan): string {
  return titlesOf(plan)[0]?.id ?? 'the end'
}

function planLists(setup: Setup, writer: Session): readonly PlanList[] {
  return setup.lists.map((list) => planList(list, writer.state(list.name)))
}

function wordsOf(setup: Setup, plan: Plan | null): RunMeta {
  const words = { run: plan?.run ?? setup.run, inventory: setup.inventory }
  if (plan?.mode === 'rollback') {
    return { ...words, mode: 'rollback', ...defined({ to: plan.to, undoes: plan.undoes }) }
  }
  const { savedPlan, only, from } = plan ?? {}
  return { ...words, mode: 'run', ...defined({ savedPlan, only, from }) }
}

/** The lists that other runs than this one have changed, and that nobody has undone. */
function changedBefore({ lists }: Setup, writer: Session, id: string): readonly ListName[] {
  return lists
    .map(({ name }) => name)
    .filter((name) => undoStack(writer.state(name)).some(({ run }) => run !== id))
}

function outcomeOf({ code, error }: Ending): Outcome {
  if (error instanceof InterruptedError) return 'interrupted'
  return code === 0 ? 'done' : 'failed'
}

function tell(
  { setup, mode, tally }: RunContext,
  of: Pick<Result, 'outcome' | 'before'> & { readonly ending: Ending; readonly since: number },
): Result {
  const { code, error, unreported, notes = [] } = of.ending
  const result: Result = { mode, outcome: of.outcome, code, error, ...tally, before: of.before }
  setup.sink({
    type: 'run-ended',
    mode,
    outcome: of.outcome,
    code,
    ...defined({ error: unreported }),
    durationMs: setup.clock.now().getTime() - of.since,
    ledger: setup.ledger(),
    notes: [...notes, ...(setup.notes?.(result) ?? [])],
  })
  return result
}
