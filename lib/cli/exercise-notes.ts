import { faults } from '../../steps/faults.ts'
import { failureOf } from '../diagnosis/failure-pages.ts'
import type { Result } from '../engine/setup.ts'
import { EXERCISE_IS_ON, type Exercise } from '../exercises/exercise.ts'
import type { Fault } from '../faults/fault.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { labOf } from '../lab/layout.ts'
import type { RunRequest } from '../command-line/request.ts'

/** How a run ends while an exercise is on: that it is, or, once it was given up, what it was. */
export function exerciseNotes(
  { command }: RunRequest,
  inventory: Inventory,
  exercise: Exercise,
  { code }: Result,
): readonly string[] {
  if (command === 'lab-mend' && code === 0) {
    return ['The exercise is given up.', ...revealed(exercise, faults(labOf(inventory)))]
  }
  if (command === 'lab-down') return []
  return [EXERCISE_IS_ON]
}

/** What it was, with the failure's name and the chapter whose work it undid. */
export function revealed(exercise: Exercise, known: readonly Fault[]): readonly string[] {
  return exercise.faults.flatMap((id) => {
    const fault = known.find((one) => one.id === id)
    if (fault === undefined) return []
    const { code, chapter } = fault
    const failure = code === null ? '' : ` [${code}] ${failureOf(code).name}.`
    return [`It was ${id}:${failure} Chapter ${chapter.section}: ${chapter.command}`]
  })
}
