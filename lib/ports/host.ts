import type { Json } from '../core/json.ts'
import type { Change } from '../core/change.ts'
import type { Resource } from './resources.ts'

/** What is there of a resource. */
export type Sighting = {
  /** The state found, enough to give it back later; null when absent. Never holds a secret. */
  readonly now: Json
  /** What `put` would do; null when it is as wanted. */
  readonly change: Change | null
}

/** How an HTTP(S) request is made; TLS is always verified. */
export type FetchOptions = {
  /** Bytes of body that are accepted at most. */
  readonly limit: number
  readonly timeoutMs: number
  /** PEM files for servers of the lab: its CA, and a client pair. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string }
  /** Lab addresses never go through HTTPS_PROXY. */
  readonly direct?: boolean
}

export type Daemon = {
  readonly host: string
  readonly name: string
  readonly pid: number
  /** How long it has run. */
  readonly ageMs: number
}

export type TlsQuestion = {
  readonly ca: string
  readonly identity: string
  /** How long its kernel may take, where it is known to be near; as long as the server where left out. */
  readonly connectMs?: number
}

export type TlsFinding =
  | { readonly status: 'good' }
  | { readonly status: 'bad'; readonly reason: string }
  | { readonly status: 'unreachable'; readonly reason: string }
  /** It takes connections, or its kernel does, and never greets. */
  | { readonly status: 'silent'; readonly reason: string }

/** What the kernel of a host does with packets. */
export type HostNetwork = {
  readonly routes: readonly {
    readonly to: string
    readonly via: string | null
    readonly dev: string
  }[]
  /** IPv4, with the prefix: `10.200.0.1/24`. */
  readonly addresses: readonly { readonly dev: string; readonly address: string }[]
  /** The largest packet that each link takes, in bytes; left out where nobody looked. */
  readonly mtus?: Readonly<Record<string, number>>
  /** Those of the settings asked for that the kernel has. */
  readonly settings: Readonly<Record<string, string>>
}

/** A rule, or the policy of a chain, by which a host lets packets go no further. */
export type Barrier = {
  /** The program that shows it and takes it off. */
  readonly tool: 'iptables' | 'iptables-legacy' | 'nft'
  /** For nft with its family: `inet firewalld`. */
  readonly table: string
  readonly chain: string
  /** The chains of the kernel that lead to it: `FORWARD`. */
  readonly from: readonly string[]
  /** As the program prints it: `-A FORWARD -p udp -j DROP`, `-P FORWARD DROP`. */
  readonly rule: string
  /** The command that takes it off, and nothing else. */
  readonly undo: string
  /** Packets that it has stopped; null where it counts none. */
  readonly stopped: number | null
}

/** The folders in which the programs lie that show filters. */
export type FilterPrograms = {
  readonly iptables: string
  readonly nftables: string
}

/** All that stops packets on a host, as far as programs were there to show it. */
export type Filters = {
  /** Whose rules were read, all tables of each. */
  readonly read: readonly Barrier['tool'][]
  readonly barriers: readonly Barrier[]
}

/** A Corefile that CoreDNS is to load, without serving. */
export type CorefileTrial = {
  /** `1.14.6`. */
  readonly version: string
  /** Of the Corefile, which is one of `files`. */
  readonly path: string
  /** Text by path, as its pods have them. */
  readonly files: Readonly<Record<string, string>>
  /** What its pods have as /etc/resolv.conf. */
  readonly resolvConf: string
}

export type CorefileVerdict =
  | { readonly loads: true }
  /** In CoreDNS's own words; `line` of the Corefile, where it names one. */
  | { readonly refused: string; readonly line: number | null }
  /** Why it could not be told. */
  | { readonly unknown: string }

export type Fetched = {
  readonly status: number
  readonly body: Uint8Array
}

/** The machine, for looking. Nothing here writes. */
export interface HostReader {
  /** One answer a resource in the same order. Many at once, as one question can answer for many. */
  look(resources: readonly Resource[]): Promise<readonly Sighting[]>
  /** A file's bytes; null when absent. */
  readFile(path: string): Promise<Uint8Array | null>
  /** The daemons of a lab that run, whoever started them; several where one was started twice. */
  daemons(lab: string): Promise<readonly Daemon[]>
  /** At which of these unix sockets a container runtime serves kubelets. */
  answering(sockets: readonly string[]): Promise<readonly boolean[]>
  /** Whether the server at `ip:port` has a certificate of that authority (PEM) that is good for `identity`. */
  inspectTls(endpoint: string, question: TlsQuestion): Promise<TlsFinding>
  /** The names in a folder, sorted by their bytes; none where it is absent. */
  names(folder: string): Promise<readonly string[]>
  /** A network namespace. @throws StepError */
  network(netns: string, settings: readonly string[]): Promise<HostNetwork>
  /** What stops packets in a network namespace, asked from the programs of its host. */
  filters(netns: string, programs: FilterPrograms): Promise<Filters>
  /** Whether CoreDNS loads a Corefile, as the program itself says; nothing of that trial stays. */
  tryCorefile(trial: CorefileTrial): Promise<CorefileVerdict>
  /** What the machine itself is like, for the checks before anything is built. */
  facts(): Promise<MachineFacts>
  /** GET. Rejects with an ObservedError saying what failed: refused, name, TLS, size, time. */
  fetch(url: string, options: FetchOptions): Promise<Fetched>
}

export interface Host extends HostReader {
  /** Makes the resources as they want to be, in order; `progress` gets a line on each. */
  put(resources: readonly Resource[], progress: (text: string) => void): Promise<void>
  /** Gives back, last first, what `look` had found: null removes. Safe to repeat. `undone` gets the lines so far. */
  restore(
    befores: readonly Before[],
    undone?: (lines: readonly string[]) => void,
  ): Promise<readonly string[]>
}

export type Before = {
  readonly resource: Resource
  readonly now: Json
}

/** What is asked of a machine before a lab is built on it. */
export type MachineFacts = {
  /** As `process.platform` has it: `linux`. */
  readonly platform: string
  readonly root: boolean
  readonly cpus: number
  readonly memoryBytes: number
  /** Free bytes where the lab's state and the cache would lie. */
  readonly freeBytes: Readonly<Record<string, number>>
  /** IPv4 routes of the machine: destination and link. */
  readonly routes: readonly { readonly to: string; readonly dev: string }[]
  /** Effective capabilities that are missing of those a lab needs. */
  readonly missingCapabilities: readonly string[]
  /** Programs that are missing of those a lab needs. */
  readonly missingPrograms: readonly string[]
  /** inotify limits, by their names below /proc/sys/fs/inotify. */
  readonly inotify: Readonly<Record<string, number>>
  readonly foreignKubelets: readonly number[]
}
