import { InputError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { loadInventory } from '../inventory/load.ts'
import type { CommonOptions } from '../command-line/request.ts'

/** The inventory that a command line names, in the edition that it names. */
export function readInventory({ inventory, edition }: CommonOptions): Promise<Inventory> {
  const instead = edition === undefined ? {} : { edition }
  return loadInventory(inventory, undefined, undefined, instead)
}

/** The inventory of a lab; one that names a cluster is refused. */
export async function readLabInventory(common: CommonOptions): Promise<Inventory> {
  const inventory = await readInventory(common)
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
