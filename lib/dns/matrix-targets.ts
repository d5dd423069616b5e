import { textAt } from '../core/json.ts'
import type { MatrixTarget } from '../core/look-data.ts'
import { isLeaving, isReady } from '../objects/pod.ts'
import type { DnsFound } from './find-dns.ts'
import { DNS_PORT } from './roles.ts'

/**
 * Who is asked: the Service, each pod that is ready, and each ready server that is no pod. nslookup asks port
 * 53 only: what serves on another is asked through the Service alone.
 */
export function targetsOf({ service, address, pods, servers }: DnsFound): readonly MatrixTarget[] {
  const elsewhere = new Set(
    servers.filter(({ port }) => port !== DNS_PORT).map((one) => one.address),
  )
  const ofPods = pods
    .filter((pod) => isReady(pod) && !isLeaving(pod))
    .map((pod) => ({
      kind: 'pod' as const,
      name: pod.metadata.name,
      namespace: textAt(pod, 'metadata', 'namespace') ?? 'default',
      address: textAt(pod, 'status', 'podIP') ?? '',
      node: textAt(pod, 'spec', 'nodeName') ?? '',
    }))
  const known = new Set(pods.map(({ metadata }) => metadata.name))
  const others = servers
    .filter(({ pod, ready }) => ready && (pod === null || !known.has(pod)))
    .map(({ pod, node, address: at }): MatrixTarget => {
      if (pod === null) return { kind: 'host', name: node ?? at, address: at }
      // Pods that may not be listed, or that something else makes.
      const namespace = service.namespace ?? 'default'
      return { kind: 'pod', name: pod, namespace, address: at, node: node ?? '' }
    })
  const direct = [...ofPods, ...others].filter((one) => !elsewhere.has(one.address))
  return [{ kind: 'service', name: service.name, address }, ...direct]
}

/** Who else is asked from a node: what its pods have in their resolv.conf, such as a cache on that node. */
export function givenBesides(
  servers: readonly string[],
  targets: readonly MatrixTarget[],
): readonly MatrixTarget[] {
  return servers
    .filter((address) => targets.every((target) => target.address !== address))
    .map((address) => ({ kind: 'host', name: 'given to pods', address }))
}
