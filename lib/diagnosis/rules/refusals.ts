import { applyAgain, dnsOf, kubectlAt, restartDns, workloadAt } from '../../evidence/cluster-dns.ts'
import type { Rule } from '../rule.ts'
import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { findLines, type Line, ruleOfLines } from '../line-rule.ts'

const refusal = ruleOfLines('objects', { lines: refused })

/** Of A why the API server makes no pod at all, in the words of its admission plugins. Nothing of it goes by itself. */
export const refusalRules: readonly Rule[] = [
  refusal('A12', 'Priority class missing', {
    symptom: 'The Deployment of CoreDNS has no pods.',
    proof: 'The ReplicaSet’s condition ReplicaFailure names a PriorityClass that was not found.',
    cure: 'Use a priority class that exists, such as `system-cluster-critical`.',
    words: /\bno PriorityClass with name (\S+) was found/,
    finding: (name) => ({
      cause: `the pods of CoreDNS ask for the priority class ${name}, which is not there`,
      subject: `priorityclass/${name}`,
      cure: (e) => afresh(e, `kubectl get priorityclasses; ${kubectlAt(e)} edit ${workloadAt(e)}`),
    }),
  }),
  refusal('A14', 'Service account missing', {
    symptom: 'The Deployment of CoreDNS has no pods.',
    proof: 'The ReplicaSet’s condition ReplicaFailure names the account, which is not there.',
    cure: 'Apply the whole manifest: the service account is one of its objects.',
    // The words alone could be of a moment that has passed.
    lines: (e) => (valueOf(e.access)?.serviceAccount === false ? refused(e) : []),
    words: /\berror looking up service account \S+: serviceaccount "([^"]+)" not found/,
    finding: (name) => ({
      cause: `there is no service account ${name}, under which the pods of CoreDNS are to run`,
      subject: `serviceaccount/${name}`,
      cure: (e) => afresh(e, applyAgain(e, `${kubectlAt(e)} create serviceaccount ${name}`)),
    }),
  }),
  refusal('A17', 'Refused by Pod Security', {
    symptom: 'The Deployment of CoreDNS has no pods.',
    proof: 'The ReplicaSet’s condition ReplicaFailure names the PodSecurity level violated.',
    cure: 'Take the level off its namespace, or make the pods comply with it.',
    words: /\bviolates PodSecurity "([^"]+)": (.*)$/,
    finding: (level, why) => ({
      cause: (e) =>
        `${dnsOf(e).namespace} allows only pods of the level ${level}, which those of CoreDNS are not: ${why}`,
      subject: (e) => `namespace/${dnsOf(e).namespace}`,
      cure: (e) =>
        afresh(
          e,
          `kubectl label namespace ${dnsOf(e).namespace} pod-security.kubernetes.io/enforce-`,
        ),
    }),
  }),
]

/** A11, where it is a quota that leaves no room. */
export const quotas = findLines({
  lines: refused,
  words: /\bexceeded quota: ([^,]+), (requested: .*)$/,
  finding: (quota, numbers) => ({
    layer: 'objects',
    cause: (e) =>
      `the quota ${quota} of ${dnsOf(e).namespace} leaves no room for the pods of CoreDNS: ${numbers}`,
    subject: `resourcequota/${quota}`,
    cure: (e) =>
      afresh(
        e,
        `${kubectlAt(e)} describe resourcequota ${quota}; ${kubectlAt(e)} edit resourcequota ${quota}`,
      ),
  }),
})

/** Refused often, a ReplicaSet tries again only after minutes; a new one does so at once. */
function afresh(e: Evidence, cure: string): string {
  return `${cure}; ${restartDns(e)}`
}

/** What is said of the ReplicaSets of CoreDNS that want pods. */
function refused(e: Evidence): readonly Line[] {
  return itemsOf(e.replicaSets).flatMap(({ name, wanted, failure }) =>
    failure === null || wanted === 0 || !name.startsWith(`${dnsOf(e).workload?.name ?? ''}-`)
      ? []
      : [{ text: failure, gives: { evidence: `replicaset ${name}: ${failure}`, permanent: true } }],
  )
}
