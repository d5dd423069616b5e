import { basename, dirname, join } from 'node:path'
import { InputError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { layoutOf } from '../lab/layout.ts'
import { readKept, removeKept, writeKept } from '../state/kept-file.ts'
import { type Exercise, parseExercise } from './exercise.ts'

function pathOf(name: string): string {
  return join(layoutOf(name).folder, 'exercise.json')
}

/** A lab is still one where it is named by its kubeconfig, as a cluster of one's own is. */
function labNameOf({ target, lab }: Inventory): string | null {
  if (target.kind === 'lab') return lab.name
  const name = basename(dirname(target.kubeconfig))
  return layoutOf(name).adminKubeconfig === target.kubeconfig ? name : null
}

/** The exercise that is on at the inventory's lab; null where none is. @throws InputError */
export async function exerciseOn(inventory: Inventory): Promise<Exercise | null> {
  const name = labNameOf(inventory)
  if (name === null) return null
  const path = pathOf(name)
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
  await writeKept(pathOf(inventory.lab.name), `${JSON.stringify(exercise)}\n`)
}

/** @throws InputError */
export async function endExercise(inventory: Inventory): Promise<void> {
  await removeKept(pathOf(inventory.lab.name))
}
