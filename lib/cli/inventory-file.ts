import { InputError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { loadInventory } from '../inventory/load.ts'

/** The inventory of a lab; one that names a cluster is refused. */
export async function readLabInventory(path: string): Promise<Inventory> {
  const inventory = await loadInventory(path)
  if (inventory.target.kind !== 'lab') throw notALab()
  return inventory
}

/** For commands that only a lab has. */
export function notALab(): InputError {
  return new InputError({
    problem: 'the inventory names a cluster of yours, not a lab',
    remedy: 'set target: lab in inventory.yaml, or name another file with --inventory',
  })
}
