import type { Matrix, NodeSeen, PodSeen, Refusal } from '../core/look-data.ts'
import type { Layer } from '../core/layers.ts'
import type { Examined } from '../ports/step.ts'
import type { SeenFromHost } from '../dns/host-probes.ts'
import type { HostRole } from '../lab/daemon.ts'
import type { DnsNames } from './cluster-dns.ts'
import type { accessSeen } from './read-access.ts'
import type {
  deploymentSeen,
  eventSeen,
  namesOf,
  replicaSetSeen,
  SeenBy,
  endpointsSeen,
  serviceSeen,
  slicesSeen,
} from './read-objects.ts'
import type { Barrier, Filters, HostNetwork, TlsFinding } from '../ports/host.ts'

/** What a channel gave, or why it was not looked at. Nothing is ever concluded from the latter. */
export type Looked<T> = { readonly found: T } | { readonly notLooked: string }

/**
 * All that is known when a step has failed, as plain JSON: what was asked of the cluster and, where it is
 * a lab, of its hosts. Facts only, reduced to what causes can be told by; no judgement.
 */
export type Evidence = {
  readonly failure: FailureSeen
  readonly wanted: Wanted
  /** What cluster DNS is called here; null where nothing is there that could be it. */
  readonly dns: Looked<DnsNames | null>
  readonly nodes: Looked<readonly NodeSeen[]>
  /** Of all namespaces. */
  readonly pods: Looked<readonly PodSeen[]>
  /** What makes the pods of CoreDNS; null where there is none. */
  readonly deployment: Looked<DeploymentSeen | null>
  readonly replicaSets: Looked<readonly ReplicaSetSeen[]>
  readonly services: Looked<readonly ServiceSeen[]>
  readonly endpoints: Looked<readonly EndpointsSeen[]>
  /** The text of the Corefile in its ConfigMap; null where there is none. */
  readonly corefile: Looked<string | null>
  /** When its text was written last; null where the ConfigMap does not tell. */
  readonly corefileChanged: Looked<string | null>
  readonly access: Looked<AccessSeen>
  readonly policies: Looked<readonly PolicySeen[]>
  /** Warnings only. */
  readonly events: Looked<readonly EventSeen[]>
  readonly logs: Looked<readonly LogSeen[]>
  readonly kubelets: Looked<readonly KubeletSeen[]>
  readonly apiServers: Looked<readonly ApiServerSeen[]>
  /** The id of the key that tokens of service accounts are signed with. */
  readonly signer: Looked<string>
  readonly hosts: Looked<readonly HostSeen[]>
  /** What stops packets on a lab's hosts. */
  readonly filters: Looked<readonly FiltersSeen[]>
  /** What probes on the workers' own networks see, where the hosts themselves cannot be looked at. */
  readonly workerNetworks: Looked<readonly WorkerNetworkSeen[]>
  readonly matrix: Looked<Matrix>
  readonly arrivals: Looked<readonly ArrivalSeen[]>
}

/** Names of the channels that are asked. */
export type Channel = Exclude<keyof Evidence, 'failure' | 'wanted'>

/** What the step itself said. */
export type FailureSeen = {
  readonly step: string
  readonly touches: readonly Layer[]
  readonly examines: readonly Examined[]
  readonly problem: string
  readonly seen: readonly string[]
  /** Where the API server would not store what it wants. */
  readonly refusals?: readonly Refusal[]
}

/** What the inventory wants, to compare with. Lists are empty where it does not know. */
export type Wanted = {
  readonly target: 'lab' | 'cluster'
  readonly domain: string
  readonly podCIDR: string
  readonly serviceCIDR: string
  readonly dnsAddress: string
  /** Of CoreDNS, where a lab's steps bring it to the workers. */
  readonly image?: string
  readonly controllers: readonly { readonly name: string; readonly address: string }[]
  readonly workers: readonly {
    readonly name: string
    readonly address: string | null
    readonly podCIDR: string
  }[]
}

export type DeploymentSeen = SeenBy<typeof deploymentSeen>
export type ReplicaSetSeen = SeenBy<typeof replicaSetSeen>
export type ServiceSeen = SeenBy<typeof serviceSeen>
/** By slices; Endpoints tell less. */
export type EndpointsSeen = SeenBy<typeof endpointsSeen> &
  Partial<SeenBy<typeof slicesSeen>[number]>
/** What CoreDNS's service account may do, by the cluster roles that reach it. */
export type AccessSeen = Omit<SeenBy<typeof accessSeen>, 'proxiers' | 'proxyUsers'> &
  Partial<Pick<SeenBy<typeof accessSeen>, 'proxiers' | 'proxyUsers'>>
export type PolicySeen = SeenBy<typeof namesOf>
export type EventSeen = SeenBy<typeof eventSeen>

export type LogSeen = {
  readonly pod: string
  /** Of the container's life before the present one. */
  readonly previous: boolean
  readonly lines: readonly string[]
}

/** What a kubelet runs with (its configz). */
export type KubeletSeen = {
  readonly node: string
  readonly config: Looked<{
    readonly clusterDNS: readonly string[]
    readonly clusterDomain: string
    readonly podCIDR: string
  }>
  /** The resolv.conf that it is to read, where that is not there. */
  readonly lacks?: string
}

export type ApiServerSeen = {
  readonly name: string
  /** `192.168.199.200:6443` */
  readonly endpoint: string
  /** Whether its certificate is good for the first address of the Services. */
  readonly tls: Looked<TlsFinding>
  /** Ids of the public keys by which it judges the tokens of service accounts. */
  readonly keys: Looked<readonly string[]>
}

/** A host of the lab. */
export type HostSeen = {
  readonly name: string
  readonly role: HostRole
  /** Its programs that should run and do not, with their last words. */
  readonly dead: readonly DeadSeen[]
  /** Its programs that were started within the last minute: on a busy machine they may not answer yet. */
  readonly young?: readonly string[]
  /** Its programs that run and answer nobody. The API servers are told by themselves. */
  readonly silent?: readonly SilentSeen[]
  readonly network: Looked<HostNetwork>
  /** The ranges that its CNI configuration hands out; empty for a controller. */
  readonly ranges: readonly string[]
  /** The files of its CNI configuration, in the order of containerd: the first is the one that is used. */
  readonly cni?: readonly string[]
  /** The process of its containerd. */
  readonly runtime?: number
  /** What its kube-proxy, which runs, has said again and again until now: why it reads nothing. */
  readonly proxySays?: readonly string[]
  /** The same of its kubelet. */
  readonly kubeletSays?: readonly string[]
  /** Why the certificate that its kubelet shows is not good; left out where it is, or shows none. */
  readonly kubeletShows?: string
}

export type DeadSeen = {
  readonly program: string
  readonly words: readonly string[]
  /** Its log, where that tells of a full disk. */
  readonly full?: string
}

export type SilentSeen = {
  readonly program: string
  /** `192.168.199.200:2379` */
  readonly endpoint: string
  readonly reason: string
}

/** What stops packets on a host, before and after questions were asked whose answers are lost. */
export type FiltersSeen = {
  readonly host: string
  readonly read: Filters['read']
  /** Questions between the two looks; 0 where there was nobody to ask. */
  readonly asked: number
  /** A pod of this host got an answer from a CoreDNS pod meanwhile; bridged packets pass its filters as well. */
  readonly lets?: true
  readonly barriers: readonly BarrierSeen[]
}

export type BarrierSeen = Barrier & {
  /** Packets that it stopped between the two looks; null where it was looked at once, or counts none. */
  readonly rose: number | null
}

export type WorkerNetworkSeen = {
  readonly worker: string
  readonly network: Looked<SeenFromHost>
}

/** What a CoreDNS pod has counted of queries that a worker got no answer to. */
export type ArrivalSeen = {
  readonly worker: string
  readonly pod: string
  readonly address: string
  /** 0 tells nothing. */
  readonly arrived: number
}

/** The value of a channel; undefined where it was not looked at. */
export function valueOf<T>(channel: Looked<T>): T | undefined {
  return 'found' in channel ? channel.found : undefined
}

/** The items of a channel; none where it was not looked at. */
export function itemsOf<T>(channel: Looked<readonly T[]>): readonly T[] {
  return valueOf(channel) ?? []
}

/** The endpoints of a Service, `kube-system/kube-dns`; undefined where it has none, or they were not looked at. */
export function endpointsOf(
  endpoints: Evidence['endpoints'],
  service: string,
): EndpointsSeen | undefined {
  return itemsOf(endpoints).find(({ namespace, name }) => `${namespace}/${name}` === service)
}
