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
  const hosts = servers
    .filter(({ pod, ready }) => pod === null && ready)
    .map((one) => ({ kind: 'host' as const, name: one.node ?? one.address, address: one.address }))
  const direct = [...ofPods, ...hosts].filter((one) => !elsewhere.has(one.address))
  return [{ kind: 'service', name: service.name, address }, ...direct]
}
