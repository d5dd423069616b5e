import { type Layer, LAYERS } from '../core/layers.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { type Finding, findingsIn, type Rule } from './rule.ts'
import { absentRules } from './rules/absent.ts'
import { answeredBeforeRules } from './rules/answered-before.ts'
import { apiLogRules } from './rules/api-log.ts'
import { apiRules } from './rules/api.ts'
import { clientRules } from './rules/client.ts'
import { corefileRules } from './rules/corefile.ts'
import { endpointRules } from './rules/endpoints.ts'
import { filterRules } from './rules/filters.ts'
import { hostWordRules } from './rules/host-words.ts'
import { hostRules } from './rules/hosts.ts'
import { kubeletAskRules } from './rules/kubelet-asks.ts'
import { kubeProxyRules } from './rules/kube-proxy.ts'
import { imageRules } from './rules/images.ts'
import { lossRules } from './rules/loss.ts'
import { networkRules } from './rules/network.ts'
import { mtuRules } from './rules/mtu.ts'
import { nodeRules } from './rules/nodes.ts'
import { noProbeRules } from './rules/no-probe.ts'
import { observationRules } from './rules/observation.ts'
import { podRules } from './rules/pods.ts'
import { processorRules } from './rules/processor.ts'
import { refusalRules } from './rules/refusals.ts'
import { silentServerRules } from './rules/silent-servers.ts'
import { searchDomainRules } from './rules/search-domains.ts'
import { serviceRules } from './rules/service.ts'
import { reloadRules } from './rules/reload.ts'
import { strangerRules } from './rules/strangers.ts'
import { startRules } from './rules/starts.ts'
import { targetPortRules } from './rules/target-port.ts'
import { warningRules } from './rules/warnings.ts'

/** A cause, with the code of the rule that told it. */
export type Verdict = Finding & {
  readonly code: string
  readonly layer: Layer
}

/** What the evidence comes to. No verdict: none of the known failures fits. */
export type Judgement = {
  /** Likeliest first. */
  readonly verdicts: readonly Verdict[]
  /** In words, nearest to the first verdict first. */
  readonly ruledOut: readonly string[]
}

/** All rules, family by family. */
export const RULES: readonly Rule[] = [
  ...[
    hostWordRules,
    hostRules,
    nodeRules,
    kubeProxyRules,
    noProbeRules,
    refusalRules,
    imageRules,
    podRules,
    processorRules,
    kubeletAskRules,
    warningRules,
    silentServerRules,
    apiRules,
    apiLogRules,
  ],
  ...[
    corefileRules,
    answeredBeforeRules,
    startRules,
    reloadRules,
    networkRules,
    mtuRules,
    lossRules,
    serviceRules,
    targetPortRules,
    endpointRules,
    strangerRules,
    filterRules,
    clientRules,
    searchDomainRules,
    observationRules,
    absentRules,
  ],
].flat()

const CERTAINTY = ['seen', 'inferred'] as const

/**
 * Pure. What was seen itself comes before what is only inferred from what it does; of equals the lower
 * layer, as the upper ones stand on it. What the failed step does not touch is left out.
 */
export function rank(evidence: Evidence): Judgement {
  const touched = (layer: Layer): boolean => evidence.failure.touches.includes(layer)
  const verdicts = RULES.flatMap((rule) => findingsOf(rule, evidence))
    .filter(({ layer }) => touched(layer))
    .toSorted(
      (a, b) =>
        CERTAINTY.indexOf(a.certainty) - CERTAINTY.indexOf(b.certainty) ||
        LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer),
    )
  const found = new Set(verdicts.map(({ code }) => code))
  const others = RULES.filter(({ code, layer }) => touched(layer) && !found.has(code))
  return {
    verdicts,
    ruledOut: nearestFirst(others, verdicts[0]?.layer).flatMap(
      (rule) => rule.ruleOut?.(evidence) ?? [],
    ),
  }
}

/** Two pods that are broken in the same way are one cause. */
function findingsOf({ code, layer, find }: Rule, evidence: Evidence): readonly Verdict[] {
  const findings = findingsIn(find(evidence))
  return findings
    .filter((one, i) => findings.findIndex(({ cause }) => cause === one.cause) === i)
    .map((finding) => ({ code, layer, ...finding }))
}

/** What catches the eye, then what is on the same layer as the cause, then what is further away. */
function nearestFirst(rules: readonly Rule[], layer: Layer | undefined): readonly Rule[] {
  const place = LAYERS.indexOf(layer ?? 'server')
  const distance = (rule: Rule): number =>
    rule.conspicuous === true ? -1 : Math.abs(LAYERS.indexOf(rule.layer) - place)
  return rules.toSorted((a, b) => distance(a) - distance(b))
}
