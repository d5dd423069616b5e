import { readFile } from 'node:fs/promises'
import { InputError, type Explanation } from '../../lib/core/errors.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { loadInventory } from '../../lib/inventory/load.ts'

/** The project's own inventory.yaml. */
export const shipped = await readFile(new URL('../../inventory.yaml', import.meta.url), 'utf8')

/** Loads text as if it were a file. */
export function load(text: string | Uint8Array, path = 'inventory.yaml'): Promise<Inventory> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return loadInventory(path, () => Promise.resolve(bytes), '/home/me')
}

/** What is said of a file that cannot be used. */
export async function complaint(text: string | Uint8Array): Promise<Explanation> {
  try {
    await load(text)
  } catch (error) {
    if (error instanceof InputError) return error.explanation
    throw error
  }
  throw new Error('nothing was said of it')
}
