import type { Inventory, Limits } from './inventory.ts'

/** The same inventory for `verify`: no wait longer than `limits.verify`. */
export function impatient(inventory: Inventory): Inventory {
  const { limits } = inventory
  const clipped = Object.entries(limits).map(([name, ms]: [string, number]) => [
    name,
    Math.min(ms, limits.verifyMs),
  ])
  return { ...inventory, limits: Object.fromEntries(clipped) as Limits }
}
