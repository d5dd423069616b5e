import { at, textAt, textsAt } from '../core/json.ts'
import { type CorefileSource, corefileSourceOf } from '../dns/corefile-source.ts'
import { dnsContainerOf, makesPodsOf, servesDns } from '../dns/roles.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** Where a manifest has its Corefile. */
export type CorefilePlace = {
  readonly workload: KubeObject
  readonly configMap: KubeObject
  readonly source: CorefileSource
  readonly wanted: string
}

/**
 * The workload that serves DNS, and where its Corefile is; of several the one that a Service for DNS leads to, as where NodeLocal DNSCache
 * is in the same manifest. Null where there is none, or not one.
 */
export function corefilePlaceIn(objects: readonly KubeObject[]): CorefilePlace | null {
  const places = objects.flatMap((workload): readonly CorefilePlace[] => {
    const source = dnsContainerOf(workload) === undefined ? null : corefileSourceOf(workload)
    if (source === null) return []
    const configMap = objects.find(
      ({ kind, metadata }) =>
        kind === 'ConfigMap' &&
        metadata.name === source.configMap &&
        metadata['namespace'] === workload.metadata['namespace'],
    )
    const wanted = textAt(at(configMap, 'data'), source.key)
    return configMap === undefined || wanted === undefined
      ? []
      : [{ workload, configMap, source, wanted }]
  })
  const [place, ...others] =
    places.length > 1 ? places.filter(({ workload }) => isServed(workload, objects)) : places
  return others.length === 0 ? (place ?? null) : null
}

/** Whether a Service that takes queries at an address of its own leads to its pods. */
function isServed(workload: KubeObject, objects: readonly KubeObject[]): boolean {
  return objects.some(
    (one) =>
      one.kind === 'Service' &&
      one.metadata['namespace'] === workload.metadata['namespace'] &&
      servesDns(one) &&
      at(one, 'spec', 'clusterIP') !== 'None' &&
      makesPodsOf(workload, textsAt(one, 'spec', 'selector')),
  )
}

/**
 * By its image, also as distributions have it: `registry.k8s.io/coredns/coredns:v1.14.6`, `eks/coredns:v1.11.4-eksbuild.2`,
 * `rancher/mirrored-coredns-coredns:1.12.1`. What others call theirs says nothing.
 */
export function corednsVersion(workload: KubeObject): string | null {
  const image = textAt(dnsContainerOf(workload), 'image') ?? ''
  return IMAGE.exec(image)?.[1] ?? null
}

const IMAGE =
  /(?:^|\/)(?:(?:mirrored|hardened)-)?(?:coredns-)?coredns:v?(\d+\.\d+\.\d+)(?:-[\w.-]+)?(?:@.*)?$/

/** What to do about lines of the live Corefile that stand in the way. */
export function editCorefile({ configMap }: Pick<CorefilePlace, 'configMap'>): string {
  const namespace = textAt(configMap, 'metadata', 'namespace') ?? 'default'
  return `write these lines of the live Corefile in another way, or take them out: kubectl edit -n ${namespace} configmap ${configMap.metadata.name}; then run again`
}
