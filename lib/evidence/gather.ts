import { dataChangedAt } from '../objects/managed-fields.ts'
import { textAt } from '../core/json.ts'
import type { LookData, Matrix } from '../core/look-data.ts'
import { imageOf } from '../inventory/editions.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { nodeSeen } from '../objects/node.ts'
import { podSeen } from '../objects/pod.ts'
import type { ClusterReader, KubeObject, ObjectRef, Selection } from '../ports/cluster.ts'
import { all, ref } from '../ports/refs.ts'
import { askWithin, type Gathering, type Looking, map, type Scene, type Slow } from './channel.ts'
import {
  type Channel,
  type Evidence,
  type FailureSeen,
  valueOf,
  type Wanted,
  itemsOf,
} from './evidence.ts'
import { apiServersOf, authorityOf, signerOf } from './gather-api-servers.ts'
import { lostArrivalsOf } from './gather-arrivals.ts'
import { filtersSeen } from './gather-filters.ts'
import { hostsSeen } from './gather-hosts.ts'
import { matrixOf } from './gather-matrix.ts'
import { kubeletsOf, logsOf } from './gather-nodes.ts'
import { workerNetworksOf } from './gather-worker-networks.ts'
import { type Unlooked, unlooked } from './unlooked.ts'
import { clusterDns, type DnsNames, namesOrChapter } from './cluster-dns.ts'
import { accessSeen } from './read-access.ts'
import {
  deploymentSeen,
  endpointsSeen,
  slicesSeen,
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
 * only; rejects for a bug alone.
 */
export async function gather(
  looking: Looking,
  scene: Scene,
  { failure, data: { matrix } }: Brought,
  { slow, isEnough, measures = false }: Hurry = {},
): Promise<Evidence> {
  const stop = new AbortController()
  const ask = askWithin(looking.clock, DEADLINE_MS, stop.signal, slow)
  try {
    const cluster = askedOnce(looking.cluster)
    const brought = { matrix, failure, measures }
    const channels = channelsOf({ ...looking, cluster, scene, ask }, brought)
    const base = { failure, wanted: wantedOf(scene.inventory) }
    const lateWhere = async (isKnown: (seen: Evidence) => boolean): Promise<Unlooked> => {
      const { hosts, apiServers, filters } = channels
      const seen = await allOf({ hosts, apiServers })
      if (!isKnown({ ...base, ...DARK, ...seen })) return new Promise<never>(() => undefined)
      const pause = (ms: number) => looking.clock.sleep(ms, stop.signal).catch(() => undefined)
      await Promise.all([pause(GRACE_MS), Promise.race([filters, pause(FILTERS_MS)])])
      return { notLooked: 'the cause was known before it answered' }
    }
    const late = isEnough === undefined ? undefined : lateWhere(isEnough)
    return { ...base, ...(await allOf(channels, late)) }
  } finally {
    stop.abort()
  }
}

/** How the time of a gathering is cut short, and what it is spent on. */
type Hurry = {
  /** Answers that were slow before. */
  readonly slow?: Slow
  /** Whether what was seen of the hosts alone tells the cause: the rest has half a second then. */
  readonly isEnough?: ((seen: Evidence) => boolean) | undefined
  /** Whether servers may be asked from all workers, where the step has not: it takes some seconds. */
  readonly measures?: boolean
}

const GRACE_MS = 500
/** What cuts a daemon off is seen on its host as well, and has the better cure. */
const FILTERS_MS = 2_000
const DARK = unlooked('it has not answered yet')

type Measured = Required<Pick<Hurry, 'measures'>> & {
  readonly failure: FailureSeen
  readonly matrix: Matrix | undefined
}

function channelsOf(gathering: Gathering, { matrix, failure, measures }: Measured) {
  const notYet = { notLooked: 'no API server was started yet' }
  const fromCluster: Gathering = gathering.scene.has('kube-apiserver')
    ? gathering
    : { ...gathering, ask: () => Promise.resolve(notYet) }
  const { ask, cluster } = fromCluster
  const list = async <T>(selection: Selection, read: (object: KubeObject) => T) =>
    map(await ask(() => cluster.list(selection)), (objects) => objects.map(read))
  const get = async <T>(wanted: ObjectRef, read: (object: KubeObject) => T | null) =>
    map(await ask(() => cluster.get(wanted)), (found) => found && read(found))
  const here = ask(() => clusterDns(cluster, gathering.scene.inventory.cluster.dnsAddress))
  const dns = here.then((found) => namesOrChapter(valueOf(found)))
  const ofCorefile = async (read: (found: KubeObject, key: string) => string | null) => {
    const { namespace, corefile } = await dns
    if (corefile === null) {
      return { notLooked: 'no ConfigMap is mounted at the path that CoreDNS reads' }
    }
    const { configMap, key } = corefile
    return get(ref.configMap(configMap, namespace), (found) => read(found, key))
  }
  const pods = list(all.pods(), podSeen)
  const nodes = list(all.nodes(), nodeSeen)
  // Endpoints are deprecated since Kubernetes 1.33, and a cluster may have ceased to write them.
  const authority = authorityOf(gathering)
  const endpoints = ask(() => cluster.list(all.endpointSlices())).then((slices) =>
    itemsOf(slices).length > 0
      ? { found: slicesSeen(itemsOf(slices)) }
      : list(all.endpoints(), endpointsSeen),
  )
  return {
    ...{ nodes, pods },
    dns: here.then((found) => map(found, (one) => one && one.names)),
    deployment: here.then((found) => {
      const { workload } = valueOf(found) ?? {}
      if (workload) return { found: deploymentSeen(workload) }
      const { workload: wanted, namespace } = namesOrChapter(valueOf(found))
      return wanted === null
        ? { found: null }
        : get(ref.deployment(wanted.name, namespace), deploymentSeen)
    }),
    replicaSets: dns.then(({ namespace }) => list(all.replicaSets({ namespace }), replicaSetSeen)),
    services: list(all.services(), serviceSeen),
    endpoints,
    corefile: ofCorefile((found, key) => textAt(found, 'data', key) ?? null),
    corefileChanged: ofCorefile(dataChangedAt),
    access: dns.then((names) => accessOf(fromCluster, names)),
    policies: list(all.networkPolicies(), namesOf),
    events: warningsOf(fromCluster),
    logs: logsOf(fromCluster, dns, pods),
    kubelets: kubeletsOf(fromCluster, nodes),
    apiServers: apiServersOf(gathering, authority, endpoints),
    signer: signerOf(gathering),
    hosts: hostsSeen(gathering, authority),
    filters: filtersSeen(fromCluster, dns, pods),
    workerNetworks: workerNetworksOf(fromCluster, pods),
    matrix: matrixOf(fromCluster, matrix, failure, { pods, may: measures }),
    arrivals: lostArrivalsOf(gathering, matrix),
  } satisfies { [Key in Channel]: Promise<Evidence[Key]> }
}

function accessOf({ cluster, ask }: Gathering, { namespace, account: name }: DnsNames) {
  return ask(async () => {
    const [account, bindings, roles] = await Promise.all([
      cluster.get(ref.serviceAccount(name, namespace)),
      cluster.list(all.clusterRoleBindings()),
      cluster.list(all.clusterRoles()),
    ])
    return accessSeen({ namespace, account: name }, account, bindings, roles)
  })
}

/** Newest first: an old one may be of a trouble that has passed. */
async function warningsOf({ cluster, ask }: Gathering) {
  const found = await ask(() => cluster.list(all.events({ fieldSelector: 'type=Warning' })))
  return map(found, (events) =>
    events
      .map(eventSeen)
      .toSorted((a, b) => ((a.last ?? '') < (b.last ?? '') ? 1 : -1))
      .slice(0, 40),
  )
}

export function wantedOf(inventory: Inventory): Wanted {
  const { target, cluster, lab, controllers, workers, manifest } = inventory
  const isLab = target.kind === 'lab'
  const image = isLab ? imageOf(manifest) : undefined
  return {
    target: target.kind,
    ...cluster,
    ...(image === undefined ? {} : { image }),
    controllers: isLab ? lab.controllers : controllers.map((one) => ({ name: '', ...one })),
    workers: isLab ? lab.workers : workers.map((one) => ({ address: null, ...one })),
  }
}

/** Waits for all values of an object; those that come after `late` are that instead. */
async function allOf<T extends Readonly<Record<string, Promise<unknown>>>>(
  promises: T,
  late?: Promise<Unlooked>,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const entries = Object.entries(promises)
  const values = await Promise.all(
    entries.map(([, promise]) => (late === undefined ? promise : Promise.race([promise, late]))),
  )
  return Object.fromEntries(entries.map(([key], i) => [key, values[i]])) as {
    [K in keyof T]: Awaited<T[K]>
  }
}

/** Several questions need the same lists. */
function askedOnce(cluster: ClusterReader): ClusterReader {
  return {
    ...cluster,
    list: once((selection: Selection) => cluster.list(selection)),
    get: once((wanted: ObjectRef) => cluster.get(wanted)),
  }
}

function once<A, T>(question: (of: A) => Promise<T>): (of: A) => Promise<T> {
  const asked = new Map<string, Promise<T>>()
  return (of) => {
    const key = JSON.stringify(of)
    const answer = asked.get(key) ?? question(of)
    asked.set(key, answer)
    return answer
  }
}
