import type { Inventory } from '../inventory/inventory.ts'
import type { Probes } from '../dns/probe-pods.ts'
import type { Layout } from '../lab/layout.ts'
import type { LabPart } from '../ports/step.ts'

/** Where to look. */
export interface Scene {
  readonly inventory: Inventory
  /** Null where the target is no lab: then hosts cannot be looked at. */
  readonly layout: Layout | null
  /** Who is asked to look names up. */
  readonly probes: Probes
  /** Whether a part of the lab is to be expected by now. */
  readonly has: (part: LabPart) => boolean
}
