import type { Inventory } from '../inventory/inventory.ts'
import type { ImageName, ProgramFamily } from '../core/programs.ts'

/** Where everything of a lab lies. Nothing of it is outside these folders, but for what create-hosts lists. */
export type Layout = {
  readonly name: string
  /** Keys, configuration, data, logs, journal. */
  readonly folder: string
  /** A link a family of programs, into the cache. */
  readonly programs: string
  readonly pki: string
  readonly logs: string
  /** Sockets and namespaces; gone after a reboot. Short, as a socket's path has at most 107 bytes. */
  readonly run: string
  /** Below which every process and container of the lab lives. */
  readonly cgroup: string
  /** The network namespace of the bridge. */
  readonly lan: string
  /** The machine's own end on that bridge. */
  readonly uplink: string
  readonly adminKubeconfig: string
  /** The chapter's coredns.yaml. */
  readonly manifest: string
  /** The folders in which all labs lie. */
  readonly parents: readonly string[]
}

/** A lab as its steps know it: what it is to be, and where it lies. */
export type Lab = {
  readonly inventory: Inventory
  readonly layout: Layout
}

/** The lab of an inventory. */
export function labOf(inventory: Inventory): Lab {
  return { inventory, layout: layoutOf(inventory.lab.name) }
}

const STATE = '/var/lib/hardway'
const RUN = '/run/hardway'

/** The layout of the lab with a name. */
export function layoutOf(name: string): Layout {
  const folder = `${STATE}/${name}`
  return {
    name,
    folder,
    programs: `${folder}/programs`,
    pki: `${folder}/pki`,
    logs: `${folder}/logs`,
    run: `${RUN}/${name}`,
    cgroup: `hardway-${name}`,
    lan: `${name}-lan`,
    uplink: `hw-${name}`,
    adminKubeconfig: `${folder}/admin.kubeconfig`,
    manifest: `${folder}/coredns.yaml`,
    parents: [STATE, RUN],
  }
}

/** A host's own folder: its configuration and data. */
export function hostFolder(layout: Layout, host: string): string {
  return `${layout.folder}/hosts/${host}`
}

/** A certificate's path, without `.pem`. */
export function pairOf(layout: Layout, name: string): string {
  return `${layout.pki}/${name}`
}

/** The PEM files of a certificate and its private key. */
export function pemsOf(
  layout: Layout,
  name: string,
): { readonly cert: string; readonly key: string } {
  const pair = pairOf(layout, name)
  return { cert: `${pair}.pem`, key: `${pair}-key.pem` }
}

/** The file that keeps a worker's mount namespace. */
export function mountNamespaceOf(layout: Layout, host: string): string {
  return `${layout.run}/mnt/${host}`
}

/** containerd's socket as the machine sees it; the worker itself sees it in /run/containerd. */
export function containerdSocket(layout: Layout, host: string): string {
  return `${layout.run}/${host}/containerd.sock`
}

/** An API server's audit log. */
export function auditLogOf(layout: Layout, host: string): string {
  return `${layout.logs}/${host}/audit.log`
}

/** The families that a lab's hosts run, Kubernetes first: building it, where it has to be, takes longest. */
export const FAMILIES: readonly ProgramFamily[] = [
  'kubernetes',
  'etcd',
  'containerd',
  'runc',
  'cni',
  'iptables',
  'nftables',
]

/** The images that its workers run. */
export function imagesOf({ edition }: Pick<Inventory, 'edition'>): readonly ImageName[] {
  return ['pause', edition === 'current' ? 'coredns-current' : 'coredns', 'probe', 'prober']
}

/** The folder of a family's programs, as the lab's hosts know it. */
export function binOf(layout: Layout, family: ProgramFamily): string {
  return `${layout.programs}/${family}/bin`
}

/** Where the lab's programs find each other and the system's. */
export function searchPath(layout: Layout): string {
  return [...FAMILIES.map((family) => binOf(layout, family)), ...SYSTEM_PATH].join(':')
}

/** Where the machine has its own programs. */
export const SYSTEM_PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const
