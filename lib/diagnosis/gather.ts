import type { Matrix } from '../core/look-data.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { textAt } from '../core/json.ts'
import { type Ask, askWithin, type Looking, map } from './channel.ts'
import type { Evidence, FailureSeen, Looked, Wanted } from './evidence.ts'
import { apiServersOf, signerOf } from './gather-api-servers.ts'
import { lostArrivalsOf } from './gather-arrivals.ts'
import { hostsOf } from './gather-hosts.ts'
import { kubeletsOf, logsOf } from './gather-nodes.ts'
import { workerNetworksOf } from './gather-worker-networks.ts'
import {
  accessSeen,
  ACCOUNT,
  deploymentSeen,
  endpointsSeen,
  eventSeen,
  policySeen,
  replicaSetSeen,
  serviceSeen,
} from './read-objects.ts'
import { nodeSeen, podSeen } from './read-pods.ts'
import type { Scene } from './scene.ts'

/** What the failed step brings along. */
export interface Brought extends FailureSeen {
  readonly matrix?: Matrix
}

/** In all. An idle machine answers within a second; evidence that comes later than this helps nobody. */
const DEADLINE_MS = 8_000

/**
 * Asks all channels at once, each question once; what does not answer in time is 'not looked at'. Reads
 * only, never rejects.
 */
export async function gather(on: Looking, scene: Scene, brought: Brought): Promise<Evidence> {
  const stop = new AbortController()
  try {
    return await gatherWith(on, scene, {
      brought,
      ask: askWithin(on.clock, DEADLINE_MS, stop.signal),
    })
  } finally {
    stop.abort()
  }
}

async function gatherWith(
  on: Looking,
  scene: Scene,
  { brought, ask }: { readonly brought: Brought; readonly ask: Ask },
): Promise<Evidence> {
  const { step, problem, seen, matrix } = brought
  const askCluster: Ask = scene.began('start-api-servers')
    ? ask
    : () => Promise.resolve({ notLooked: 'no API server was started yet' })
  const from = readers(on, askCluster)
  const pods = from.list('v1', 'Pod', podSeen)
  const nodes = from.list('v1', 'Node', nodeSeen)
  const endpoints = from.list('v1', 'Endpoints', endpointsSeen)
  const channels = {
    ...{ nodes, pods, endpoints },
    deployment: from.one('apps/v1', 'Deployment', (found) => found && deploymentSeen(found)),
    replicaSets: from.list('apps/v1', 'ReplicaSet', replicaSetSeen, ACCOUNT.namespace),
    services: from.list('v1', 'Service', serviceSeen),
    corefile: from.one('v1', 'ConfigMap', (found) =>
      found === null ? null : (textAt(found, 'data', 'Corefile') ?? null),
    ),
    access: accessOf(on, askCluster),
    policies: from.list('networking.k8s.io/v1', 'NetworkPolicy', policySeen),
    events: warningsOf(on, askCluster),
    logs: logsOf(on, askCluster, pods),
    kubelets: kubeletsOf(on, askCluster, nodes),
    apiServers: apiServersOf(on, ask, { scene, endpoints }),
    signer: signerOf(on, ask, scene),
    hosts: hostsOf(on, ask, scene),
    workerNetworks: workerNetworksOf(on, askCluster, { scene, listed: pods }),
    matrix: Promise.resolve<Looked<Matrix>>(
      matrix === undefined ? { notLooked: `${step} measures none` } : { found: matrix },
    ),
    arrivals: lostArrivalsOf(on, ask, { scene, matrix }),
  } satisfies Record<Exclude<keyof Evidence, 'failure' | 'wanted'>, Promise<unknown>>
  return {
    failure: { step, problem, seen },
    wanted: wantedOf(scene.inventory),
    ...(await allOf(channels)),
  }
}

function readers(on: Looking, ask: Ask) {
  return {
    list: async <T>(
      apiVersion: string,
      kind: string,
      read: (object: KubeObject) => T,
      namespace?: string,
    ): Promise<Looked<readonly T[]>> => {
      const where = namespace === undefined ? {} : { namespace }
      const found = await ask(() => on.cluster.list({ apiVersion, kind, ...where }))
      return map(found, (objects) => objects.map(read))
    },
    /** The object of that kind that CoreDNS consists of. */
    one: async <T>(
      apiVersion: string,
      kind: string,
      read: (object: KubeObject | null) => T,
    ): Promise<Looked<T>> =>
      map(await ask(() => on.cluster.get({ apiVersion, kind, ...ACCOUNT })), read),
  }
}

const RBAC = 'rbac.authorization.k8s.io/v1'

function accessOf(on: Looking, ask: Ask): Promise<Evidence['access']> {
  return ask(async () => {
    const [account, bindings, roles] = await Promise.all([
      on.cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount', ...ACCOUNT }),
      on.cluster.list({ apiVersion: RBAC, kind: 'ClusterRoleBinding' }),
      on.cluster.list({ apiVersion: RBAC, kind: 'ClusterRole' }),
    ])
    return accessSeen(account, bindings, roles)
  })
}

/** Newest first: an old one may be of a trouble that has passed. */
async function warningsOf(on: Looking, ask: Ask): Promise<Evidence['events']> {
  const found = await ask(() =>
    on.cluster.list({ apiVersion: 'v1', kind: 'Event', fieldSelector: 'type=Warning' }),
  )
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
