/** What a look has read, as plain data: causes are told by it. */
export type LookData = {
  readonly matrix?: Matrix
}

/** A server of the cluster DNS: the Service's address, or that of one CoreDNS pod. */
export type MatrixTarget = {
  readonly kind: 'service' | 'pod'
  readonly name: string
  readonly address: string
  /** Where the pod runs. */
  readonly node?: string
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
  /** Answers that were not right, each once. */
  readonly wrong: readonly string[]
  /**
   * The quickest answer, which tells of the way: the others waited for a processor as well, being asked at
   * once. From a pod in steps of 10 ms.
   */
  readonly latencyMs: number | null
  /** Why nothing can be said. */
  readonly notProven?: string
}

/** What a worker's pods get for a name, by their own resolv.conf. */
export type NameCheck = {
  readonly worker: string
  readonly name: string
  readonly kind: 'short' | 'partial' | 'full' | 'reverse' | 'absent' | 'external' | 'resolv.conf'
  readonly expected: string
  readonly got: string
  readonly ok: boolean
}

/** Every worker, every server, UDP and TCP; and every kind of name from every worker. */
export type Matrix = {
  readonly cells: readonly MatrixCell[]
  readonly names: readonly NameCheck[]
}
