import { touches } from './concerns.ts'
import type { Evidence } from './evidence.ts'
import { type Finding, type Layer, LAYERS, type Rule } from './rule.ts'
import { apiLogRules } from './rules/api-log.ts'
import { apiRules } from './rules/api.ts'
import { clientRules } from './rules/client.ts'
import { corefileRules } from './rules/corefile.ts'
import { hostRules } from './rules/hosts.ts'
import { imageRules } from './rules/images.ts'
import { lostPairRules } from './rules/lost-pairs.ts'
import { lostRouteRules } from './rules/lost-routes.ts'
import { matrixRules } from './rules/matrix.ts'
import { networkRules } from './rules/network.ts'
import { observationRules } from './rules/observation.ts'
import { podRules } from './rules/pods.ts'
import { refusalRules } from './rules/refusals.ts'
import { serviceRules } from './rules/service.ts'
import { warningRules } from './rules/warnings.ts'

/** A cause, with the code of the rule that told it. */
export interface Verdict extends Finding {
  readonly code: string
  readonly layer: Layer
}

/** What the evidence comes to. No verdict: none of the known failures fits. */
export interface Judgement {
  /** Likeliest first. */
  readonly verdicts: readonly Verdict[]
  /** In words, nearest to the first verdict first. */
  readonly ruledOut: readonly string[]
}

/** All rules, family by family. */
export const RULES: readonly Rule[] = [
  ...hostRules,
  ...refusalRules,
  ...imageRules,
  ...podRules,
  ...warningRules,
  ...apiRules,
  ...apiLogRules,
  ...corefileRules,
  ...networkRules,
  ...serviceRules,
  ...clientRules,
  ...observationRules,
  ...lostRouteRules,
  ...lostPairRules,
  ...matrixRules,
]

const CERTAINTY = ['seen', 'inferred'] as const

/**
 * Pure. What was seen itself comes before what is only inferred from what it does; of equals the lower
 * layer, as the upper ones stand on it. Rules on what the failed step does not touch are not asked.
 */
export function rank(evidence: Evidence): Judgement {
  const rules = RULES.filter(({ layer }) => touches(evidence.failure.step, layer))
  const found = rules.map((rule) => ({ rule, findings: rule.find(evidence) }))
  const verdicts = found
    .flatMap(({ rule, findings }) => oneEach(findings).map((finding) => ({ rule, finding })))
    .toSorted(
      (a, b) =>
        CERTAINTY.indexOf(a.finding.certainty) - CERTAINTY.indexOf(b.finding.certainty) ||
        LAYERS.indexOf(a.rule.layer) - LAYERS.indexOf(b.rule.layer),
    )
  const told = new Set(verdicts.map(({ rule }) => rule.code))
  const others = rules.filter(({ code }) => !told.has(code))
  return {
    verdicts: verdicts.map(({ rule, finding }) => ({
      ...{ code: rule.code, layer: rule.layer },
      ...finding,
    })),
    ruledOut: nearestFirst(others, verdicts[0]?.rule.layer).flatMap((rule) => {
      const words = rule.ruleOut?.(evidence) ?? null
      return words === null ? [] : [words]
    }),
  }
}

/** Two pods that are broken in the same way are one cause. */
function oneEach(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((one, i) => findings.findIndex(({ cause }) => cause === one.cause) === i)
}

/** What catches the eye, then what is on the same layer as the cause, then what is further away. */
function nearestFirst(rules: readonly Rule[], layer: Layer | undefined): readonly Rule[] {
  const place = LAYERS.indexOf(layer ?? 'server')
  const distance = (rule: Rule): number =>
    rule.conspicuous === true ? -1 : Math.abs(LAYERS.indexOf(rule.layer) - place)
  return rules.toSorted((a, b) => distance(a) - distance(b))
}
