import { at, listAt } from '../core/json.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { all } from '../ports/refs.ts'
import { corefileSourceOf } from './corefile-source.ts'
import { DNS_PORT, dnsContainerOf, podSpecOf } from './roles.ts'
import { orWhereRefused } from './unless-refused.ts'

/**
 * What answers at an address that no Service has: a cache on each node's own network, such as NodeLocal
 * DNSCache (kubernetes.io, "Using NodeLocal DNSCache in Kubernetes Clusters"). By the address among its
 * arguments; else the only one that serves DNS there. Null where there is none, or none may be looked for.
 */
export async function cacheAt(cluster: ClusterReader, address: string): Promise<KubeObject | null> {
  const found = await orWhereRefused([], () => cluster.list(all.daemonSets()))
  const onHosts = found.filter((one) => at(podSpecOf(one), 'hostNetwork') === true)
  const named = onHosts.find((one) => namesIt(one, address))
  if (named !== undefined) return named
  const serving = onHosts.filter((one) => servesPort53(one) || corefileSourceOf(one) !== null)
  return serving.length === 1 ? (serving[0] ?? null) : null
}

/** node-cache takes `-localip 169.254.20.10,10.96.0.10`. */
function namesIt(workload: KubeObject, address: string): boolean {
  const words = listAt(podSpecOf(workload), 'containers').flatMap((one) => [
    ...listAt(one, 'command'),
    ...listAt(one, 'args'),
  ])
  return words.some((word) => typeof word === 'string' && word.split(/[,=]/).includes(address))
}

function servesPort53(workload: KubeObject): boolean {
  return listAt(dnsContainerOf(workload), 'ports').some(
    (port) => at(port, 'containerPort') === DNS_PORT,
  )
}
