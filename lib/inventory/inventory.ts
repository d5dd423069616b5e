/**
 * PROVISIONAL, by the author of the steps: the shape that steps/lab/*.ts and steps/coredns/*.ts use.
 * The inventory's author replaces this file; these names stay.
 */
export interface Inventory {
  readonly source: string
  readonly target: { readonly kind: 'lab' } | { readonly kind: 'cluster'; readonly kubeconfig: string; readonly context: string }
  readonly lab: {
    readonly name: string
    readonly network: string
    /** The machine's own address in it. */
    readonly machine: string
    /** Bits of the network's prefix. */
    readonly prefix: number
    readonly controllers: readonly { readonly name: string; readonly address: string }[]
    readonly workers: readonly { readonly name: string; readonly address: string; readonly podCIDR: string }[]
  }
  /** Of the target: the lab's, or what the inventory says of a real cluster; empty where it says nothing. */
  readonly controllers: readonly { readonly address: string }[]
  readonly workers: readonly { readonly name: string; readonly podCIDR: string }[]
  readonly cluster: {
    readonly domain: string
    readonly podCIDR: string
    readonly serviceCIDR: string
    readonly dnsAddress: string
  }
  readonly manifest: { readonly url: string; readonly sha256: string; readonly limitBytes: number }
  readonly probe: { readonly image: string }
  /** Milliseconds. */
  readonly limits: {
    readonly controlPlaneMs: number
    readonly nodesMs: number
    readonly podsMs: number
    readonly lookupMs: number
    readonly endpointsMs: number
  }
  readonly mirrors: { readonly releases?: string; readonly images?: string; readonly modules?: string }
}

const hosts = [0, 1, 2]
export const PROVISIONAL: Inventory = {
  source: 'inventory.yaml',
  target: { kind: 'lab' },
  lab: {
    name: 'lab',
    network: '192.168.199.0/24',
    machine: '192.168.199.1',
    prefix: 24,
    controllers: hosts.map((i) => ({ name: `k8smaster${String(i)}`, address: `192.168.199.20${String(i)}` })),
    workers: hosts.map((i) => ({
      name: `k8sworker${String(i)}`,
      address: `192.168.199.21${String(i)}`,
      podCIDR: `10.200.${String(i)}.0/24`,
    })),
  },
  controllers: hosts.map((i) => ({ address: `192.168.199.20${String(i)}` })),
  workers: hosts.map((i) => ({ name: `k8sworker${String(i)}`, podCIDR: `10.200.${String(i)}.0/24` })),
  cluster: { domain: 'cluster.local', podCIDR: '10.200.0.0/16', serviceCIDR: '10.32.0.0/24', dnsAddress: '10.32.0.10' },
  manifest: {
    url: 'https://storage.googleapis.com/kubernetes-the-hard-way/coredns.yaml',
    sha256: '7670cb36dd16b43148c6069136d31ef9c38ee49951769d62fba5291b82791750',
    limitBytes: 1048576,
  },
  probe: { image: 'busybox:1.28' },
  limits: { controlPlaneMs: 120000, nodesMs: 120000, podsMs: 120000, lookupMs: 30000, endpointsMs: 60000 },
  mirrors: {},
}
export function loadInventory(_path: string): Promise<Inventory> { return Promise.resolve(PROVISIONAL) }
