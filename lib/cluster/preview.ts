import { StepError } from '../errors.ts'
import { listAt, sameJson, textAt } from '../json.ts'
import type { Api } from './api.ts'
import { isTypedPatchError } from './api.ts'
import type { FieldConflict, KubeObject, Preview } from './cluster.ts'
import { refOf } from './cluster.ts'
import type { Discovery } from './discovery.ts'
import { objectPath } from './discovery.ts'
import { isKubeObject, managedFieldsOf, metaText, metadataWithout, say } from './objects.ts'
import type { Reply } from './wire.ts'

/** GET and dry-run must see the same version; an object that changes more often than this is reported. */
const TRIES = 6

/** What dry-run cannot know and the caller must not compare. */
const UNPREDICTABLE = new Set(['uid', 'creationTimestamp', 'resourceVersion'])

/** Left out of "would anything change": who owns a field is not what it is (design §10, Objects). */
const NOT_CONTENT = new Set(['managedFields', 'resourceVersion', 'generation'])

/** Who has the fixed clusterIP of a Service that is to be made; null where nobody. */
export type HolderOf = (clusterIP: string, not: KubeObject) => Promise<string | null>

/** How much is taken from other owners: never anything that is not named. */
export type Adopt = readonly FieldConflict[]

/** Server-side apply with dryRun=All beside a GET, by the rules of ssa-facts. */
export function previewer(api: Api, discover: Discovery, manager: string, holderOf: HolderOf) {
  const look = async (object: KubeObject, force: boolean): Promise<Preview> => {
    const path = objectPath(refOf(object), await discover(object.apiVersion, object.kind))
    const did = `plan ${say(object)}`
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const [got, dry] = await Promise.all([
        api.ask({ method: 'GET', path }, `read ${say(object)}`),
        api.ask(applyRequest(path, object, { manager, force, dryRun: true }), did),
      ])
      if (got.status !== 200 && got.status !== 404) throw api.explain(got, `read ${say(object)}`)
      const live = got.status === 200 && isKubeObject(got.body) ? got.body : null
      const preview = judge(object, live, dry)
      if (preview === 'unexpected') throw api.explain(dry, did)
      if (preview !== 'again') return withFreeAddress(preview, object, holderOf)
      await api.pause(tried, dry)
    }
    throw tooFast(object)
  }
  return async (object: KubeObject, adopt: Adopt = []): Promise<Preview> => {
    for (let tried = 1; ; tried += 1) {
      const asked = await look(object, false)
      if (asked.outcome !== 'conflict' || !coveredBy(asked.conflicts, adopt)) return asked
      const forced = await look(object, true)
      // Had somebody written between the two looks, forcing could take what nobody was shown.
      if (versionOf(forced.live) === versionOf(asked.live)) return forced
      if (tried >= TRIES) throw tooFast(object)
    }
  }
}

function versionOf(object: KubeObject | null): string | undefined {
  return object === null ? undefined : metaText(object, 'resourceVersion')
}

function tooFast(object: KubeObject): StepError {
  return new StepError({
    problem: `${say(object)} changes faster than it can be planned`,
    seen: [`${String(TRIES)} looks, and each time somebody had written in between`],
    remedy: `kubectl get ${object.kind} ${object.metadata.name} -w --show-managed-fields -o yaml shows who writes; stop that, then run again`,
  })
}

function coveredBy(conflicts: readonly FieldConflict[], adopt: Adopt): boolean {
  return conflicts.every(({ field, manager }) =>
    adopt.some((one) => one.field === field && one.manager === manager),
  )
}

/** The request of server-side apply. JSON is YAML, which is all that this content type wants. */
export function applyRequest(
  path: string,
  object: KubeObject,
  { manager, force, dryRun }: { manager: string; force: boolean; dryRun: boolean },
) {
  return {
    method: 'PATCH',
    path,
    query: {
      fieldManager: manager,
      fieldValidation: 'Strict',
      force: String(force),
      ...(dryRun ? { dryRun: 'All' } : {}),
    },
    body: object,
    contentType: 'application/apply-patch+yaml',
  } as const
}

function judge(
  object: KubeObject,
  live: KubeObject | null,
  dry: Reply,
): Preview | 'again' | 'unexpected' {
  const impossible = impossibleReasons(dry)
  if (impossible !== null) return { outcome: 'invalid', live, reasons: impossible }
  if (dry.status === 409) {
    const conflicts = conflictsOf(dry)
    if (conflicts.length === 0 || live === null) return 'again'
    return { outcome: 'conflict', live, conflicts }
  }
  if (dry.status !== 200 && dry.status !== 201) return 'unexpected'
  if (!isKubeObject(dry.body) || (dry.status === 201) !== (live === null)) return 'again'
  if (live === null) return { outcome: 'created', live, after: predicted(object, dry.body) }
  if (metaText(live, 'uid') !== metaText(dry.body, 'uid')) return 'again'
  if (metaText(live, 'resourceVersion') !== metaText(dry.body, 'resourceVersion')) return 'again'
  const since = metaText(live, 'deletionTimestamp')
  // The server answers 200 for such an object, which then vanishes.
  if (since !== undefined) return { outcome: 'invalid', live, reasons: [beingDeleted(live, since)] }
  if (sameJson(bare(live), bare(dry.body))) return { outcome: 'unchanged', live }
  return { outcome: 'changed', live, after: dry.body }
}

function bare(object: KubeObject): KubeObject {
  return { ...object, metadata: metadataWithout(object, NOT_CONTENT) }
}

/** A dry-run answer without what the real write will decide: uid, times, addresses that are only placeholders. */
function predicted(wanted: KubeObject, dry: KubeObject): KubeObject {
  const managedFields = managedFieldsOf(dry).map(({ time: _, ...entry }) => entry)
  const metadata = {
    ...metadataWithout(dry, UNPREDICTABLE),
    ...(managedFields.length === 0 ? {} : { managedFields }),
  }
  const after: KubeObject = { ...dry, metadata }
  if (dry.kind !== 'Service' || textAt(wanted, 'spec', 'clusterIP') !== undefined) return after
  const { clusterIP: _, clusterIPs: __, ...spec } = dry['spec'] as Record<string, never>
  return { ...after, spec }
}

async function withFreeAddress(
  preview: Preview,
  object: KubeObject,
  holderOf: HolderOf,
): Promise<Preview> {
  if (preview.outcome !== 'created') return preview
  const address = object.kind === 'Service' ? textAt(object, 'spec', 'clusterIP') : undefined
  if (address === undefined || address === 'None' || address === '') return preview
  // Dry-run does not notice a clusterIP that is taken; the real write would fail (ssa-facts).
  const holder = await holderOf(address, object)
  if (holder === null) return preview
  return {
    outcome: 'invalid',
    live: null,
    reasons: [`.spec.clusterIP: ${address} belongs to ${holder}`],
  }
}

function beingDeleted(live: KubeObject, since: string): string {
  const finalizers = listAt(live, 'metadata', 'finalizers').map(String)
  const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`
  return `${say(live)} is being deleted since ${since}${held}: wait until it is gone`
}

/** Why the object can never be stored as it is, or null. */
function impossibleReasons(reply: Reply): readonly string[] | null {
  const message = textAt(reply.body, 'message') ?? reply.text
  if (reply.status === 422) {
    const causes = causesOf(reply).map(({ field, message: said }) =>
      field === '' ? said : `.${field}: ${said}`,
    )
    return causes.length === 0 ? [message] : [...new Set(causes)]
  }
  if (reply.status === 400 || isTypedPatchError(reply)) return [message]
  const kind = textAt(reply.body, 'details', 'kind')
  if (reply.status === 404 && kind === 'namespaces') return [message]
  const terminating = causesOf(reply).some(({ reason }) => reason === 'NamespaceTerminating')
  return reply.status === 403 && terminating ? [message] : null
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

function causesOf(reply: Reply): readonly { reason: string; field: string; message: string }[] {
  return listAt(reply.body, 'details', 'causes').map((cause) => ({
    reason: textAt(cause, 'reason') ?? '',
    field: textAt(cause, 'field') ?? '',
    message: textAt(cause, 'message') ?? '',
  }))
}
