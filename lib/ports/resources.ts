import type { ImageName, ProgramFamily } from '../core/programs.ts'
/**
 * What the machine can be asked for. A lab step is a list of these: `look` compares, `put` makes,
 * `restore` gives back. Each kind has a file under `kinds/`.
 */
export type Resource =
  | Folder
  | File
  | SecretFile
  | Certificate
  | NetworkNamespace
  | MountNamespace
  | Link
  | Route
  | Sysctl
  | KernelModule
  | Cgroup
  | Process
  | Programs
  | ImageArchive
  | Image
  | ChainPolicy
  | Absent

/** The names of the kinds. */
export type ResourceKind = Resource['kind']

/** The resource of a kind. */
export type ResourceOf<K extends ResourceKind> = Extract<Resource, { kind: K }>

/** A folder; what programs leave in it goes with it when it was made by us. */
export type Folder = {
  readonly kind: 'folder'
  readonly path: string
  /** Octal, as chmod takes it: 0o755. */
  readonly mode: number
  /** Shared with the rest of the machine: taken away only when empty. */
  readonly shared?: true
}

/** A text file without secrets. */
export type File = {
  readonly kind: 'file'
  readonly path: string
  readonly mode: number
  readonly text: string
}

/** A file of mode 0600 whose `{{random:N}}` places are filled with N random bytes in base64, once. */
export type SecretFile = {
  readonly kind: 'secret-file'
  readonly path: string
  readonly template: string
}

/** A private key and a certificate for it (PEM, ECDSA P-256), at `path`-key.pem and `path`.pem. */
export type Certificate = {
  readonly kind: 'certificate'
  /** Without `.pem`. */
  readonly path: string
  readonly commonName: string
  /** Empty where the subject has none. */
  readonly organization: string
  /** DNS names and IP addresses. */
  readonly names: readonly string[]
  /** Path (without `.pem`) of the authority that signs; null for an authority of its own. */
  readonly authority: string | null
}

/** `ip netns add`. */
export type NetworkNamespace = {
  readonly kind: 'network-namespace'
  readonly name: string
}

/** A mount namespace kept by a bind mount at `path`, in which `binds` hide the machine's own paths. */
export type MountNamespace = {
  readonly kind: 'mount-namespace'
  readonly path: string
  readonly binds: readonly { readonly from: string; readonly to: string }[]
}

/** A network interface that is up. `netns` null is the machine itself. */
export type Link = {
  readonly kind: 'link'
  readonly netns: string | null
  readonly name: string
  readonly type: 'loopback' | 'bridge' | 'veth'
  /** The other end of a veth pair, made and plugged into `master` with it. */
  readonly peer?: { readonly netns: string; readonly name: string; readonly master: string }
  /** `192.168.199.1/24`. */
  readonly address?: string
}

/** A static route; `via` null means on the link `dev`. */
export type Route = {
  readonly kind: 'route'
  readonly netns: string
  readonly to: string
  readonly via: string | null
  readonly dev: string
}

/** A kernel setting of a network namespace. */
export type Sysctl = {
  readonly kind: 'sysctl'
  readonly netns: string
  readonly key: string
  readonly value: string
}

/** A kernel module, or the same feature built in: then `provides` exists without it. */
export type KernelModule = {
  readonly kind: 'kernel-module'
  readonly name: string
  readonly provides: string
}

/** A cgroup in every v1 hierarchy, or in the one of v2 with the controllers the kubelet wants. */
export type Cgroup = {
  readonly kind: 'cgroup'
  /** Below the root: `hardway-lab/k8sworker0`. */
  readonly path: string
  /** Children get controllers of their own (v2 forbids processes in it then). */
  readonly delegate: boolean
}

/** A daemon in a session of its own, with its own log file. */
export type Process = {
  readonly kind: 'process'
  readonly lab: string
  readonly host: string
  readonly name: string
  /** The first is the program's absolute path. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly log: string
  readonly netns: string
  readonly mountNamespace: string | null
  readonly cgroup: string
  /** Files whose change asks for a restart. */
  readonly reads: readonly string[]
}

/** A family of programs, in the cache and linked into a folder of the lab. */
export type Programs = {
  readonly kind: 'programs'
  readonly family: ProgramFamily
  /** The lab's folder of links. */
  readonly into: string
}

/** An image archive in the cache. */
export type ImageArchive = {
  readonly kind: 'image-archive'
  readonly image: ImageName
}

/** An image inside a worker's containerd. */
export type Image = {
  readonly kind: 'image'
  readonly host: string
  /** containerd's socket. */
  readonly socket: string
  readonly image: ImageName
}

/** What becomes of a packet that no rule of a chain of the table `filter` has decided. */
export type ChainPolicy = {
  readonly kind: 'chain-policy'
  readonly netns: string
  readonly chain: 'FORWARD'
  readonly policy: 'ACCEPT' | 'DROP'
  /** The iptables program that the host's kube-proxy uses, as two backends do not see each other's rules. */
  readonly program: string
}

/** Another resource that is not to be there: a route taken away, a daemon stopped. */
export type Absent = {
  readonly kind: 'absent'
  readonly resource: Exclude<Resource, Absent>
}

/** What the sandbox's image is called in a worker, whether it was pulled or made here. */
export const SANDBOX_IMAGE = 'hardway.local/sandbox:1'
