import { textAt } from '../core/json.ts'
import type { LookData, Matrix } from '../core/look-data.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { nodeSeen } from '../objects/node.ts'
import { podSeen } from '../objects/pod.ts'
import type { KubeObject, ObjectRef, Selection } from '../ports/cluster.ts'
import { all, ref } from '../ports/refs.ts'
import { askWithin, type Gathering, type Looking, map, type Scene } from './channel.ts'
import type { Channel, Evidence, FailureSeen, Looked, Wanted } from './evidence.ts'
import { apiServersOf, signerOf } from './gather-api-servers.ts'
import { lostArrivalsOf } from './gather-arrivals.ts'
import { filtersSeen } from './gather-filters.ts'
import { hostsSeen } from './gather-hosts.ts'
import { kubeletsOf, logsOf } from './gather-nodes.ts'
import { workerNetworksOf } from './gather-worker-networks.ts'
import { accessSeen, COREDNS } from './read-access.ts'
import {
  deploymentSeen,
  endpointsSeen,
  eventSeen,
  namesOf,
  replicaSetSeen,
  serviceSeen,
} from './read-objects.ts'

/** What the failed step brings along. */
type Brought = {
  readonly failure: FailureSeen
  readonly data: LookData
}

/** In all. An idle machine answers within a second; evidence that comes later than this helps nobody. */
const DEADLINE_MS = 8_000

/**
 * Asks all channels at once, each question once; what does not answer in time is 'not looked at'. Reads
 * only, never rejects.
 */
export async function gather(
  looking: Looking,
  scene: Scene,
  { failure, data: { matrix } }: Brought,
): Promise<Evidence> {
  const stop = new AbortController()
  const ask = askWithin(looking.clock, DEADLINE_MS, stop.signal)
  try {
    const channels = channelsOf({ ...looking, scene, ask }, matrix, failure.step)
    return { failure, wanted: wantedOf(scene.inventory), ...(await allOf(channels)) }
  } finally {
    stop.abort()
  }
}

function channelsOf(gathering: Gathering, matrix: Matrix | undefined, step: string) {
  const notYet = { notLooked: 'no API server was started yet' }
  const fromCluster: Gathering = gathering.scene.has('kube-apiserver')
    ? gathering
    : { ...gathering, ask: () => Promise.resolve(notYet) }
  const { ask, cluster } = fromCluster
  const list = async <T>(selection: Selection, read: (object: KubeObject) => T) =>
    map(await ask(() => cluster.list(selection)), (objects) => objects.map(read))
  const get = async <T>(wanted: ObjectRef, read: (object: KubeObject) => T | null) =>
    map(await ask(() => cluster.get(wanted)), (found) => found && read(found))
  const { namespace, name } = COREDNS
  const pods = list(all.pods(), podSeen)
  const nodes = list(all.nodes(), nodeSeen)
  const endpoints = list(all.endpoints(), endpointsSeen)
  return {
    ...{ nodes, pods },
    deployment: get(ref.deployment(name, namespace), deploymentSeen),
    replicaSets: list(all.replicaSets({ namespace }), replicaSetSeen),
    services: list(all.services(), serviceSeen),
    endpoints,
    corefile: get(
      ref.configMap(name, namespace),
      (found) => textAt(found, 'data', 'Corefile') ?? null,
    ),
    access: accessOf(fromCluster),
    policies: list(all.networkPolicies(), namesOf),
    events: warningsOf(fromCluster),
    logs: logsOf(fromCluster, pods),
    kubelets: kubeletsOf(fromCluster, nodes),
    apiServers: apiServersOf(gathering, endpoints),
    signer: signerOf(gathering),
    hosts: hostsSeen(gathering),
    filters: filtersSeen(fromCluster, pods),
    workerNetworks: workerNetworksOf(fromCluster, pods),
    matrix: Promise.resolve<Looked<Matrix>>(
      matrix === undefined ? { notLooked: `${step} measures none` } : { found: matrix },
    ),
    arrivals: lostArrivalsOf(gathering, matrix),
  } satisfies { [Key in Channel]: Promise<Evidence[Key]> }
}

function accessOf({ cluster, ask }: Gathering) {
  return ask(async () => {
    const [account, bindings, roles] = await Promise.all([
      cluster.get(ref.serviceAccount(COREDNS.name, COREDNS.namespace)),
      cluster.list(all.clusterRoleBindings()),
      cluster.list(all.clusterRoles()),
    ])
    return accessSeen(account, bindings, roles)
  })
}

/** Newest first: an old one may be of a trouble that has passed. */
async function warningsOf({ cluster, ask }: Gathering) {
  const found = await ask(() => cluster.list(all.events({ fieldSelector: 'type=Warning' })))
  const timeOf = (event: KubeObject): string =>
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    textAt(event, 'metadata', 'creationTimestamp') ??
    ''
  return map(found, (events) =>
    events
      .toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
      .slice(0, 40)
      .map(eventSeen),
  )
}

export function wantedOf({ target, cluster, lab, controllers, workers }: Inventory): Wanted {
  const isLab = target.kind === 'lab'
  return {
    target: target.kind,
    ...cluster,
    controllers: isLab ? lab.controllers : controllers.map((one) => ({ name: '', ...one })),
    workers: isLab ? lab.workers : workers.map((one) => ({ address: null, ...one })),
  }
}

/** Waits for all values of an object. */
async function allOf<T extends Readonly<Record<string, Promise<unknown>>>>(
  promises: T,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const entries = Object.entries(promises)
  const values = await Promise.all(entries.map(([, promise]) => promise))
  return Object.fromEntries(entries.map(([key], i) => [key, values[i]])) as {
    [K in keyof T]: Awaited<T[K]>
  }
}
