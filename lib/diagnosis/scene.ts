import type { Inventory } from '../inventory/inventory.ts'
import type { Layout } from '../lab/layout.ts'
import type { StepId } from '../ports/step.ts'

/** Where to look. */
export interface Scene {
  readonly inventory: Inventory
  /** Null where the target is no lab: then hosts cannot be looked at. */
  readonly layout: Layout | null
  /** Whether what a step of the lab makes is to be expected by now. */
  readonly began: (step: StepId) => boolean
}
