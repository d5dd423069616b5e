import { defined } from '../core/defined.ts'
import type { ListName } from '../ports/events.ts'
import type { Step, StepId } from '../ports/step.ts'
import type { RollbackCommand } from './command.ts'
import { type Intent, undoStack } from './journal.ts'
import { indexOf, mustBeSameInventory, type PlanList } from './plan-list.ts'
import { noRollback, rollsBackTo, unknownInJournal } from './refusals.ts'

/** Intents of one step that lie side by side in the journal; newest first. */
export type PlannedUndo = {
  readonly step: Step
  readonly intents: readonly Intent[]
}

export type RollbackPlan = {
  readonly mode: 'rollback'
  readonly list: ListName
  readonly undo: readonly PlannedUndo[]
  readonly to?: StepId
  /** The run whose changes are undone; those of all runs where left out. */
  readonly undoes?: string
  readonly run?: string
  /** Nothing is undone, only told. */
  readonly dryRun?: boolean
  /** Some of the list's steps; others stay as they are. */
  readonly only?: readonly StepId[]
}

/** The journal says how far back it was to go: what was asked for first is not widened by going on. */
export function resumeRollback(
  lists: readonly PlanList[],
  command: RollbackCommand,
  inventory: string,
): RollbackPlan {
  const list = listNamed(lists, command.list)
  const { unfinished } = list.state
  if (unfinished?.mode !== 'rollback') throw noRollback(list, unfinished)
  mustBeSameInventory({ list, unfinished }, inventory)
  const { run, to, undoes } = unfinished
  const other = command.lastRun === true && undoes === undefined
  if (other || (command.to !== undefined && command.to !== to)) {
    throw rollsBackTo(list.where, unfinished, command)
  }
  return { ...planned(list, { ...command, to }, undoes), run }
}

function listNamed(lists: readonly PlanList[], name: ListName): PlanList {
  const list = lists.find((one) => one.name === name)
  if (list === undefined) throw new Error(`no list ${name} was given`)
  return list
}

/** What the journal has that was not given back, down to `to`. @throws InputError */
export function planRollback(lists: readonly PlanList[], command: RollbackCommand): RollbackPlan {
  const list = listNamed(lists, command.list)
  const last = command.lastRun === true ? undoStack(list.state)[0]?.run : undefined
  return planned(list, command, last)
}

function planned(
  list: PlanList,
  { to, only, dryRun }: RollbackCommand,
  undoes: string | undefined,
): RollbackPlan {
  const items = list.steps.map((step) => ({ step }))
  const last = to === undefined ? -1 : indexOf(items, to)
  const undo: PlannedUndo[] = []
  for (const intent of undoStack(list.state)) {
    if (undoes !== undefined && intent.run !== undoes) continue
    if (only?.includes(intent.step) === false) continue
    const index = list.steps.findIndex(({ id }) => id === intent.step)
    const step = list.steps[index]
    if (step === undefined) throw unknownInJournal(list.where, intent)
    if (index <= last) continue
    const newer = undo.at(-1)
    if (newer?.step === step) undo[undo.length - 1] = { step, intents: [...newer.intents, intent] }
    else undo.push({ step, intents: [intent] })
  }
  return {
    mode: 'rollback',
    list: list.name,
    undo,
    ...defined({ to, undoes, only, dryRun }),
  }
}
