import type { Evidence } from './evidence.ts'

/**
 * The order in which layers are judged where two causes are equally certain, lowest first: what stands
 * on a lower layer cannot be right while that one is broken. After the triage order for cluster DNS: hosts and
 * objects, pods, the server by itself, the network to its pods, the Service before them, the client's side.
 */
export const LAYERS = [
  'hosts',
  'objects',
  'pods',
  'server',
  'network',
  'service',
  'client',
  'observation',
] as const

/** A place in the triage order. */
export type Layer = (typeof LAYERS)[number]

/** One known failure: how it is told from the evidence, and what cures it. Data, pure and total. */
export interface Rule {
  /** Of the failure catalogue: a letter a family and a number, `E3`. */
  readonly code: string
  readonly layer: Layer
  /** One finding a subject; none where the evidence does not show it. */
  find(evidence: Evidence): readonly Finding[]
  /** Why it is not this, in words; null where that cannot be told. Asked only where nothing was found. */
  ruleOut?(evidence: Evidence): string | null
  /** What it is about is there for all to see: that it is not the cause is always told first. */
  readonly conspicuous?: true
}

/** A failure that a rule has told. */
export interface Finding {
  /**
   * `seen`: the fault itself was observed. `inferred`: only what it does was, and nothing else known
   * does the same.
   */
  readonly certainty: 'seen' | 'inferred'
  /** One sentence with the real names in it, without a full stop. */
  readonly cause: string
  /** The line it rests on, verbatim where possible. */
  readonly evidence: string
  /** The object or host concerned: `causew0`, `deployment.apps/coredns`. */
  readonly subject: string
  /** A command to paste. */
  readonly cure: string
  /** Where `cure` is to be typed; where kubectl works, if left out. */
  readonly on?: string
  /** True for a state that no waiting heals: a wait for it ends at once. */
  readonly hopeless?: true
}
