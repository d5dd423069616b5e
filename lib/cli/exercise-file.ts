import { join } from 'node:path'
import { faults } from '../../steps/faults.ts'
import { InputError } from '../core/errors.ts'
import { failureOf } from '../diagnosis/failure-pages.ts'
import type { Result } from '../engine/setup.ts'
import { type Exercise, parseExercise } from '../exercises/exercise.ts'
import type { RunRequest } from '../command-line/request.ts'
import type { Fault } from '../faults/fault.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { labOf, layoutOf } from '../lab/layout.ts'
import { readKept, removeKept, writeKept } from '../state/kept-file.ts'

function pathOf({ lab }: Inventory): string {
  return join(layoutOf(lab.name).folder, 'exercise.json')
}

/** The exercise that is on at the inventory's lab; null where none is. @throws InputError */
export async function exerciseOn(inventory: Inventory): Promise<Exercise | null> {
  if (inventory.target.kind !== 'lab') return null
  const path = pathOf(inventory)
  const text = await readKept(path)
  if (text === null) return null
  const exercise = parseExercise(text)
  if (exercise !== undefined) return exercise
  throw new InputError({
    problem: `${path} is not an exercise of this version`,
    remedy: `rm ${path} && npx tsx run.ts lab mend`,
  })
}

/** @throws InputError */
export async function keepExercise(inventory: Inventory, exercise: Exercise): Promise<void> {
  await writeKept(pathOf(inventory), `${JSON.stringify(exercise)}\n`)
}

/** How a run ends while an exercise is on: that it is, or, once it was given up, what it was. */
export function exerciseNotes(
  request: RunRequest,
  inventory: Inventory,
  exercise: Exercise,
  ended: Result,
): readonly string[] {
  if (givesUp(request, ended)) {
    return ['The exercise is given up.', ...revealed(exercise, faults(labOf(inventory)))]
  }
  if (request.command === 'lab-down') return []
  return ['An exercise is on: lab hint, lab check, or lab mend to give it up.']
}

/** Whoever takes the faults off has ended the exercise. */
export function givesUp({ command }: RunRequest, { code }: Result): boolean {
  return command === 'lab-mend' && code === 0
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

/** @throws InputError */
export async function endExercise(inventory: Inventory): Promise<void> {
  await removeKept(pathOf(inventory))
}
