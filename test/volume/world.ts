import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { refOf, nameOf } from '../../lib/ports/cluster.ts'
import type { Cluster, ClusterReader, KubeObject, ObjectRef } from '../../lib/ports/cluster.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import {
  contentOf,
  managedFieldsOf,
  metaText,
  without,
  withoutMetadata,
} from '../../lib/objects/objects.ts'
import { PROBE_LABEL, PROBES } from '../../lib/dns/probe-pods.ts'
import { at, isObject, listAt, textAt } from '../../lib/core/json.ts'
import type { Json } from '../../lib/core/json.ts'

/** The chapter's six objects, as they are wanted. */
export const WANTED: readonly KubeObject[] = parseManifest(
  await readFile(new URL('../../manifests/coredns-1.6.2.yaml', import.meta.url)),
  'kept',
)

const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'busybox' }

/** What a run leaves in the cluster, without what differs from one time to the next. */
export interface World {
  readonly objects: Readonly<Record<string, Json>>
  readonly uids: Readonly<Record<string, string>>
}

/** The six objects, the busybox pod and the probes that are there, owners of fields included. */
export async function worldOf(cluster: ClusterReader): Promise<World> {
  const refs = [...WANTED.map(refOf), POD, ...(await probesOf(cluster))]
  const found = await Promise.all(
    refs.map(async (ref) => [nameOf(ref), await cluster.get(ref)] as const),
  )
  const objects = found.map(([name, object]) => [name, object && settled(object)] as const)
  const uids = found.map(([name, object]) => [name, (object && metaText(object, 'uid')) ?? ''])
  return { objects: Object.fromEntries(objects), uids: Object.fromEntries(uids) as World['uids'] }
}

async function probesOf(cluster: ClusterReader): Promise<readonly ObjectRef[]> {
  const { namespace } = PROBES
  const pods = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    labelSelector: `app=${PROBE_LABEL.value}`,
  }
  return (await cluster.list(pods)).map(refOf)
}

const CONTROLLERS = ['kube-controller-manager', 'kubelet', 'kube-scheduler']
const REVISION = 'deployment.kubernetes.io/revision'

function settled(object: KubeObject): Json {
  const owners = managedFieldsOf(object)
    .filter((entry) => !CONTROLLERS.includes(textAt(entry, 'manager') ?? ''))
    .map((entry) => JSON.stringify(without(entry, 'time')))
    .sort()
  if (object.kind === 'Pod') {
    const going = metaText(object, 'deletionTimestamp') !== undefined
    const { image, command } = (at(object, 'spec', 'containers', 0) ?? {}) as Record<string, Json>
    return { image: image ?? null, command: command ?? null, going, owners }
  }
  const annotations = object.metadata['annotations']
  const kept = isObject(annotations) ? without(annotations, REVISION) : {}
  const content = withoutMetadata(contentOf(object), 'annotations')
  return { ...content, annotations: kept, owners }
}

/** How many pods of CoreDNS and of busybox are ready: three after a run. */
export async function readyPods(cluster: ClusterReader): Promise<number> {
  const labels = [
    ['kube-system', 'k8s-app=kube-dns'],
    ['default', 'run=busybox'],
  ] as const
  const pods = await Promise.all(
    labels.map(([namespace, labelSelector]) =>
      cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector }),
    ),
  )
  return pods.flat().filter((pod) => {
    const ready = listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready')
    return textAt(ready, 'status') === 'True' && metaText(pod, 'deletionTimestamp') === undefined
  }).length
}

/** As somebody else may have made them: without the chapter's labels, annotations and third port. */
export function earlierEdition(object: KubeObject): KubeObject {
  const bare = withoutMetadata(object, 'labels', 'annotations')
  if (object.kind !== 'Service') return bare
  const spec = isObject(object['spec']) ? object['spec'] : {}
  return { ...bare, spec: { ...spec, ports: listAt(spec, 'ports').slice(0, 2) } }
}

/** Has somebody else make the earlier edition. */
export async function putEarlierEdition(people: Cluster): Promise<void> {
  for (const object of WANTED) await people.apply(earlierEdition(object), null)
}

/** Takes away all that a run makes, whoever made it. */
export async function clear(people: Cluster): Promise<void> {
  for (const ref of [...WANTED.map(refOf), POD, ...(await probesOf(people))]) {
    const live = await people.get(ref)
    if (live !== null) await people.remove(ref, metaText(live, 'uid') ?? '')
    while ((await people.get(ref)) !== null) await sleep(200)
  }
}
