import { defined } from '../core/defined.ts'
import { StepError } from '../core/errors.ts'
import { listAt, sameJson, textAt } from '../core/json.ts'
import { until, type Waiting } from '../core/until.ts'
import type { Cluster, KubeObject, ObjectRef } from '../ports/cluster.ts'
import { diffObjects } from './diff.ts'
import { FIELD_MANAGER } from './manager.ts'
import { ownerOf, ownersOf } from './managed-fields.ts'
import { contentOf, managedFieldsOf, metaText, describe } from './objects.ts'

const GONE_MS = 30_000

export interface RestoreOptions extends Waiting {
  /** How long an object may take to vanish; 30 s where left out. */
  readonly deadlineMs?: number
  /** Called with the last state of an object that others had edited, before it is deleted. */
  readonly saveLast?: (last: KubeObject) => Promise<void>
  /** What has been done so far, where there is still something to wait for. */
  readonly undone?: (line: string) => void
}

type Created = {
  readonly ref: ObjectRef
  readonly ours: KubeObject
  readonly createdUid?: string
}

/** Deletes, by uid, what this program created; anything else under that name is left alone and said so. */
export async function removeCreated(
  cluster: Cluster,
  created: Created,
  options: RestoreOptions,
): Promise<readonly string[]> {
  const { ref, ours } = created
  const live = await cluster.get(ref)
  if (live === null) return [`${describe(ref)} is gone already`]
  const uid = metaText(live, 'uid') ?? ''
  if (!isOurs(live, created)) {
    return [`${describe(ref)} stays: it is not the one that was made here (uid ${uid})`]
  }
  const edited = changedSince(ours, live)
  if (edited.length > 0) await options.saveLast?.(live)
  // Its end was asked for already, by a rollback that was stopped while it waited, perhaps.
  const going = metaText(live, 'deletionTimestamp') !== undefined
  if (!going && (await cluster.remove(ref, uid)) === 'other')
    return [`${describe(ref)} stays: somebody made another one in between`]
  options.undone?.(`${describe(ref)} is being deleted: that it has gone was not seen yet`)
  await untilGone(cluster, live, options)
  return [`${describe(ref)} deleted`, ...edited.map((line) => `with it went ${line}`)]
}

/** By the uid recorded after the write; where the program ended before that, by its mark on the object. */
function isOurs(live: KubeObject, { createdUid, ours }: Created): boolean {
  if (createdUid !== undefined) return metaText(live, 'uid') === createdUid
  const entries = managedFieldsOf(live)
  if (entries.some((entry) => textAt(entry, 'manager') === FIELD_MANAGER)) return true
  // A bare ServiceAccount has no entry at all, whoever made it.
  return entries.length === 0 && sameJson(contentOf(live), contentOf(ours))
}

/** Fields that other managers changed; what controllers set without owning (a pod's node) does not count. */
function changedSince(ours: KubeObject, live: KubeObject): readonly string[] {
  const owners = ownersOf(live)
  return diffObjects(ours, live).flatMap(({ path }) => {
    const owner = ownerOf(owners, path)
    return owner === undefined || owner === FIELD_MANAGER
      ? []
      : [`${path}, changed since by ${owner}`]
  })
}

/** Waits until the object of that uid is no more; StepError with the finalizers that hold it. */
export async function untilGone(
  cluster: Cluster,
  live: KubeObject,
  options: RestoreOptions,
): Promise<void> {
  const uid = metaText(live, 'uid')
  const namespace = metaText(live, 'namespace')
  const { name } = live.metadata
  const { apiVersion, kind } = live
  const fieldSelector = `metadata.name=${name}`
  const selection = defined({ apiVersion, kind, namespace, fieldSelector })
  try {
    await until(options, {
      what: `${describe(live)} to be gone`,
      deadlineMs: options.deadlineMs ?? GONE_MS,
      watch: (signal) => cluster.watch(selection, signal),
      look(objects) {
        const found = objects.find((object) => metaText(object, 'uid') === uid)
        if (found === undefined) return { proven: true }
        const held = listAt(found, 'metadata', 'finalizers').map(String)
        const state = held.length === 0 ? 'is being deleted' : `is held by ${held.join(', ')}`
        return { missing: [`${describe(live)} ${state}`] }
      },
    })
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    const where = namespace === undefined ? '' : ` -n ${namespace}`
    const kubectl = `kubectl patch ${kind.toLowerCase()} ${name}${where}`
    const remedy = `let what set the finalizer finish, or take it off: ${kubectl} --type merge -p '{"metadata":{"finalizers":null}}'; then roll back again`
    throw new StepError({ ...error.explanation, remedy }, { cause: error })
  }
}
