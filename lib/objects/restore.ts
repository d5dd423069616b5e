import { defined } from '../core/defined.ts'
import { StepError } from '../core/errors.ts'
import { isObject, type Json, sameJson } from '../core/json.ts'
import { type Cluster, type KubeObject, type ObjectRef, refOf } from '../ports/cluster.ts'
import { diffObjects } from './diff.ts'
import { ownerOf, ownersOf } from './managed-fields.ts'
import {
  contentOf,
  lastingContent,
  managedFieldsOf,
  metaText,
  versionOf,
  REVISION,
  describe,
  withMetadata,
} from './objects.ts'
import { removeCreated, type RestoreOptions, untilGone } from './restore-created.ts'
import { ownersBefore, sameOwners } from './restore-owners.ts'
import { revertOurs } from './three-way.ts'

/** What rollback of one object needs; all of it survives JSON. */
export type Undo = {
  readonly ref: ObjectRef
  /** The raw object as found before the first write; null where there was none. */
  readonly before: KubeObject | null
  /** As this program wrote it: the answer to the write, else the prediction made before it. */
  readonly ours: KubeObject
  /** Known once the write had answered, where this program created it. */
  readonly createdUid?: string
}

/** Somebody else may write in between; after so many times it is reported. */
const TRIES = 8

/** Gives an object back as it was found; what others changed since stays and is named. Can be repeated at any time. */
export async function restoreObject(
  cluster: Cluster,
  undo: Undo,
  options: RestoreOptions,
): Promise<readonly string[]> {
  const { before, ours, ref } = undo
  if (before === null) return removeCreated(cluster, undo, options)
  // Over all tries: the first may put the content back and only then be overtaken.
  const restored = new Set<string>()
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const live = await cluster.get(ref)
    if (live === null) return recreate(cluster, before)
    if (metaText(live, 'deletionTimestamp') !== undefined) {
      await untilGone(cluster, live, options)
      continue
    }
    const { value, kept } = revertOurs(
      lastingContent(before),
      lastingContent(ours),
      lastingContent(live),
    )
    const wanted = withRevisionOf(live, value as KubeObject)
    for (const { path } of diffObjects(live, wanted)) restored.add(path)
    if (!(await putContent(cluster, live, wanted))) continue
    if (!(await putOwners(cluster, { before, ours, wanted }))) continue
    return [...said(ref, restored), ...kept.map((path) => keptLine(live, path))]
  }
  throw new StepError({
    problem: `${describe(ref)} could not be restored: somebody keeps writing it`,
    seen: [`${TRIES} tries, each overtaken by another write`],
    remedy:
      'find who writes it with kubectl get --show-managed-fields -o yaml, stop that, then roll back again',
  })
}

function said(ref: ObjectRef, restored: ReadonlySet<string>): readonly string[] {
  if (restored.size === 0) return [`${describe(ref)} was as found before`]
  return [`${describe(ref)} restored: ${[...restored].join(', ')}`]
}

function keptLine(live: KubeObject, path: string): string {
  const owner = ownerOf(ownersOf(live), path)
  return `${describe(live)} keeps ${path}, changed since${owner === undefined ? '' : ` by ${owner}`}`
}

/** First step: the content, guarded by the version just seen. False where somebody was faster. */
async function putContent(
  cluster: Cluster,
  live: KubeObject,
  wanted: KubeObject,
): Promise<boolean> {
  if (sameJson(contentOf(live), contentOf(wanted))) return true
  const guarded = withMetadata(wanted, versionOf(live))
  return (await cluster.replace({ ...guarded, ...defined({ status: live['status'] }) })) !== 'stale'
}

/** Second step: owners only, from a fresh GET; then read back, since malformed owners fail silently. */
async function putOwners(cluster: Cluster, { before, ours, wanted }: Owned): Promise<boolean> {
  const ref = refOf(wanted)
  const live = await cluster.get(ref)
  if (live === null || !sameJson(lastingContent(live), lastingContent(wanted))) return false
  const owners = ownersBefore({ before, ours, live })
  if (sameOwners(owners, managedFieldsOf(live))) return true
  if ((await cluster.setManagedFields(live, owners)) === 'stale') return false
  const now = await cluster.get(ref)
  return now !== null && sameOwners(ownersBefore({ before, ours, live: now }), managedFieldsOf(now))
}

type Owned = {
  readonly before: KubeObject
  readonly ours: KubeObject
  /** The content that is to be there already. */
  readonly wanted: KubeObject
}

/** Somebody deleted it since: made again by POST, which gives it a new uid, then its owners. */
async function recreate(cluster: Cluster, before: KubeObject): Promise<readonly string[]> {
  const made = await cluster.create(contentOf(before))
  const ref = refOf(before)
  for (let tried = 1; tried <= TRIES; tried += 1) {
    if (await putOwners(cluster, { before, ours: made, wanted: before })) {
      return [`${describe(ref)} was gone: recreated as it was, with a new uid`]
    }
  }
  throw new StepError({
    problem: `${describe(ref)} was recreated, but the owners of its fields could not be restored`,
    remedy: 'roll back again',
  })
}

function withRevisionOf(live: KubeObject, wanted: KubeObject): KubeObject {
  const annotations = live.metadata['annotations']
  const revision: Json | undefined = isObject(annotations) ? annotations[REVISION] : undefined
  if (revision === undefined) return wanted
  const own = wanted.metadata['annotations']
  return withMetadata(wanted, {
    annotations: { ...(isObject(own) ? own : {}), [REVISION]: revision },
  })
}
