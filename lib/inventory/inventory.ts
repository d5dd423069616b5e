import type { Mirrors } from '../core/programs.ts'
import type { InventoryFile } from './schema.ts'

/** The inventory as every step sees it: checked, completed by defaults, frozen through and through. */
export type Inventory = {
  /** The file it was read from, as the user named it. */
  readonly source: string
  readonly target: Target
  readonly edition: InventoryFile['edition']
  /** Checked against `cluster` only where it is the target. */
  readonly lab: LabNetwork
  /** How the cluster names and numbers things. */
  readonly cluster: Readonly<InventoryFile['cluster']>
  /** The API servers that the Service kubernetes has to lead to. Empty: not known. */
  readonly controllers: readonly { readonly address: string }[]
  /** Each worker's share of the pod network. Empty: not known. */
  readonly workers: readonly { readonly name: string; readonly podCIDR: string }[]
  readonly manifest: ManifestPin
  readonly probe: Readonly<InventoryFile['probe']>
  readonly limits: Limits
  readonly mirrors: Mirrors
}

/** What is worked on. A real cluster is named by both file and context; nothing is taken from the environment. */
export type Target =
  | { readonly kind: 'lab' }
  /** `kubeconfig` is an absolute path. */
  | { readonly kind: 'cluster'; readonly kubeconfig: string; readonly context: string }

/** The hosts on this machine, and the network between them. */
export type LabNetwork = {
  readonly name: string
  readonly network: string
  /** The network's prefix length: 24. */
  readonly prefix: number
  /** This machine's own address on that network. */
  readonly machine: string
  /** One, three or five. */
  readonly controllers: readonly Controller[]
  readonly workers: readonly Worker[]
  /** Kube-proxy's mode. */
  readonly proxy: InventoryFile['lab']['proxy']
}

export type Controller = {
  readonly name: string
  readonly address: string
}

export type Worker = Controller & {
  /** The addresses of its pods. */
  readonly podCIDR: string
}

/** The chapter's manifest, and the sum it must have. */
export type ManifestPin = {
  /** Null: there is only the copy that is kept with this project. */
  readonly url: string | null
  /** The name of that copy in the folder `manifests`, which serves where it has the sum. */
  readonly kept: string
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string
  /** Bytes that are accepted at most. */
  readonly limitBytes: number
}

/** How long is waited, in milliseconds. */
export type Limits = {
  /** API servers, controller managers and schedulers ready. */
  readonly controlPlaneMs: number
  /** All workers Ready. */
  readonly nodesMs: number
  /** Pods Ready. */
  readonly podsMs: number
  /** All API servers among the endpoints of kubernetes. */
  readonly endpointsMs: number
  /** A name answered, an object as it should be. */
  readonly lookupMs: number
  /** Any of these in `verify`, which tells how things are and not how they may come to be. */
  readonly verifyMs: number
}

/** All hosts of a lab, controllers first. */
export function hostsOf({ controllers, workers }: LabNetwork): readonly Controller[] {
  return [...controllers, ...workers]
}

/** The same inventory for `verify`: no wait longer than `limits.verify`, nor than `mostMs`. */
export function withShortTimeouts(inventory: Inventory, mostMs = Infinity): Inventory {
  const { limits } = inventory
  const clipped = Object.entries(limits).map(([name, ms]: [string, number]) => [
    name,
    Math.min(ms, limits.verifyMs, mostMs),
  ])
  return { ...inventory, limits: Object.fromEntries(clipped) as Limits }
}
