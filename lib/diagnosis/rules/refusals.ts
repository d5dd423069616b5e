import { RESTART_COREDNS, type Rule } from '../rule.ts'
import { type Evidence, itemsOf, valueOf } from '../evidence.ts'
import { findLines, type Line, ruleOfLines } from '../line-rule.ts'

const refusal = ruleOfLines('objects', { lines: refused })

/** Of A why the API server makes no pod at all, in the words of its admission plugins. Nothing of it goes by itself. */
export const refusalRules: readonly Rule[] = [
  refusal('A12', 'Priority class missing', {
    symptom: 'The Deployment coredns has no pods.',
    proof: 'The ReplicaSet’s condition ReplicaFailure names a PriorityClass that was not found.',
    cure: 'Use a priority class that exists, such as `system-cluster-critical`.',
    words: /\bno PriorityClass with name (\S+) was found/,
    finding: (name) => ({
      cause: `the pods of CoreDNS ask for the priority class ${name}, which is not there`,
      subject: `priorityclass/${name}`,
      cure: afresh('kubectl get priorityclasses; kubectl -n kube-system edit deployment coredns'),
    }),
  }),
  refusal('A14', 'Service account missing', {
    symptom: 'The Deployment coredns has no pods.',
    proof: 'The ReplicaSet’s condition ReplicaFailure names the account, which is not there.',
    cure: 'Apply the whole manifest: the service account is one of its objects.',
    // The words alone could be of a moment that has passed.
    lines: (e) => (valueOf(e.access)?.serviceAccount === false ? refused(e) : []),
    words: /\berror looking up service account \S+: serviceaccount "([^"]+)" not found/,
    finding: (name) => ({
      cause: `there is no service account ${name}, under which the pods of CoreDNS are to run`,
      subject: `serviceaccount/${name}`,
      cure: afresh('npx tsx run.ts --only apply-manifest'),
    }),
  }),
  refusal('A17', 'Refused by Pod Security', {
    symptom: 'The Deployment coredns has no pods.',
    proof: 'The ReplicaSet’s condition ReplicaFailure names the PodSecurity level violated.',
    cure: 'Take the level off the namespace kube-system, or make the pods comply with it.',
    words: /\bviolates PodSecurity "([^"]+)": (.*)$/,
    finding: (level, why) => ({
      cause: `kube-system allows only pods of the level ${level}, which those of CoreDNS are not: ${why}`,
      subject: 'namespace/kube-system',
      cure: afresh('kubectl label namespace kube-system pod-security.kubernetes.io/enforce-'),
    }),
  }),
]

/** A11, where it is a quota that leaves no room. */
export const quotas = findLines({
  lines: refused,
  words: /\bexceeded quota: ([^,]+), (requested: .*)$/,
  finding: (quota, numbers) => ({
    layer: 'objects',
    cause: `the quota ${quota} of kube-system leaves no room for the pods of CoreDNS: ${numbers}`,
    subject: `resourcequota/${quota}`,
    cure: afresh(
      `kubectl -n kube-system describe resourcequota ${quota}; kubectl -n kube-system edit resourcequota ${quota}`,
    ),
  }),
})

/** Refused often, a ReplicaSet tries again only after minutes; a new one does so at once. */
function afresh(cure: string): string {
  return `${cure}; ${RESTART_COREDNS}`
}

/** What is said of the ReplicaSets of CoreDNS that want pods. */
function refused(e: Evidence): readonly Line[] {
  return itemsOf(e.replicaSets).flatMap(({ name, wanted, failure }) =>
    failure === null || wanted === 0 || !name.startsWith('coredns-')
      ? []
      : [{ text: failure, gives: { evidence: `replicaset ${name}: ${failure}`, permanent: true } }],
  )
}
