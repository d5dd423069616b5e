import type { Inventory } from '../inventory/inventory.ts'
import type { Discovered } from './discover.ts'
import type { Probes } from './probe-pods.ts'

/** What cluster DNS is proven with. */
export type Prove = {
  /** Of the cluster, with what was found out about it. */
  readonly inventory: Inventory
  readonly discovered: Discovered
  readonly probes: Probes
  readonly image: string
  /** False: nothing is written at all, and the way from pods to the servers is not proven. */
  readonly withProbes: boolean
}
