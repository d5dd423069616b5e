/** Where everything of a lab lies. Nothing of it is outside these folders, but for what create-hosts lists. */
export interface Layout {
  readonly name: string
  /** Keys, configuration, data, logs, journal. */
  readonly folder: string
  readonly bin: string
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
}

const STATE = '/var/lib/hardway'
const RUN = '/run/hardway'

/** The layout of the lab with a name. */
export function layoutOf(name: string): Layout {
  const folder = `${STATE}/${name}`
  return {
    name,
    folder,
    bin: `${folder}/bin`,
    pki: `${folder}/pki`,
    logs: `${folder}/logs`,
    run: `${RUN}/${name}`,
    cgroup: `hardway-${name}`,
    lan: `${name}-lan`,
    uplink: `hw-${name}`,
    adminKubeconfig: `${folder}/admin.kubeconfig`,
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
