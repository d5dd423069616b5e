/** What a look has read, as plain data: causes are told by it. */
export type LookData = {
  readonly matrix?: Matrix
  readonly pods?: readonly PodSeen[]
  readonly nodes?: readonly NodeSeen[]
  readonly refusals?: readonly Refusal[]
}

/** Why the API server would never store an object as it is wanted. */
export type Refusal = RefusalReason & {
  /** `deployment.apps/coredns` */
  readonly object: string
}

export type RefusalReason = {
  /** `spec.clusterIP`; left out where it is not about one field. */
  readonly field?: string
  readonly message: string
  /** It is so in the manifest, whatever is in the cluster. */
  readonly written?: true
  /** Who has what only one can have. */
  readonly holder?: Holder
  readonly admission?: Admission
}

/** Why an object is kept out, whoever wants it, such as by an admission plugin or a webhook; and what helps. */
export type Admission = { readonly cause: string; readonly cure: string }

/** A Service that has an address which another one is to have. */
export type Holder = {
  readonly namespace: string
  readonly name: string
  /** Who made it, where it says so: `Helm release calico`. */
  readonly owner?: string
  /** It serves DNS. */
  readonly dns: boolean
}

/** `service/kube-dns: .spec.clusterIP: may not change once set` */
export function refusalInWords({ object, field, message }: Refusal): string {
  return `${object}: ${field === undefined ? '' : `.${field}: `}${message}`
}

/** A server of the cluster DNS: the Service's address, that of one CoreDNS pod, or of a process on a host. */
export type MatrixTarget = {
  readonly kind: 'service' | 'pod' | 'host'
  readonly name: string
  /** The pod's; kube-system where left out. */
  readonly namespace?: string
  readonly address: string
  /** Where the pod runs. */
  readonly node?: string
}

/**
 * Questions, those that got no answer in time, and how long the answers took: half of them, 99 of 100 and all of
 * them at most so many microseconds (nearest rank); 0 where there was no answer.
 */
export type Figures = {
  readonly sent: number
  readonly lost: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What a server said, and should not: `NXDOMAIN` for `AAAA kubernetes.default.svc.cluster.local.` */
export type WrongAnswer = {
  readonly type: 'A' | 'AAAA' | 'PTR' | 'SRV'
  /** With the dot at its end. */
  readonly name: string
  /** A code, or other data than there should be. */
  readonly got: string
}

/** How one worker's pods reach one server. */
export type MatrixCell = {
  /** Empty where it was asked through a port-forward, past the pod network. */
  readonly worker: string
  readonly target: MatrixTarget
  readonly protocol: 'udp' | 'tcp'
  readonly via: 'pod' | 'port-forward'
  readonly asked: number
  /** Right answers. */
  readonly answered: number
  /** What the system said of questions that got no answer: `connection refused`. */
  readonly errors?: readonly string[]
  /** What came of questions by TCP that fill packets, as their answers do; left out where none was asked, or that says nothing. */
  readonly large?: 'answered' | 'lost'
  /** Loss and times, where they were measured: nslookup and a port-forward tell none. */
  readonly figures?: Figures
  /** Answers that were not right, each once. */
  readonly wrong: readonly string[]
  /** Of a server that was asked past the network: to which questions it gave these. */
  readonly wrongAnswers?: readonly WrongAnswer[]
  /** Why nothing can be said. */
  readonly notProven?: string
  /** The user may not have a pod ask at all, here or anywhere. */
  readonly lacksRight?: true
}

/** What a worker's pods get for a name, by their own resolv.conf. */
export type NameCheck = {
  readonly worker: string
  readonly name: string
  readonly kind: 'short' | 'partial' | 'full' | 'reverse' | 'absent' | 'external' | 'resolv.conf'
  readonly expected: string
  readonly got: string
  readonly ok: boolean
  /** Of a resolv.conf: the domains that are searched after the cluster's, as the host's own file has them. */
  readonly hostSearch?: readonly string[]
}

/** Every worker, every server, UDP and TCP; and every kind of name from every worker. */
export type Matrix = {
  readonly cells: readonly MatrixCell[]
  readonly names: readonly NameCheck[]
}

/** A node, reduced to what causes can be told by. */
export type NodeSeen = {
  readonly name: string
  readonly address: string | null
  readonly ready: 'True' | 'False' | 'Unknown'
  /** The message of the condition Ready. */
  readonly why: string
  readonly unschedulable: boolean
  readonly taints: readonly Readonly<Record<'key' | 'value' | 'effect', string>>[]
  readonly labels: Readonly<Record<string, string>>
}

/** A pod, likewise. */
export type PodSeen = {
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** As the API has times: `2026-11-25T23:59:20Z`. */
  readonly created?: string
  /** What makes it, such as a ReplicaSet; null for a pod that nothing does. */
  readonly owner?: { readonly kind: string; readonly name: string } | null
  readonly node: string | null
  readonly ip: string | null
  readonly phase: string
  readonly ready: boolean
  readonly leaving: boolean
  readonly hostNetwork: boolean
  readonly dnsPolicy: string
  /** The scheduler's message where it found no place. */
  readonly unscheduled: string | null
  readonly nodeSelector: Readonly<Record<string, string>>
  /** As kubectl spells them: `dedicated=dns:NoSchedule`; `*` tolerates all. */
  readonly tolerations: readonly string[]
  readonly containers: readonly ContainerSeen[]
}

export type ContainerSeen = {
  readonly name: string
  readonly image: string
  readonly memoryLimit: string | null
  /** Left out where it has none. */
  readonly cpuLimit?: string
  /** Those that have a name; left out where none has. */
  readonly ports?: Readonly<Record<string, number>>
  readonly restarts: number
  /** Why it waits: `ImagePullBackOff`, and the kubelet's message. */
  readonly waiting: { readonly reason: string; readonly message: string } | null
  /** When its present life began; where it waits for the next one, the last. */
  readonly started?: string
  /** How it ended: now, or the last time before it was started again. */
  readonly ended: {
    readonly reason: string
    readonly exitCode: number
    readonly message: string
  } | null
}
