import {
  dnsOf,
  isChapters,
  kubectlAt,
  workloadAt,
  workloadSubject,
} from '../../evidence/cluster-dns.ts'
import { valueOf } from '../../evidence/evidence.ts'
import { corednsPods } from '../../evidence/pods.ts'
import { permanent, rule, type Rule } from '../rule.ts'
import { dnsService } from '../../evidence/serving.ts'

/** Of A that there is nothing at all, which every other rule would only see the effects of. */
export const absentRules: readonly Rule[] = [
  rule('A24', 'objects', 'CoreDNS not deployed', {
    symptom: 'No pod of CoreDNS is there, and nothing that would make one.',
    proof:
      'No Service, Deployment or DaemonSet of cluster DNS was found, by its address or labels.',
    cure: 'Apply the manifest.',
    find: (e) => {
      if (valueOf(e.dns) !== null || valueOf(e.deployment) !== null) return null
      if (!('found' in e.pods) || !('found' in e.services) || corednsPods(e).length > 0) return null
      const { namespace } = dnsOf(e)
      const service = dnsService(e)
      const what = workloadSubject(e)
      const without = `${what} is not there, and no pod`
      return permanent({
        cause:
          service === undefined
            ? `CoreDNS is not deployed here: ${without}, and no Service has ${e.wanted.dnsAddress}`
            : `nothing makes pods of CoreDNS: ${without}; service ${service.name} leads nowhere`,
        evidence: `${what} in ${namespace}: not found`,
        subject: what,
        cure: isChapters(e)
          ? 'npx tsx run.ts'
          : `kubectl -n ${namespace} get deployments,daemonsets`,
      })
    },
  }),
  rule('A25', 'objects', 'CoreDNS scaled to nothing', {
    symptom:
      'Every lookup is refused or times out; no pod of CoreDNS is there, and none is missing.',
    proof: 'The Deployment has 0 replicas.',
    cure: 'Scale it up; where an autoscaler has done it, correct that.',
    find: (e) => {
      const { workload } = dnsOf(e)
      const none = valueOf(e.deployment)?.replicas === 0 && workload?.kind === 'Deployment'
      if (!none || corednsPods(e).length > 0) return null
      return permanent({
        cause: `${workloadSubject(e)} is to have 0 replicas, so no CoreDNS answers`,
        evidence: `${workloadSubject(e)}: replicas 0`,
        subject: workloadSubject(e),
        cure: `${kubectlAt(e)} scale ${workloadAt(e)} --replicas=2`,
      })
    },
  }),
  rule('A27', 'objects', 'Rollout paused', {
    symptom: 'CoreDNS was changed, and its old pods go on as before; `rollout restart` is refused.',
    proof: 'The Deployment has spec.paused, and its pods are not of its present template.',
    cure: 'Resume the rollout of the Deployment.',
    find: (e) => {
      if (valueOf(e.deployment)?.paused === undefined) return null
      return permanent({
        cause: `${workloadSubject(e)} is paused, so what was changed of it makes no new pods`,
        evidence: `${workloadSubject(e)}: paused true`,
        subject: workloadSubject(e),
        cure: `${kubectlAt(e)} rollout resume ${workloadAt(e)}`,
      })
    },
  }),
]
