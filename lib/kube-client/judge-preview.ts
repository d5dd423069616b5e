import { at, type JsonObject, listAt, sameJson, textAt } from '../core/json.ts'
import { admissionIn } from './admission.ts'
import { isTypedPatchError } from './failed-attempts.ts'
import { wrongTypes } from './wrong-types.ts'
import type { RefusalReason } from '../core/look-data.ts'
import { type FieldConflict, type KubeObject, nameOf, type Preview } from '../ports/cluster.ts'
import {
  isKubeObject,
  managedFieldsOf,
  metaText,
  describe,
  withMetadata,
  without,
  withoutMetadata,
} from '../objects/objects.ts'
import { causesOf, messageIn } from './failures.ts'
import type { Reply } from './wire.ts'

/** What dry-run cannot know and the caller must not compare. */
const UNPREDICTABLE = ['uid', 'creationTimestamp', 'resourceVersion'] as const

/** Left out of "would anything change": who owns a field is not what it is. */
const NOT_CONTENT = ['managedFields', 'resourceVersion', 'generation'] as const

/** What a GET (`live`) and a dry-run mean; 'again': they saw different versions, 'unexpected': an error. */
export function judge(
  object: KubeObject,
  live: KubeObject | null,
  dry: Reply,
): Preview | 'again' | 'unexpected' {
  const impossible = impossibleReasons(dry, metaText(object, 'namespace'))
  if (impossible !== null) return { outcome: 'invalid', live, reasons: impossible }
  if (dry.status === 409) {
    const conflicts = conflictsOf(dry)
    if (conflicts.length === 0 || live === null) return 'again'
    return { outcome: 'conflict', live, conflicts }
  }
  if (dry.status !== 200 && dry.status !== 201) return 'unexpected'
  if (!isKubeObject(dry.body) || (dry.status === 201) !== (live === null)) return 'again'
  if (live === null) return { outcome: 'created', live, after: predicted(object, dry.body) }
  return judgeExisting(live, dry.body)
}

function judgeExisting(live: KubeObject, dry: KubeObject): Preview | 'again' {
  if (metaText(live, 'uid') !== metaText(dry, 'uid')) return 'again'
  if (metaText(live, 'resourceVersion') !== metaText(dry, 'resourceVersion')) return 'again'
  const since = metaText(live, 'deletionTimestamp')
  // The server answers 200 for such an object, which then vanishes.
  if (since !== undefined) {
    return { outcome: 'invalid', live, reasons: [beingDeleted(live, since)] }
  }
  if (sameJson(bare(live), bare(dry))) return { outcome: 'unchanged', live }
  return { outcome: 'changed', live, after: dry }
}

function bare(object: KubeObject): KubeObject {
  return withoutMetadata(object, ...NOT_CONTENT)
}

/** A dry-run answer without what the real write will decide: uid, times, addresses that are only placeholders. */
function predicted(wanted: KubeObject, dry: KubeObject): KubeObject {
  const entries = managedFieldsOf(dry).map((entry) => without(entry, 'time'))
  const bareDry = withoutMetadata(dry, ...UNPREDICTABLE)
  const after = entries.length === 0 ? bareDry : withMetadata(bareDry, { managedFields: entries })
  return dry.kind === 'Service' ? withoutPlaceholders(wanted, after) : after
}

/** In a dry-run the server puts in clusterIPs and nodePorts that it does not keep. */
function withoutPlaceholders(wanted: KubeObject, after: KubeObject): KubeObject {
  const fixed = textAt(wanted, 'spec', 'clusterIP') !== undefined
  const all = after['spec'] as JsonObject
  const spec = fixed ? all : without(all, 'clusterIP', 'clusterIPs')
  const asked = listAt(wanted, 'spec', 'ports')
  if (asked.length === 0 || asked.some((port) => at(port, 'nodePort') !== undefined)) {
    return { ...after, spec }
  }
  const ports = listAt(spec, 'ports').map((port) => without(port as JsonObject, 'nodePort'))
  return { ...after, spec: { ...spec, ports } }
}

/** Kubernetes' own: they go when what the object has made is gone (kubernetes.io, "Garbage Collection"). */
const COLLECTED = ['foregroundDeletion', 'orphan']

function beingDeleted(live: KubeObject, since: string): RefusalReason {
  const finalizers = listAt(live, 'metadata', 'finalizers').map(String)
  const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`
  const message = `${describe(live)} is being deleted since ${since}${held}`
  const holders = finalizers.filter((one) => !COLLECTED.includes(one)).join(' and ')
  const kubectl = `kubectl -n ${metaText(live, 'namespace') ?? 'default'}`
  if (holders === '') {
    const cause = 'somebody has deleted it, and it is not gone yet'
    const cure = `${kubectl} wait --for=delete ${nameOf(live)}; npx tsx run.ts`
    return { message, admission: { cause, cure } }
  }
  const cause = `somebody has deleted it, and it stays until ${holders} lets go of it`
  const off = `patch ${nameOf(live)} --type=merge -p '{"metadata":{"finalizers":null}}'`
  return { message, admission: { cause, cure: `${kubectl} ${off}; npx tsx run.ts` } }
}

/** Its admission plugin speaks of the pod, and not of who wants it. */
const POD_SECURITY = /\bviolates PodSecurity "/

/** Why the object can never be stored as it is, or null. */
function impossibleReasons(
  reply: Reply,
  namespace: string | undefined,
): readonly RefusalReason[] | null {
  const message = messageIn(reply)
  if (reply.status === 422) {
    const causes = causesOf(reply).map(({ field, message: said }) =>
      field === '' ? { message: said } : { field, message: said },
    )
    const once = causes.filter((one, i) => causes.findIndex((other) => sameJson(one, other)) === i)
    return once.length === 0 ? [{ message }] : once
  }
  if (isTypedPatchError(reply)) return wrongTypes(message)
  if (reply.status === 400) return [{ message, written: true }]
  const kind = textAt(reply.body, 'details', 'kind')
  if (reply.status === 404 && kind === 'namespaces') return [{ message }]
  const terminating = causesOf(reply).some(({ reason }) => reason === 'NamespaceTerminating')
  const closed = terminating || POD_SECURITY.test(message)
  const admission = admissionIn(message, namespace)
  // A webhook may deny with any status.
  if (admission !== null) return [{ message, admission }]
  return reply.status === 403 && closed ? [{ message }] : null
}

/** The conflicts in a 409; empty for its two other meanings (stale version, AlreadyExists). */
export function conflictsOf(reply: Reply): readonly FieldConflict[] {
  return causesOf(reply).flatMap(({ reason, field, message }) => {
    if (reason !== 'FieldManagerConflict') return []
    // The manager stands only in the message: `conflict with "M" with subresource "scale" using apps/v1`.
    const manager = /^conflict with "((?:[^"\\]|\\.)*)"/.exec(message)?.[1]
    return [{ field, manager: manager ?? message }]
  })
}
