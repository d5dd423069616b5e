import { dnsOf, kubectlAt, workloadAt } from '../evidence/cluster-dns.ts'
import { type Evidence, itemsOf, type ReplicaSetSeen } from '../evidence/evidence.ts'
import { corednsPods } from '../evidence/pods.ts'

/**
 * What runs CoreDNS is at fault: back to the revision whose pods serve still, beside those that do not start;
 * `otherwise` where there is no such one.
 */
export function undoRollout(e: Evidence, otherwise: string): string {
  const { workload } = dnsOf(e)
  if (workload?.kind !== 'Deployment') return otherwise
  const sets = itemsOf(e.replicaSets).filter(({ name }) => name.startsWith(`${workload.name}-`))
  const has = (ready: boolean) => (set: ReplicaSetSeen) =>
    corednsPods(e).some((pod) => pod.ready === ready && pod.name.startsWith(`${set.name}-`))
  const [serving, ...more] = sets.filter(has(true))
  if (serving?.revision === undefined || more.length > 0 || has(false)(serving)) return otherwise
  return `${kubectlAt(e)} rollout undo ${workloadAt(e)} --to-revision=${serving.revision}`
}
