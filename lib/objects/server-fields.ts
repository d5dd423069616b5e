import { at, isObject, type Json, type JsonObject, listAt } from '../core/json.ts'
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
  const isOwned = listAt(object, 'metadata', 'ownerReferences').length > 0
  const leftOut = [
    ...SERVER_METADATA.filter((key) => key in object.metadata).map((key) => `metadata.${key}`),
    // Its owner's uid is of another cluster: here the garbage collector would delete what has no such owner.
    ...(isOwned ? ['metadata.ownerReferences'] : []),
    ...('status' in object && object.kind !== 'CustomResourceDefinition' ? ['status'] : []),
    ...noted.map((key) => `annotation ${key}`),
  ]
  const owned = isOwned ? ['ownerReferences'] : []
  const served = without(object, 'status') as KubeObject
  const bare = withoutMetadata(served, ...SERVER_METADATA, ...owned)
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

/**
 * `metadata.uid, status (serviceaccount/coredns, service/kube-dns); pod/coredns-a (made out of others)`; null where
 * nothing was left out.
 */
export function leftOutInWords(
  all: readonly Exported[],
  made: readonly KubeObject[],
): string | null {
  const fields = [...new Set(all.flatMap(({ leftOut }) => leftOut))]
  const names = all.filter(({ leftOut }) => leftOut.length > 0).map(({ object }) => nameOf(object))
  const parts = [
    ...(fields.length === 0 ? [] : [`${fields.join(', ')} (${names.join(', ')})`]),
    ...(made.length === 0 ? [] : [`${made.map(nameOf).join(', ')} (made out of others)`]),
  ]
  return parts.length === 0 ? null : parts.join('; ')
}
