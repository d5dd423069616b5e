import { join } from 'node:path'
import { InputError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { layoutOf } from '../lab/layout.ts'
import { readKept, removeKept, writeKept } from '../state/kept-file.ts'
import { type Exercise, parseExercise } from './exercise.ts'

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

/** @throws InputError */
export async function endExercise(inventory: Inventory): Promise<void> {
  await removeKept(pathOf(inventory))
}
