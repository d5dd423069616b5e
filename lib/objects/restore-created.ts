import { defined } from '../core/defined.ts'
import { StepError } from '../core/errors.ts'
import { listAt, sameJson, textAt } from '../core/json.ts'
import { until, type Waiting } from '../core/until.ts'
import type { Cluster, KubeObject, ObjectRef } from '../ports/cluster.ts'
import { ref } from '../ports/refs.ts'
import { diffObjects } from './diff.ts'
import { FIELD_MANAGER } from './manager.ts'
import { ownerOf, ownersOf } from './managed-fields.ts'
import { contentOf, managedFieldsOf, metaText, describe } from './objects.ts'
import { condition } from './pod.ts'

const GONE_MS = 30_000
/** A pod ends when its kubelet says so; that may be busy, or have lost its API server for a while. */
const POD_GONE_MS = 150_000

export interface RestoreOptions extends Waiting {
  /** How long an object may take to vanish; 30 s, and 150 s for a pod, where left out. */
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
  const { ref: of, ours } = created
  const live = await cluster.get(of)
  if (live === null) return [`${describe(of)} is gone already`]
  const uid = metaText(live, 'uid') ?? ''
  if (!isOurs(live, created)) {
    return [`${describe(of)} stays: it is not the one that was made here (uid ${uid})`]
  }
  const edited = changedSince(ours, live)
  if (edited.length > 0) await options.saveLast?.(live)
  // Its end was asked for already, by a rollback that was stopped while it waited, perhaps.
  const going = metaText(live, 'deletionTimestamp') !== undefined
  if (!going && (await cluster.remove(of, uid)) === 'other')
    return [`${describe(of)} stays: somebody made another one in between`]
  options.undone?.(`${describe(of)} is being deleted: that it has gone was not seen yet`)
  await untilGone(cluster, live, options)
  return [`${describe(of)} deleted`, ...edited.map((line) => `with it went ${line}`)]
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

/** Waits until the object of that uid is no more; StepError with the finalizers that hold it, or the kubelet that is away. */
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
  const target = `${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`
  const held = (object: KubeObject) => listAt(object, 'metadata', 'finalizers').map(String)
  const isPod = kind === 'Pod'
  let last = live
  await until(options, {
    what: `${describe(live)} to be gone`,
    deadlineMs: options.deadlineMs ?? (isPod ? POD_GONE_MS : GONE_MS),
    watch: (signal) => cluster.watch(selection, signal),
    async look(objects) {
      const found = objects.find((object) => metaText(object, 'uid') === uid)
      if (found === undefined) return { proven: true }
      last = found
      if (held(found).length > 0)
        return { missing: [`${describe(live)} is held by ${held(found).join(', ')}`] }
      const node = isPod ? await kubeletOf(cluster, found) : ''
      return { missing: [`${describe(live)} is being deleted${node}`] }
    },
  }).catch((error: unknown) => {
    if (!(error instanceof StepError) || error.noAccess) throw error
    const node = textAt(last, 'spec', 'nodeName')
    const byKubelet = `roll back again once the kubelet of ${node ?? 'its node'} answers; if that node is gone for good: kubectl delete ${target} --force --grace-period=0`
    const byFinalizer = `let what set the finalizer finish, or take it off: kubectl patch ${target} --type merge -p '{"metadata":{"finalizers":null}}'; then roll back again`
    const others = isPod ? byKubelet : `kubectl get ${target} -o yaml; then roll back again`
    const remedy = held(last).length > 0 ? byFinalizer : others
    throw new StepError({ ...error.explanation, remedy }, { cause: error })
  })
}

/** `, Terminating on k8sworker1, whose kubelet has not answered since 12:00:00 …`: only that ends a pod. */
async function kubeletOf(cluster: Cluster, pod: KubeObject): Promise<string> {
  const name = textAt(pod, 'spec', 'nodeName')
  if (name === undefined) return ''
  const node = await cluster.get(ref.node(name)).catch((error: unknown) => {
    // A user may have no right to look at nodes.
    if (!(error instanceof StepError) || error.noAccess) throw error
  })
  if (node === null) return `: its node ${name} is no more`
  const on = `: Terminating on ${name}`
  const ready = node === undefined ? undefined : condition(node, 'Ready')
  const status = textAt(ready, 'status')
  if (ready === undefined || status === 'True') return on
  const since = textAt(ready, 'lastTransitionTime') ?? ''
  return `${on}, which is not Ready since ${since} (${textAt(ready, 'message') ?? ''})`
}
