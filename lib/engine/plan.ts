import { defined } from '../core/defined.ts'
import type { ToldStep, ListName } from '../ports/events.ts'
import type { Step, StepId } from '../ports/step.ts'
import type { Command, ForwardCommand } from './command.ts'
import {
  type Found,
  indexOf,
  mustBeSameInventory,
  type PlanList,
  refuseUnknownOpen,
} from './plan-list.ts'
import { planRollback, resumeRollback, type RollbackPlan } from './plan-rollback.ts'
import { boundOtherwise, exclusive, nothingUnfinished } from './refusals.ts'

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
export function titlesOf(plan: Plan): readonly ToldStep[] {
  const items =
    plan.mode === 'rollback' ? plan.undo.map(({ step }) => ({ step, list: plan.list })) : plan.steps
  return items.map(({ list, step: { id, title, chapter } }) => ({ id, title, list, chapter }))
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
    const dryRun = command.mode === 'dry-run'
    return { ...planRollback(lists, { mode: 'rollback', list: list.name, to, dryRun }), run }
  }
  const { mode, savedPlan } = command
  return { ...planForward(lists, { mode, from, only, savedPlan }), run }
}

/** A rollback that was begun goes first; else the lab, since the chapter stands on it. */
function unfinishedOf(lists: readonly PlanList[]): Found | null {
  const open = lists.flatMap((list) =>
    list.state.unfinished === null ? [] : [{ list, unfinished: list.state.unfinished }],
  )
  return open.find(({ unfinished }) => unfinished.mode === 'rollback') ?? open[0] ?? null
}
