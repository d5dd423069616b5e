import type { JournalStore } from '../engine/setup.ts'
import { fold, undoStack } from '../engine/journal.ts'
import { parseJournal } from '../engine/journal-text.ts'
import type { StepId } from '../ports/step.ts'
import { type Held, heldBy } from './fault-step.ts'

/** A fault that was put on and not mended yet. */
export type FaultOn = {
  readonly id: StepId
  /** ISO 8601. */
  readonly since: string
  /** False where the program ended before it was in force. */
  readonly whole: boolean
  readonly holds: Held
}

/**
 * The faults that are on, by their journal, oldest first. Looks at nothing else: what was mended by hand
 * still counts until `lab mend`. Throws InputError where the journal cannot be used.
 */
export async function faultsOn(journal: JournalStore, target: string): Promise<readonly FaultOn[]> {
  const { entries } = parseJournal(await journal.read(), journal.where, target)
  const byId = new Map<StepId, FaultOn>()
  for (const { step, at, state, undo } of undoStack(fold(entries)).toReversed()) {
    const { resources, refs } = heldBy(undo)
    const other = byId.get(step)
    byId.set(step, {
      id: step,
      since: other?.since ?? at,
      whole: (other?.whole ?? true) && state === 'done',
      holds: {
        resources: [...(other?.holds.resources ?? []), ...resources],
        refs: [...(other?.holds.refs ?? []), ...refs],
      },
    })
  }
  return [...byId.values()]
}

/** The fault without what it holds of machines. */
export function ofObjects(fault: FaultOn): FaultOn {
  return { ...fault, holds: { ...fault.holds, resources: [] } }
}
