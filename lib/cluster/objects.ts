import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { KubeObject, ObjectRef } from './cluster.ts'
import { nameOf, refOf } from './cluster.ts'

/** The metadata that the server writes and nobody can restore (ssa-facts, Exact rollback). */
const SERVER_METADATA = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
])

/** True where the JSON looks like an object of the API. */
export function isKubeObject(value: Json | undefined): value is KubeObject {
  if (!isObject(value)) return false
  const { apiVersion, kind, metadata } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false
  return isObject(metadata) && typeof metadata['name'] === 'string'
}

/** What people and controllers put in, without status and what the server keeps for itself. */
export function contentOf(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object
  return { ...(rest as KubeObject), metadata: metadataWithout(object, SERVER_METADATA) }
}

/** The object without some of its metadata. */
export function metadataWithout(
  object: KubeObject,
  keys: ReadonlySet<string>,
): KubeObject['metadata'] {
  const kept = Object.entries(object.metadata).filter(([key]) => !keys.has(key))
  return Object.fromEntries(kept) as KubeObject['metadata']
}

/** The object with some metadata set. */
export function withMetadata(object: KubeObject, metadata: JsonObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } }
}

/** A text of metadata: uid, resourceVersion, deletionTimestamp. */
export function metaText(object: KubeObject, key: string): string | undefined {
  const value = object.metadata[key]
  return typeof value === 'string' ? value : undefined
}

/** The object's entries of managedFields; empty where it has none. */
export function managedFieldsOf(object: KubeObject): readonly JsonObject[] {
  const entries = object.metadata['managedFields']
  return Array.isArray(entries) ? (entries as readonly Json[]).filter(isObject) : []
}

/** `deployment.apps/coredns in kube-system`, for messages. */
export function say(object: KubeObject | ObjectRef): string {
  const ref = isObject(object) && 'metadata' in object ? refOf(object) : (object as ObjectRef)
  return `${nameOf(ref)}${ref.namespace === undefined ? '' : ` in ${ref.namespace}`}`
}
