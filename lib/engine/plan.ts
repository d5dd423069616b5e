import { defined } from '../core/defined.ts'
import type { Step, StepId } from '../ports/step.ts'
import type { Command, ForwardCommand, RollbackCommand } from './command.ts'
import type { ListName, StepTitle } from '../ports/events.ts'
import type { StepList } from './setup.ts'
import { type Intent, type JournalState, type Unfinished, undoStack } from './journal.ts'
import {
  boundOtherwise,
  exclusive,
  inventoryChanged,
  noRollback,
  nothingUnfinished,
  rollsBackTo,
  unknownInJournal,
  unknownStep,
} from './refusals.ts'

export type PlanList = {
  readonly name: ListName
  readonly steps: readonly Step[]
  readonly state: JournalState
  readonly where: string
}

export function planList({ name, steps, journal }: StepList, state: JournalState): PlanList {
  return { name, steps, state, where: journal.where }
}

/** What a run is to do, decided before anything is done. */
export type Plan = ForwardPlan | RollbackPlan

export type PlannedStep = {
  readonly list: ListName
  readonly step: Step
  /** `assert`: only checked, and must be satisfied. `skip`: left out, `because` says why. */
  readonly action: 'run' | 'assert' | 'skip'
  readonly because?: string
}

export type ForwardPlan = {
  readonly mode: 'run' | 'dry-run' | 'verify'
  readonly steps: readonly PlannedStep[]
  readonly from?: StepId
  readonly only?: StepId
  /** Digest of the saved plan that it is bound to. */
  readonly savedPlan?: string
  /** The run that goes on; left out where a new one begins. */
  readonly run?: string
}

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
  readonly run?: string
}

/**
 * Decides what runs, in which order, and what is only checked. Pure.
 * @throws InputError for an unknown step id, for `resume` where nothing is unfinished or the inventory
 * or the saved plan is another one, and for a journal that names a step which this version does not know
 */
export function makePlan(lists: readonly PlanList[], command: Command, inventory: string): Plan {
  if (command.mode === 'rollback') {
    return command.resume === true
      ? resumeRollback(lists, command, inventory)
      : planRollback(lists, command)
  }
  if (command.resume !== true) return planForward(lists, command)
  if (command.from !== undefined || command.only !== undefined) {
    const problem = '--resume goes on where the last run ended; --from and --only say another place'
    throw exclusive(problem)
  }
  return planResume(lists, command, inventory)
}

/** The plan's steps, as `run-started` names them. */
export function titlesOf(plan: Plan): readonly StepTitle[] {
  const items =
    plan.mode === 'rollback' ? plan.undo.map(({ step }) => ({ step, list: plan.list })) : plan.steps
  return items.map(({ step, list }) => ({ id: step.id, title: step.title, list }))
}

function planForward(lists: readonly PlanList[], command: ForwardCommand): ForwardPlan {
  for (const list of lists) refuseUnknownOpen(list)
  const all = lists.flatMap((list) => list.steps.map((step) => ({ list: list.name, step })))
  const { from, only, savedPlan } = command
  if (from !== undefined && only !== undefined) {
    throw exclusive('--from and --only exclude each other')
  }
  const start = from === undefined ? 0 : indexOf(all, from)
  const alone = only === undefined ? null : indexOf(all, only)
  return {
    mode: command.mode,
    steps: all.map((item, i): PlannedStep => {
      if (alone !== null && i !== alone)
        return { ...item, action: 'skip', because: `--only ${only}` }
      return { ...item, action: i < start ? 'assert' : 'run' }
    }),
    ...defined({ from, only, savedPlan }),
  }
}

function indexOf(all: readonly { readonly step: Step }[], id: StepId): number {
  const ids = all.map(({ step }) => step.id)
  if (!ids.includes(id)) throw unknownStep(id, ids)
  return ids.indexOf(id)
}

function planResume(lists: readonly PlanList[], command: ForwardCommand, inventory: string): Plan {
  const found = unfinishedOf(lists)
  if (found === null) throw nothingUnfinished(lists.map(({ where }) => where))
  const { list, unfinished } = found
  mustBeSameInventory(found, inventory)
  if (command.mode === 'run' && unfinished.savedPlan !== command.savedPlan) {
    throw boundOtherwise(list.where, unfinished)
  }
  const { run, from, only, to } = unfinished
  if (unfinished.mode === 'rollback') {
    if (command.mode === 'dry-run') {
      throw exclusive(`run ${run} is a rollback, and there is no dry-run of one`)
    }
    return { ...planRollback(lists, { mode: 'rollback', list: list.name, to }), run }
  }
  const { mode, savedPlan } = command
  return { ...planForward(lists, { mode, from, only, savedPlan }), run }
}

type Found = {
  readonly list: PlanList
  readonly unfinished: Unfinished
}

function mustBeSameInventory({ list, unfinished }: Found, inventory: string): void {
  if (unfinished.inventory === inventory) return
  throw inventoryChanged(list.where, unfinished, inventory)
}

/** A rollback that was begun goes first; else the lab, since the chapter stands on it. */
function unfinishedOf(lists: readonly PlanList[]): Found | null {
  const open = lists.flatMap((list) =>
    list.state.unfinished === null ? [] : [{ list, unfinished: list.state.unfinished }],
  )
  return open.find(({ unfinished }) => unfinished.mode === 'rollback') ?? open[0] ?? null
}

/** The journal says how far back it was to go: what was asked for first is not widened by going on. */
function resumeRollback(
  lists: readonly PlanList[],
  command: RollbackCommand,
  inventory: string,
): RollbackPlan {
  const list = listNamed(lists, command.list)
  const { unfinished } = list.state
  if (unfinished?.mode !== 'rollback') throw noRollback(list, unfinished)
  mustBeSameInventory({ list, unfinished }, inventory)
  const { run, to } = unfinished
  if (command.to !== undefined && command.to !== to) {
    throw rollsBackTo(list.where, unfinished, command.to)
  }
  return { ...planRollback(lists, { ...command, to }), run }
}

function listNamed(lists: readonly PlanList[], name: ListName): PlanList {
  const list = lists.find((one) => one.name === name)
  if (list === undefined) throw new Error(`no list ${name} was given`)
  return list
}

function planRollback(lists: readonly PlanList[], command: RollbackCommand): RollbackPlan {
  const list = listNamed(lists, command.list)
  const { to } = command
  const items = list.steps.map((step) => ({ step }))
  const last = to === undefined ? -1 : indexOf(items, to)
  const undo: PlannedUndo[] = []
  for (const intent of undoStack(list.state)) {
    const index = list.steps.findIndex(({ id }) => id === intent.step)
    const step = list.steps[index]
    if (step === undefined) throw unknownInJournal(list.where, intent)
    if (index <= last) continue
    const newer = undo.at(-1)
    if (newer?.step === step) undo[undo.length - 1] = { step, intents: [...newer.intents, intent] }
    else undo.push({ step, intents: [intent] })
  }
  return { mode: 'rollback', list: list.name, undo, ...defined({ to }) }
}

/** What is half done must be closed first, and only the step itself can do that. */
function refuseUnknownOpen(list: PlanList): void {
  const unknown = list.state.intents.find(
    ({ state, step }) => state === 'open' && !list.steps.some(({ id }) => id === step),
  )
  if (unknown !== undefined) throw unknownInJournal(list.where, unknown)
}
