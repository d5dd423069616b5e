import type { ListName } from '../ports/events.ts'
import type { Step, StepId } from '../ports/step.ts'
import type { JournalState, Unfinished } from './journal.ts'
import { inventoryChanged, unknownInJournal, unknownStep } from './refusals.ts'
import type { StepList } from './setup.ts'

/** A list of steps and what its journal, which lies at `where`, says of them. */
export type PlanList = {
  readonly name: ListName
  readonly steps: readonly Step[]
  readonly state: JournalState
  readonly where: string
}

export function planList({ name, steps, journal }: StepList, state: JournalState): PlanList {
  return { name, steps, state, where: journal.where }
}

/** Where a step stands. @throws InputError */
export function indexOf(all: readonly { readonly step: Step }[], id: StepId): number {
  const ids = all.map(({ step }) => step.id)
  if (!ids.includes(id)) throw unknownStep(id, ids)
  return ids.indexOf(id)
}

/** A list whose journal has a run that did not come to its end. */
export type Found = {
  readonly list: PlanList
  readonly unfinished: Unfinished
}

/** What is resumed must want the same as when it was begun. @throws InputError */
export function mustBeSameInventory({ list, unfinished }: Found, inventory: string): void {
  if (unfinished.inventory === inventory) return
  throw inventoryChanged(list.where, unfinished, inventory)
}

/** What is half done must be closed first, and only the step itself can do that. */
export function refuseUnknownOpen(list: PlanList): void {
  const unknown = list.state.intents.find(
    ({ state, step }) => state === 'open' && !list.steps.some(({ id }) => id === step),
  )
  if (unknown !== undefined) throw unknownInJournal(list.where, unknown)
}
