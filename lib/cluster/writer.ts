import { StepError } from '../errors.ts'
import { sameJson, textAt } from '../json.ts'
import type { Json } from '../json.ts'
import type { Api } from './api.ts'
import { isLater } from './api.ts'
import type { Cluster, KubeObject, ObjectRef, Preview } from './cluster.ts'
import { refOf } from './cluster.ts'
import type { Discovery } from './discovery.ts'
import { collectionPath, objectPath } from './discovery.ts'
import { contentOf, isKubeObject, metaText, say, withMetadata } from './objects.ts'
import { applyRequest, conflictsOf } from './preview.ts'
import { getObject } from './reader.ts'
import { TransportFailure } from './wire.ts'
import type { Reply, Request } from './wire.ts'

/**
 * No object ever has this resourceVersion: etcd's first write gets 2. In a server-side apply it means
 * "must not exist": an absent object is created, a present one answers 409 (tried, ssa-facts).
 */
const NEVER = '1'

/** The writing half of the port. Every request carries uid and resourceVersion, or must-not-exist. */
export function writer(
  api: Api,
  discover: Discovery,
  manager: string,
  preview: (object: KubeObject) => Promise<Preview>,
): Pick<Cluster, 'apply' | 'create' | 'replace' | 'setManagedFields' | 'remove'> {
  const get = (ref: ObjectRef): Promise<KubeObject | null> => getObject(api, discover, ref)
  const pathOf = async (object: KubeObject): Promise<string> =>
    objectPath(refOf(object), await discover(object.apiVersion, object.kind))

  /**
   * Sends a guarded write. When no clear answer comes, `happened` looks: a value ends it, 'no' sends again,
   * which is safe since the guard refuses a second time.
   */
  const guarded = async <T>(
    request: Request,
    did: string,
    judge: (reply: Reply) => T | undefined,
    happened: () => Promise<T | 'no'>,
  ): Promise<T> => {
    const deadline = performance.now() + api.limits.deadlineMs
    for (let tried = 1; ; tried += 1) {
      const answer = await api.tell(request)
      const unclear = answer instanceof TransportFailure || isLater(answer)
      if (!unclear) {
        const judged = judge(answer)
        if (judged !== undefined) return judged
        // 409 to a repeat may be the answer to our own first one, whose reply was lost.
        const own = tried > 1 && answer.status === 409 ? await happened() : 'no'
        if (own !== 'no') return own
        throw api.explain(answer, did)
      }
      const seen = await happened()
      if (seen !== 'no') return seen
      if (tried >= api.limits.attempts || performance.now() > deadline) throw api.explain(answer, did)
      await api.pause(tried, answer instanceof TransportFailure ? undefined : answer)
    }
  }

  const stored = (reply: Reply): KubeObject | undefined =>
    (reply.status === 200 || reply.status === 201) && isKubeObject(reply.body) ? reply.body : undefined
  const storedOrStale = (reply: Reply): KubeObject | 'stale' | undefined =>
    isStale(reply) ? 'stale' : stored(reply)

  const apply = async (object: KubeObject, live: KubeObject | null): Promise<KubeObject> => {
    const did = `apply ${say(object)}`
    const guard = live === null ? { resourceVersion: NEVER } : guardOf(live)
    const request = applyRequest(await pathOf(object), withMetadata(object, guard), manager, false)
    const happened = async (): Promise<KubeObject | 'no'> => {
      const now = await get(refOf(object))
      if (now === null || (live !== null && sameVersion(now, live))) return 'no'
      const again = await preview(object)
      if (again.outcome === 'unchanged') return again.live
      throw movedOn(object, now)
    }
    let moved = false
    const written = await guarded<KubeObject | 'moved'>(
      request,
      did,
      (reply) => {
        const conflicts = conflictsOf(reply)
        if (conflicts.length > 0) throw conflict(object, conflicts)
        moved = live !== null && isStale(reply)
        return moved ? 'moved' : stored(reply)
      },
      happened,
    )
    if (written !== 'moved') return written
    // A controller's status write moves the version too: that is nobody's change to what we saw.
    const now = await get(refOf(object))
    if (now === null || live === null || !sameContent(now, live)) throw movedOn(object, now)
    return apply(object, now)
  }

  return {
    apply,
    create: async (object) => {
      const resource = await discover(object.apiVersion, object.kind)
      const namespace = refOf(object).namespace ?? 'default'
      const path = collectionPath(object.apiVersion, resource, namespace)
      const query = { fieldManager: manager, fieldValidation: 'Strict' }
      return guarded({ method: 'POST', path, query, body: object }, `create ${say(object)}`, stored, async () => {
        const now = await get(refOf(object))
        return now !== null && covers(now, contentOf(object)) ? now : 'no'
      })
    },
    replace: async (object) => {
      const query = { fieldManager: manager, fieldValidation: 'Strict' }
      const request: Request = { method: 'PUT', path: await pathOf(object), query, body: object }
      return guarded<KubeObject | 'stale'>(request, `put back ${say(object)}`, storedOrStale, async () => {
        const now = await get(refOf(object))
        if (now !== null && sameVersion(now, object)) return 'no'
        return now !== null && sameJson(contentOf(now), contentOf(object)) ? now : 'stale'
      })
    },
    setManagedFields: async (live, managedFields) => {
      const metadata = { ...guardOf(live), managedFields: [...managedFields] }
      const request: Request = {
        method: 'PATCH',
        path: await pathOf(live),
        query: { fieldManager: manager },
        body: { metadata },
        contentType: 'application/merge-patch+json',
      }
      const did = `restore the field owners of ${say(live)}`
      return guarded<KubeObject | 'stale'>(request, did, storedOrStale, async () => {
        const now = await get(refOf(live))
        return now !== null && sameVersion(now, live) ? 'no' : 'stale'
      })
    },
    remove: async (ref, uid) => {
      const path = objectPath(ref, await discover(ref.apiVersion, ref.kind))
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
      return guarded<'deleted' | 'absent' | 'other'>(
        { method: 'DELETE', path, body },
        `delete ${say(ref)}`,
        (reply) => {
          if (reply.status === 404) return 'absent'
          if (reply.status === 409) return 'other'
          return reply.status === 200 || reply.status === 202 ? 'deleted' : undefined
        },
        async () => {
          const now = await get(ref)
          if (now === null) return 'deleted'
          if (metaText(now, 'uid') !== uid) return 'other'
          return metaText(now, 'deletionTimestamp') === undefined ? 'no' : 'deleted'
        },
      )
    },
  }
}

function guardOf(live: KubeObject): { uid: string; resourceVersion: string } {
  return { uid: metaText(live, 'uid') ?? '', resourceVersion: metaText(live, 'resourceVersion') ?? '' }
}

function sameVersion(a: KubeObject, b: KubeObject): boolean {
  return sameJson(guardOf(a), guardOf(b))
}

function sameContent(a: KubeObject, b: KubeObject): boolean {
  return metaText(a, 'uid') === metaText(b, 'uid') && sameJson(contentOf(a), contentOf(b))
}

/** True where everything in `part` is in `whole`: the server adds defaults. */
function covers(whole: Json | undefined, part: Json): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && whole.length === part.length && part.every((item: Json, i) => covers(whole[i] as Json, item))
  }
  if (typeof part !== 'object' || part === null) return sameJson(whole, part)
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return false
  return Object.entries(part).every(([key, value]) => covers((whole as Record<string, Json>)[key], value as Json))
}

/** Gone, another version or another uid by now: 404, a 409 without conflicts, or a 422 that names the uid. */
function isStale(reply: Reply): boolean {
  if (reply.status === 404 || reply.status === 409) return conflictsOf(reply).length === 0
  return reply.status === 422 && /metadata\.uid|Precondition failed: UID/.test(textAt(reply.body, 'message') ?? '')
}

function conflict(object: KubeObject, conflicts: ReturnType<typeof conflictsOf>): StepError {
  return new StepError({
    problem: `${say(object)} has fields that others own with other values`,
    seen: conflicts.map(({ field, manager }) => `${field} belongs to ${manager}`),
    remedy: 'have the owner give up the fields or set them alike, then run again',
  })
}

function movedOn(object: KubeObject, now: KubeObject | null): StepError {
  const state = now === null ? 'it is gone' : `it has resourceVersion ${metaText(now, 'resourceVersion') ?? '?'}`
  return new StepError({
    problem: `${say(object)} was changed by somebody else between the look and the write`,
    seen: [`now ${state}`],
    remedy: 'run again: the plan is then made from what is there now',
  })
}
