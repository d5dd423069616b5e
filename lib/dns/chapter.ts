import type { OnConflict } from '../core/change.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Reading } from '../ports/step.ts'
import type { ProberSupply } from './prober-supply.ts'

/** Which image a probe pod gets; asked when it is due, as a lab decides it only while it is built. */
export type ProbeImage = (ctx: Reading) => Promise<string>

/** What chapter 14 is replayed with. */
export type Chapter = {
  readonly inventory: Inventory
  /** Where its coredns.yaml lies. */
  readonly path: string
  /** The copy of it that is kept with this project. */
  readonly kept: string
  /** Which image its client has. */
  readonly image: ProbeImage
  /** Which image those have who ask from every worker. */
  readonly probes: ProbeImage
  /** Puts the prober into those; left out where their image has it. */
  readonly supply?: ProberSupply | undefined
  /** What others' values are worth. */
  readonly onConflict?: OnConflict | undefined
}
