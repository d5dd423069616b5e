import { at, textAt } from '../core/json.ts'
import { type CorefileSource, corefileSourceOf, dnsContainerOf } from '../dns/roles.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** Where a manifest has its Corefile. */
export type CorefilePlace = {
  readonly workload: KubeObject
  readonly configMap: KubeObject
  readonly source: CorefileSource
  readonly wanted: string
}

/** The workload that serves DNS, and where its Corefile is; null where a manifest has none, or not one. */
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
  return places.length === 1 ? (places[0] ?? null) : null
}

/** Of CoreDNS as it is released, by its image: `registry.k8s.io/coredns/coredns:v1.14.6`. */
export function corednsVersion(workload: KubeObject): string | null {
  const image = textAt(dnsContainerOf(workload), 'image') ?? ''
  return /(?:^|\/)coredns:v?(\d+\.\d+\.\d+)(?:@.*)?$/.exec(image)?.[1] ?? null
}

/** What to do about lines of the live Corefile that stand in the way. */
export function editCorefile({ configMap }: Pick<CorefilePlace, 'configMap'>): string {
  const namespace = textAt(configMap, 'metadata', 'namespace') ?? 'default'
  return `write these lines of the live Corefile in another way, or take them out: kubectl edit -n ${namespace} configmap ${configMap.metadata.name}; then run again`
}
