import { contains } from '../inventory/address.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import type { Explanation } from '../core/errors.ts'
import { at } from '../core/json.ts'
import type { LookData, NodeSeen, PodSeen } from '../core/look-data.ts'
import type { Missing, Observation } from '../core/observation.ts'
import { isSchedulable, nodeSeen, whenReady } from '../objects/node.ts'
import { isActive, podSeen, startOf } from '../objects/pod.ts'
import type { DnsFound } from './find-dns.ts'
import { judgeServers, lastOnesGoing, nobody } from './no-pods.ts'

/** What is known of a worker's share of the pod network. */
export type WorkerRange = {
  readonly name: string
  readonly podCIDR: string
}

/** What the cluster says. */
export type Seen = {
  readonly dns: Pick<DnsFound, 'service' | 'selector' | 'workload' | 'pods' | 'servers' | 'notTold'>
  readonly nodes: readonly KubeObject[]
  /** Empty where the inventory does not know them: then the ranges are not judged. */
  readonly workers: readonly WorkerRange[]
  /** Of any cluster: they may share a node, and those on a node that is not ready are told, and not missed. */
  readonly anywhere?: boolean
}

/**
 * As many ready pods as wanted, on different workers, each with an address of its own worker's range. Where
 * the Service leads to no pods but to processes on hosts, all of these have to be ready.
 */
export function judgePods({ dns, nodes: found, workers, anywhere = false }: Seen): Observation {
  if (arePodsUnknown(dns)) return judgeServers(dns)
  if (wantedOf(dns) === 0) return nobody(dns.workload)
  const [all, nodes] = [dns.pods.map(podSeen), found.map(nodeSeen)]
  const active = all.filter(isActive)
  if (active.length === 0 && dns.workload === null) return lastOnesGoing(dns, all.map(describe))
  const absent = anywhere ? active.filter((pod) => isOnLostNode(pod, nodes)) : []
  const pods = active.filter((pod) => !absent.includes(pod))
  const wanted = wantedOf(dns) - absent.length
  const ready = pods.filter((pod) => pod.ready)
  const lines = pods.map(describe)
  const common = { problem: problemOf(pods), data: { pods: all, nodes } }
  if (isAstray(pods, workers)) return { missing: lines, ...common }
  const rollout = unsettled(dns.workload, { pods, ready, wanted })
  if (rollout.length > 0) return { missing: [...rollout, ...lines], ...common }
  if (wanted === 0) return { missing: absent.map(describe), ...common }
  const crowded = anywhere ? null : judgeSpread({ ready, nodes, wanted, lines, data: common.data })
  return crowded ?? { proven: whereTheyRun(ready, absent) + others(dns) }
}

/** There are none, or they may not be listed. */
function arePodsUnknown({ pods, workload, servers }: Seen['dns']): boolean {
  return pods.length === 0 && (workload === null || servers.length > 0)
}

/** Not as many as wanted, or not as the workload's present template has them. */
function unsettled(
  workload: KubeObject | null,
  { pods, ready, wanted }: Record<'pods' | 'ready', readonly PodSeen[]> & { wanted: number },
): readonly string[] {
  const rollout = unfinished(workload, wanted)
  if (ready.length === wanted && pods.length === wanted && rollout.length === 0) return []
  return [`${ready.length} of ${wanted} ready`, ...rollout]
}

function isAstray(pods: readonly PodSeen[], workers: readonly WorkerRange[]): boolean {
  return twinIn(pods) !== undefined || pods.some((pod) => isOutside(pod, workers))
}

function whereTheyRun(ready: readonly PodSeen[], absent: readonly PodSeen[]): string {
  const there = ready
    .map(({ name, node, ip }) => `${name.replace(/^.*-/, '')} on ${node ?? ''} ${ip ?? ''}`)
    .sort()
    .join(', ')
  const lost = absent.map(({ name, node }) => `; ${name} is on ${node ?? ''}, which is not ready`)
  return there + [...lost, ...ready.flatMap(restarted)].join('')
}

/** Who else the Service leads to: how they answer is asked later. */
function others({ service, pods, servers }: Seen['dns']): string {
  const own = new Set(pods.map(({ metadata }) => metadata.name))
  return servers
    .flatMap(({ pod, address, ready }) =>
      pod === null || own.has(pod) || !ready ? [] : [{ pod, address }],
    )
    .map(({ pod, address }) => `; ${service.name} leads to ${pod} ${address} as well`)
    .join('')
}

/** It serves, and may not for long: what ends it from time to time is worth a look. */
function restarted({ name, containers }: PodSeen): readonly string[] {
  const times = containers.reduce((all, { restarts }) => all + restarts, 0)
  if (times === 0) return []
  return [`; ${name} was restarted ${times === 1 ? 'once' : `${String(times)} times`}`]
}

type Spread = {
  readonly ready: readonly PodSeen[]
  readonly nodes: readonly NodeSeen[]
  readonly wanted: number
  readonly lines: readonly string[]
  readonly data: LookData
}

/** Null where they stand on as many workers as can be. */
function judgeSpread({ ready, nodes, wanted, lines, data }: Spread): Missing | null {
  const found = new Set(ready.map(({ node }) => node)).size
  const takers = nodes.filter(isSchedulable)
  if (found < Math.min(wanted, takers.length))
    return together(ready, Math.min(wanted, takers.length))
  // Whether they are spread is no matter of which nodes happen to be ready.
  const away = nodes.filter((node) => !takers.includes(node) && isSchedulable(whenReady(node)))
  if (found >= Math.min(wanted, takers.length + away.length)) return null
  return {
    missing: [...away.map(({ name, why }) => `node ${name} is not ready: ${why}`), ...lines],
    data,
  }
}

/** Its kubelet cannot say how it is. */
function isOnLostNode({ node, ready }: PodSeen, nodes: readonly NodeSeen[]): boolean {
  return !ready && nodes.some((one) => one.name === node && one.ready !== 'True')
}

/** How many pods there should be: pods that nothing makes are what is wanted themselves. */
function wantedOf({ workload, pods }: Pick<DnsFound, 'workload' | 'pods'>): number {
  if (workload === null) return pods.length
  return workload.kind === 'DaemonSet'
    ? Number(at(workload, 'status', 'desiredNumberScheduled') ?? 0)
    : Number(at(workload, 'spec', 'replicas') ?? 1)
}

/** Pods of an older template may serve well, and yet what was deployed last does not run. */
function unfinished(workload: KubeObject | null, wanted: number): readonly string[] {
  const status = (key: string): number | undefined => {
    const value = at(workload ?? undefined, 'status', key)
    return typeof value === 'number' ? value : undefined
  }
  if (workload === null || status('observedGeneration') === undefined) return []
  const name = nameOf(workload)
  if (Number(at(workload, 'metadata', 'generation') ?? 0) > (status('observedGeneration') ?? 0)) {
    return [`the last change of ${name} has not been taken up by its controller yet`]
  }
  const updated = status('updatedReplicas') ?? status('updatedNumberScheduled') ?? 0
  if (updated >= wanted && (status('replicas') ?? 0) <= updated) return []
  return [
    `the rollout of ${name} has not ended: ${updated} of ${wanted} pods are of its present template, and older ones serve`,
  ]
}

function describe(pod: PodSeen): string {
  const where = pod.node === null ? 'not scheduled' : `on ${pod.node}`
  return `pod ${pod.name} ${where} ${pod.ip ?? ''} ${startOf(pod)}`.replaceAll(/ +/g, ' ')
}

/** A pod whose address another one has as well. */
function twinIn(pods: readonly PodSeen[]): PodSeen | undefined {
  return pods.find((pod) => pod.ip !== null && pods.some((one) => one !== pod && one.ip === pod.ip))
}

/** Its address is none of its worker's range: above all the fault of the chapter before. */
function isOutside({ node, ip, hostNetwork }: PodSeen, workers: readonly WorkerRange[]): boolean {
  // It has its host's address, as it should.
  if (hostNetwork) return false
  const worker = workers.find(({ name }) => name === node)
  return worker !== undefined && ip !== null && !contains(worker.podCIDR, ip)
}

function problemOf(pods: readonly PodSeen[]): string {
  const twin = twinIn(pods)
  if (twin === undefined) return 'the CoreDNS pods will never be as wanted'
  const many = pods.length === 2 ? 'both CoreDNS pods have' : 'several CoreDNS pods have'
  return `${many} the address ${twin.ip ?? ''}`
}

function together(pods: readonly PodSeen[], spread: number): Missing {
  const never: Explanation = {
    problem: `the ${pods.length} CoreDNS pods run on fewer than ${spread} workers`,
    seen: pods.map(describe),
    cause:
      'nothing forbids that one worker has them all, and the others may not have been ready when these were scheduled',
    remedy: `kubectl -n ${pods[0]?.namespace ?? ''} delete pod ${pods[0]?.name ?? ''}`,
  }
  return { missing: pods.map(describe), never }
}
