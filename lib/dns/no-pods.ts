import type { Explanation } from '../core/errors.ts'
import { at, textAt, textsAt } from '../core/json.ts'
import type { Missing, Observation } from '../core/observation.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import type { DnsFound } from './find-dns.ts'
import { labelsText } from './roles.ts'

const APPLY = 'npx tsx run.ts --only apply-manifest'
const NOTHING_MAKES_THEM = 'what makes the CoreDNS pods was deleted, or was never there'

type Found = Pick<DnsFound, 'service' | 'selector' | 'servers' | 'notTold'>

/** Kubelets may take their time to end pods, and whether new ones will come is known before. */
export function lastOnesGoing({ service, notTold }: Found, missing: readonly string[]): Missing {
  if (notTold.length > 0) return { missing }
  const problem = `the last pods of ${nameOf(service)} are being deleted, and no Deployment, DaemonSet or StatefulSet makes new ones`
  return { missing, never: { problem, cause: NOTHING_MAKES_THEM, remedy: APPLY } }
}

/** By the endpoints alone: where these are no pods, or pods that may not be listed. */
export function judgeServers({ service, selector, servers, notTold }: Found): Observation {
  if (servers.length === 0 && notTold.length > 0) return { missing: notTold }
  const labels = labelsText(selector)
  const name = `service/${service.name} in ${service.namespace ?? ''}`
  if (servers.length === 0 && labels !== '') {
    const line = `${name} selects ${labels}, and no pod has these labels`
    if (notTold.length > 0) return { missing: [line] }
    const problem = `${line}, nor does any Deployment, DaemonSet or StatefulSet make one`
    return { missing: [line], never: { problem, cause: NOTHING_MAKES_THEM, remedy: APPLY } }
  }
  if (servers.length === 0) return { missing: [`${name} has no endpoints`] }
  const down = servers.filter(({ ready }) => !ready)
  if (down.length > 0) return { missing: down.map(({ address }) => `${address} is not ready`) }
  const addresses = servers.map(({ address }) => address).join(', ')
  const arePods = servers.every(({ pod }) => pod !== null)
  return { proven: arePods ? `ready by its endpoints: ${addresses}` : `no pods, but ${addresses}` }
}

/** Nobody is wanted to serve. */
export function nobody(workload: KubeObject | null): Missing {
  if (workload === null) return { missing: ['no CoreDNS pod is there'] }
  const { kind, metadata } = workload
  if (kind === 'DaemonSet') return onNoNode(workload)
  const line = `${nameOf(workload)} has 0 replicas`
  const namespace = textAt(metadata, 'namespace') ?? 'default'
  const remedy = `kubectl -n ${namespace} scale ${kind.toLowerCase()} ${metadata.name} --replicas=2`
  return { missing: [line], never: { problem: `${line}: nobody would answer`, remedy } }
}

/** Its controller may only not have looked yet. */
function onNoNode(workload: KubeObject): Missing {
  const line = `${nameOf(workload)} is wanted on no node`
  const looked = at(workload, 'status', 'observedGeneration') ?? null
  if (looked === null || looked !== at(workload, 'metadata', 'generation'))
    return { missing: [line] }
  const selector = textsAt(workload, 'spec', 'template', 'spec', 'nodeSelector')
  const never: Explanation = {
    problem: `${line}: nobody would answer`,
    cause: `no node fits its nodeSelector ${labelsText(selector) || '(none)'}, its affinity and its tolerations`,
    remedy: `kubectl label nodes --all ${labelsText(selector).replaceAll(',', ' ') || 'KEY=VALUE'}, or change what it asks of nodes`,
  }
  return { missing: [line], never }
}
