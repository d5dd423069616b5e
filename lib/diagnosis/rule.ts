import type { Layer } from '../core/layers.ts'
import type { Evidence } from '../evidence/evidence.ts'

/** One known failure: what docs/failures.md says of it, and how the evidence shows it. Data, pure and total. */
export interface Rule {
  /** A letter a family and a number, `E3`. */
  readonly code: string
  /** `Missing pod route` */
  readonly name: string
  /** What a user sees of it. */
  readonly symptom: string
  /** The evidence that shows it. */
  readonly proof: string
  /** In general words; the finding has the command. */
  readonly cure: string
  readonly layer: Layer
  /** One finding a subject; none where the evidence does not show it. */
  readonly find: (evidence: Evidence) => Found
  /** Why it is not this, in words; null where that cannot be told. Asked only where nothing was found. */
  readonly ruleOut?: (evidence: Evidence) => string | null
  /** What it is about is there for all to see: that it is not the cause is always told first. */
  readonly conspicuous?: true
}

/** What a rule says besides its code, layer and name. */
export type Described = Omit<Rule, 'code' | 'layer' | 'name'>

export function rule(code: string, layer: Layer, name: string, described: Described): Rule {
  return { code, layer, name, ...described }
}

/** What was looked through, with a finding where the evidence shows the failure. */
export type Found = Finding | null | readonly Found[]

/** A failure that a rule has found. */
export type Finding = {
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
  readonly permanent?: true
  /** Where this way to find it is on another layer than its rule. */
  readonly layer?: Layer
}

type Uncertain = Omit<Finding, 'certainty'>

/** The fault itself was observed. */
export function seen(finding: Uncertain): Finding {
  return { certainty: 'seen', ...finding }
}

/** The same, and no waiting heals it. */
export function permanent(finding: Uncertain): Finding {
  return { certainty: 'seen', permanent: true, ...finding }
}

/** Only what it does was observed. */
export function inferred(finding: Uncertain): Finding {
  return { certainty: 'inferred', ...finding }
}

/** It is about a host, and cured there. */
export function onHost(name: string, cure: string): Pick<Finding, 'subject' | 'on' | 'cure'> {
  return { subject: name, on: name, cure }
}

/** How a program is started that should run: a lab repairs itself, a host of one's own has systemd. */
export function start(e: Evidence, program: string): string {
  return e.wanted.target === 'lab' ? 'npx tsx run.ts lab up' : `systemctl start ${program}`
}

/** All that was found, flat. */
export function findingsIn(found: Found): readonly Finding[] {
  if (found === null) return []
  return 'cause' in found ? [found] : found.flatMap(findingsIn)
}
