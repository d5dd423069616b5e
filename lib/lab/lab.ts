import type { Inventory } from '../inventory/inventory.ts'
import { type Layout, layoutOf } from './layout.ts'

/** A lab as its steps know it: what it is to be, and where it lies. */
export type Lab = {
  readonly inventory: Inventory
  readonly layout: Layout
}

/** The lab of an inventory. */
export function labOf(inventory: Inventory): Lab {
  return { inventory, layout: layoutOf(inventory.lab.name) }
}
