import { isObject, type Json, sameJson } from '../core/json.ts'
import { type Cluster, type KubeObject, type ObjectRef, refOf } from '../ports/cluster.ts'
import { collectionPath, objectPath, type Server } from './discovery.ts'
import { conflictError, isStale, movedOn, sendGuarded } from './guarded-write.ts'
import {
  contentOf,
  isKubeObject,
  metaText,
  describe,
  versionOf,
  withMetadata,
} from '../objects/objects.ts'
import { conflictsOf } from './judge-preview.ts'
import { type Adopt, applyRequest } from './preview.ts'
import { getObject } from './reader.ts'
import type { Reply } from './wire.ts'

/** No object has this resourceVersion (etcd begins with 2): an apply with it means "must not exist" (1.36.1). */
const NEVER = '1'

/** The writing half of the port. Every request carries uid and resourceVersion, or must-not-exist. */
export function writer(
  server: Server,
  manager: string,
  preview: Cluster['preview'],
): Pick<Cluster, 'apply' | 'create' | 'replace' | 'setManagedFields' | 'remove'> {
  const { api, discover } = server
  const query = { fieldManager: manager, fieldValidation: 'Strict' }
  const get = (ref: ObjectRef): Promise<KubeObject | null> => getObject(server, ref)
  const pathOf = async (object: KubeObject): Promise<string> =>
    objectPath(refOf(object), await discover(object.apiVersion, object.kind))

  const apply: Cluster['apply'] = async (object, seen, adopt = []) => {
    const force = adopt.length > 0 && seen !== null
    const live = force ? await withOnlySeenConflicts(object, seen, adopt) : seen
    const guard = live === null ? { resourceVersion: NEVER } : versionOf(live)
    // Force is bound by the version whose conflicts were just compared with those agreed to.
    const how = { manager, force, dryRun: false }
    const written = await sendGuarded<KubeObject | 'moved'>(api, {
      request: applyRequest(await pathOf(object), withMetadata(object, guard), how),
      operation: `apply ${describe(object)}`,
      judge: (reply) => {
        const conflicts = conflictsOf(reply)
        if (conflicts.length > 0) throw conflictError(object, conflicts)
        return isStale(reply) ? 'moved' : stored(reply)
      },
      happened: async () => {
        const now = await get(refOf(object))
        if (now === null || (live !== null && sameVersion(now, live))) return 'no'
        const again = await preview(object)
        return again.outcome === 'unchanged' ? again.live : 'no'
      },
    })
    if (written !== 'moved') return written
    const now = await get(refOf(object))
    // A controller's status write moves the version too: that is nobody's change to what we saw.
    if (now === null || live === null || !sameContent(now, live)) throw movedOn(object, now)
    return apply(object, now, adopt)
  }

  /** The object as it is now, same in content as the one seen and with no conflict beyond those agreed to. */
  const withOnlySeenConflicts = async (
    object: KubeObject,
    seen: KubeObject,
    adopt: Adopt,
  ): Promise<KubeObject> => {
    const { live, ...planned } = await preview(object, adopt)
    if (planned.outcome === 'conflict') throw conflictError(object, planned.conflicts)
    if (live === null || !sameContent(live, seen)) throw movedOn(object, live)
    return live
  }

  const create: Cluster['create'] = async (object) => {
    const resource = await discover(object.apiVersion, object.kind)
    const path = collectionPath(object.apiVersion, resource, refOf(object).namespace ?? 'default')
    return sendGuarded(api, {
      request: { method: 'POST', path, query, body: object },
      operation: `create ${describe(object)}`,
      judge: stored,
      happened: async () => {
        const now = await get(refOf(object))
        return now !== null && covers(now, contentOf(object)) ? now : 'no'
      },
    })
  }

  const replace: Cluster['replace'] = async (object) =>
    sendGuarded<KubeObject | 'stale'>(api, {
      request: { method: 'PUT', path: await pathOf(object), query, body: object },
      operation: `put back ${describe(object)}`,
      judge: storedOrStale,
      happened: async () => {
        const now = await get(refOf(object))
        if (now !== null && sameVersion(now, object)) return 'no'
        return now !== null && sameContent(now, object) ? now : 'stale'
      },
    })

  const setManagedFields: Cluster['setManagedFields'] = async (live, entries) =>
    sendGuarded<KubeObject | 'stale'>(api, {
      request: {
        method: 'PATCH',
        path: await pathOf(live),
        query: { fieldManager: manager },
        body: { metadata: { ...versionOf(live), managedFields: [...entries] } },
        contentType: 'application/merge-patch+json',
      },
      operation: `restore the field owners of ${describe(live)}`,
      judge: storedOrStale,
      happened: async () => {
        const now = await get(refOf(live))
        return now !== null && sameVersion(now, live) ? 'no' : 'stale'
      },
    })

  const remove: Cluster['remove'] = async (ref, uid) => {
    const path = objectPath(ref, await discover(ref.apiVersion, ref.kind))
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
    return sendGuarded<'deleted' | 'absent' | 'other'>(api, {
      request: { method: 'DELETE', path, body },
      operation: `delete ${describe(ref)}`,
      judge: (reply) => {
        if (reply.status === 404) return 'absent'
        if (reply.status === 409) return 'other'
        return reply.status === 200 || reply.status === 202 ? 'deleted' : undefined
      },
      happened: async () => {
        const now = await get(ref)
        if (now === null) return 'deleted'
        if (metaText(now, 'uid') !== uid) return 'other'
        return metaText(now, 'deletionTimestamp') === undefined ? 'no' : 'deleted'
      },
    })
  }

  return { apply, create, replace, setManagedFields, remove }
}

function stored(reply: Reply): KubeObject | undefined {
  return (reply.status === 200 || reply.status === 201) && isKubeObject(reply.body)
    ? reply.body
    : undefined
}

function storedOrStale(reply: Reply): KubeObject | 'stale' | undefined {
  return isStale(reply) ? 'stale' : stored(reply)
}

function sameVersion(a: KubeObject, b: KubeObject): boolean {
  return sameJson(versionOf(a), versionOf(b))
}

function sameContent(a: KubeObject, b: KubeObject): boolean {
  return metaText(a, 'uid') === metaText(b, 'uid') && sameJson(contentOf(a), contentOf(b))
}

/** True where everything in `part` is in `whole`: the server adds defaults. */
function covers(whole: Json | undefined, part: Json): boolean {
  if (Array.isArray(part)) {
    const items = part as readonly Json[]
    return (
      Array.isArray(whole) &&
      whole.length === items.length &&
      items.every((item, i) => covers(whole[i] as Json, item))
    )
  }
  if (!isObject(part)) return sameJson(whole, part)
  return isObject(whole) && Object.entries(part).every(([key, value]) => covers(whole[key], value))
}
