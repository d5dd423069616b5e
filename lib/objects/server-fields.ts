import { at, isObject, type Json, type JsonObject } from '../core/json.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import { REVISION, SERVER_METADATA, without, withoutMetadata } from './objects.ts'

/** What kubectl and controllers note down in an object, and nobody wants. */
const NOTED = ['kubectl.kubernetes.io/last-applied-configuration', REVISION]

/** An object out of a running cluster, and which of its fields were left out because servers write them. */
export type Exported = { readonly object: KubeObject; readonly leftOut: readonly string[] }

/** The object without what its server wrote: as `kubectl get -o yaml` gives it, it could not be applied again. */
export function withoutServerFields(object: KubeObject): Exported {
  const annotations = at(object, 'metadata', 'annotations')
  const noted = isObject(annotations) ? NOTED.filter((key) => key in annotations) : []
  const leftOut = [
    ...SERVER_METADATA.filter((key) => key in object.metadata).map((key) => `metadata.${key}`),
    ...('status' in object && object.kind !== 'CustomResourceDefinition' ? ['status'] : []),
    ...noted.map((key) => `annotation ${key}`),
  ]
  const bare = withoutMetadata(without(object, 'status') as KubeObject, ...SERVER_METADATA)
  const kept =
    noted.length === 0 ? bare : withAnnotations(bare, without(annotations as JsonObject, ...noted))
  return { object: withoutTimes(kept) as KubeObject, leftOut }
}

function withAnnotations(object: KubeObject, annotations: JsonObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** Templates of pods are exported with `creationTimestamp: null`. */
function withoutTimes(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutTimes(item))
  if (!isObject(value)) return value
  const kept = value['creationTimestamp'] === null ? without(value, 'creationTimestamp') : value
  return Object.fromEntries(Object.entries(kept).map(([key, item]) => [key, withoutTimes(item)]))
}

/** `metadata.uid, status (serviceaccount/coredns, service/kube-dns)`; null where nothing was left out. */
export function leftOutInWords(all: readonly Exported[]): string | null {
  const fields = [...new Set(all.flatMap(({ leftOut }) => leftOut))]
  if (fields.length === 0) return null
  const names = all.filter(({ leftOut }) => leftOut.length > 0).map(({ object }) => nameOf(object))
  return `${fields.join(', ')} (${names.join(', ')})`
}
