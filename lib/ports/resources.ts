import type { ImageName, ProgramFamily } from '../core/programs.ts'

/** What a machine can be asked for: `look` compares, `put` makes, `restore` gives back (`lib/linux/kinds`). */
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
  | FilterTable
  | Mtu
  | Absent

export type ResourceKind = Resource['kind']

export type ResourceOf<K extends ResourceKind> = Extract<Resource, { kind: K }>

type Kind<K extends string, Rest> = Readonly<{ kind: K } & Rest>

/** A folder; what programs leave in it goes with it when it was made by us. */
export type Folder = Kind<
  'folder',
  {
    path: string
    /** Octal, as chmod takes it: 0o755. */
    mode: number
    /** Shared with the rest of the machine: taken away only when empty. */
    shared?: true
  }
>

export type File = Kind<'file', { path: string; mode: number; text: string }>

/** A file of mode 0600 whose `{{random:N}}` places are filled with N random bytes in base64, once. */
export type SecretFile = Kind<'secret-file', { path: string; template: string }>

/** A private key and a certificate for it (PEM, ECDSA P-256), at `path`-key.pem and `path`.pem. */
export type Certificate = Kind<
  'certificate',
  {
    /** Without `.pem`. */
    path: string
    commonName: string
    /** Empty where the subject has none. */
    organization: string
    /** DNS names and IP addresses. */
    names: readonly string[]
    /** Path (without `.pem`) of the authority that signs; null for an authority of its own. */
    authority: string | null
    /** When it is valid: a year that is over, or has yet to begin, where this is given; from now on otherwise. */
    validity?: 'over' | 'to come'
  }
>

export type NetworkNamespace = Kind<'network-namespace', { name: string }>

/** A mount namespace kept by a bind mount at `path`, in which `binds` hide the machine's own paths. */
export type MountNamespace = Kind<
  'mount-namespace',
  { path: string; binds: readonly { readonly from: string; readonly to: string }[] }
>

/** A network interface that is up. `netns` null is the machine itself. */
export type Link = Kind<
  'link',
  {
    netns: string | null
    name: string
    type: 'loopback' | 'bridge' | 'veth'
    /** The other end of a veth pair, made and plugged into `master` with it. */
    peer?: { readonly netns: string; readonly name: string; readonly master: string }
    /** `192.168.199.1/24`. */
    address?: string
  }
>

/** A static route; `via` null means on the link `dev`. */
export type Route = Kind<'route', { netns: string; to: string; via: string | null; dev: string }>

/** A kernel setting of a network namespace. */
export type Sysctl = Kind<'sysctl', { netns: string; key: string; value: string }>

/** A kernel module, or the same feature built in: then `provides` exists without it. */
export type KernelModule = Kind<'kernel-module', { name: string; provides: string }>

/** A cgroup in every v1 hierarchy, or in the one of v2 with the controllers the kubelet wants. */
export type Cgroup = Kind<
  'cgroup',
  {
    /** Below the root: `hardway-lab/k8sworker0`. */
    path: string
    /** Children get controllers of their own (v2 forbids processes in it then). */
    delegate: boolean
  }
>

/** A daemon in a session of its own, with its own log file. */
export type Process = Kind<
  'process',
  {
    lab: string
    host: string
    name: string
    /** The first is the program's absolute path. */
    argv: readonly string[]
    env: Readonly<Record<string, string>>
    log: string
    netns: string
    mountNamespace: string | null
    cgroup: string
    /** Files whose change asks for a restart. */
    reads: readonly string[]
  }
>

/** A family of programs, in the cache and linked into the folder `into` of the lab. */
export type Programs = Kind<'programs', { family: ProgramFamily; into: string }>

export type ImageArchive = Kind<'image-archive', { image: ImageName }>

/** An image inside a worker's containerd, which listens on `socket`. */
export type Image = Kind<'image', { host: string; socket: string; image: ImageName }>

/**
 * What becomes of a packet that no rule of a chain of the table `filter` has decided. `program` is the iptables
 * that the host's kube-proxy uses, as two backends do not see each other's rules.
 */
export type ChainPolicy = Kind<
  'chain-policy',
  { netns: string; chain: 'FORWARD'; policy: 'ACCEPT' | 'DROP'; program: string }
>

/**
 * How large the packets are that a host's link takes. `port` is its other end, which then cuts what it hands over, as a wire
 * has it: one kernel would pass on 64 KiB at once, and lose none.
 */
export type Mtu = Kind<
  'mtu',
  { netns: string; link: string; bytes: number; port: Readonly<{ netns: string; name: string }> }
>

/** A table of nftables that is not kube-proxy's or iptables' own, such as a firewall has; `program` is the nft that shows it. */
export type FilterTable = Kind<
  'filter-table',
  {
    netns: string
    name: string
    /** What stands between its braces, as `nft list table inet NAME` prints it, but for indentation and counters. */
    lines: readonly string[]
    program: string
  }
>

/** Another resource that is not to be there: a route taken away, a daemon stopped. */
export type Absent = Kind<'absent', { resource: Exclude<Resource, Absent> }>

/** What the sandbox's image is called in a worker, whether it was pulled or made here. */
export const SANDBOX_IMAGE = 'hardway.local/sandbox:1'
