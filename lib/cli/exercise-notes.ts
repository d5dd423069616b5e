import { faults } from '../../steps/faults.ts'
import { failureOf } from '../diagnosis/failure-pages.ts'
import type { Result } from '../engine/setup.ts'
import { EXERCISE_IS_ON, type Exercise } from '../exercises/exercise.ts'
import type { Fault } from '../faults/fault.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { labOf } from '../lab/layout.ts'
import { PROGRAM } from './hints.ts'
import type { RunRequest } from '../command-line/request.ts'

/** To tell it as drift would tell where to look. */
const UNCOMPARED = 'What the exercise has changed counts as wanted until it is solved.'

/** How a run ends while an exercise is on: that it is, or, once it was given up, what it was. */
export function exerciseNotes(
  { command }: RunRequest,
  inventory: Inventory,
  exercise: Exercise,
  { code }: Result,
): readonly string[] {
  if (command === 'lab-mend' && code === 0) {
    return ['The exercise is given up.', ...revealed(exercise, faults(labOf(inventory)), PROGRAM)]
  }
  if (command === 'lab-down') return []
  return [UNCOMPARED, EXERCISE_IS_ON]
}

/** What it was, with the failure's name, how it comes about, and where more is said of it. */
export function revealed(
  exercise: Exercise,
  known: readonly Fault[],
  program: string,
): readonly string[] {
  return exercise.faults.flatMap((id) => {
    const fault = known.find((one) => one.id === id)
    if (fault === undefined) return []
    const { code, chapter } = fault
    return [
      code === null ? `It was ${id}.` : `It was ${id}: [${code}] ${failureOf(code).name}.`,
      `How that comes about, in chapter ${chapter.section}: ${chapter.command}`,
      ...(code === null ? [] : [`More of it: ${program} explain ${code}`]),
    ]
  })
}

/** Of the failures that were put on. */
export function codesOf({ faults: ids }: Exercise, known: readonly Fault[]): readonly string[] {
  return ids.flatMap((id) => known.find((fault) => fault.id === id)?.code ?? [])
}
