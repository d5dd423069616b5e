import { isObject, type Json, type JsonObject, textAt } from '../core/json.ts'
import { FIELD_MANAGER } from './manager.ts'
import { type KubeObject, nameOf, type ObjectRef, refOf } from '../ports/cluster.ts'

/** The metadata that the server writes and nobody can restore (docs/server-side-apply.md). */
export const SERVER_METADATA = [
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
] as const

export function isKubeObject(value: Json | undefined): value is KubeObject {
  if (!isObject(value)) return false
  const { apiVersion, kind, metadata } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false
  return isObject(metadata) && typeof metadata['name'] === 'string'
}

export function without(map: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)))
}

/** What people and controllers put in, without status and what the server keeps for itself. */
export function contentOf(object: KubeObject): KubeObject {
  return withoutMetadata(without(object, 'status') as KubeObject, ...SERVER_METADATA)
}

/** The deployment controller's own counter: never restored, never anybody's change. */
export const REVISION = 'deployment.kubernetes.io/revision'

/** Content without the counter that a controller keeps in an annotation. */
export function lastingContent(object: KubeObject): KubeObject {
  const bare = contentOf(object)
  const annotations = bare.metadata['annotations']
  if (!isObject(annotations) || !(REVISION in annotations)) return bare
  const kept = without(annotations, REVISION)
  if (Object.keys(kept).length === 0) return withoutMetadata(bare, 'annotations')
  return withMetadata(bare, { annotations: kept })
}

export function withoutMetadata(object: KubeObject, ...keys: readonly string[]): KubeObject {
  return { ...object, metadata: without(object.metadata, ...keys) as KubeObject['metadata'] }
}

export function withMetadata(object: KubeObject, metadata: JsonObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } }
}

/** A text of metadata: uid, resourceVersion, deletionTimestamp. */
export function metaText(object: KubeObject, key: string): string | undefined {
  const value = object.metadata[key]
  return typeof value === 'string' ? value : undefined
}

/** Which version of which object it is: what a guarded write must name. */
export function versionOf(object: KubeObject) {
  return {
    uid: metaText(object, 'uid') ?? '',
    resourceVersion: metaText(object, 'resourceVersion') ?? '',
  }
}

/** The object's entries of managedFields; empty where it has none. */
export function managedFieldsOf(object: KubeObject): readonly JsonObject[] {
  const entries = object.metadata['managedFields']
  return Array.isArray(entries) ? (entries as readonly Json[]).filter(isObject) : []
}

/** Whether this program has applied it, at any time. */
export function isApplied(object: KubeObject): boolean {
  return managedFieldsOf(object).some((entry) => textAt(entry, 'manager') === FIELD_MANAGER)
}

/** `deployment.apps/coredns in kube-system`, for messages. */
export function describe(object: KubeObject | ObjectRef): string {
  const ref = isObject(object) && 'metadata' in object ? refOf(object) : object
  return `${nameOf(ref)}${ref.namespace === undefined ? '' : ` in ${ref.namespace}`}`
}
