import { readFile } from 'node:fs/promises'
import { absent } from '../host/files.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { loadInventory } from '../inventory/load.ts'

/** The inventory at a path, read from the disk. Throws InputError with every problem and its place. */
export function readInventory(path: string): Promise<Inventory> {
  return loadInventory(path, (file) => readFile(file).catch(absent))
}
