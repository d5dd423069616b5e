import { contains } from '../inventory/address.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { Explanation } from '../core/errors.ts'
import { at } from '../core/json.ts'
import type { PodSeen } from '../core/look-data.ts'
import type { Missing, Observation } from '../core/observation.ts'
import { isSchedulable, nodeSeen } from '../objects/node.ts'
import { isActive, podSeen, startOf } from '../objects/pod.ts'

/** The label that the chapter's Deployment gives its pods. */
export const POD_LABEL = 'k8s-app=kube-dns'

/** What is known of a worker's share of the pod network. */
export type WorkerRange = {
  readonly name: string
  readonly podCIDR: string
}

/** What the cluster says. */
export type Seen = {
  readonly deployment: KubeObject | null
  readonly pods: readonly KubeObject[]
  readonly nodes: readonly KubeObject[]
  /** Empty where the inventory does not know them: then the ranges are not judged. */
  readonly workers: readonly WorkerRange[]
}

/** As many ready pods as wanted, on different workers, each with an address of its own worker's range. */
export function judgePods(seen: Seen): Observation {
  if (seen.deployment === null) return { missing: ['deployment.apps/coredns does not exist'] }
  const wanted = Number(at(seen.deployment, 'spec', 'replicas') ?? 1)
  if (wanted === 0) return nobody()
  const [all, nodes] = [seen.pods.map(podSeen), seen.nodes.map(nodeSeen)]
  const pods = all.filter(isActive)
  const ready = pods.filter((pod) => pod.ready)
  const lines = pods.map(describe)
  const common = { problem: problemOf(pods), data: { pods: all, nodes } }
  if (twinIn(pods) !== undefined || pods.some((pod) => isOutside(pod, seen.workers))) {
    return { missing: lines, ...common }
  }
  if (ready.length !== wanted || pods.length !== wanted) {
    return { missing: [`${ready.length} of ${wanted} ready`, ...lines], ...common }
  }
  const spread = Math.min(wanted, nodes.filter(isSchedulable).length)
  if (new Set(ready.map(({ node }) => node)).size < spread) return together(ready, spread)
  return {
    proven: ready
      .map(({ name, node, ip }) => `${name.replace(/^.*-/, '')} on ${node ?? ''} ${ip ?? ''}`)
      .sort()
      .join(', '),
  }
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
function isOutside({ node, ip }: PodSeen, workers: readonly WorkerRange[]): boolean {
  const worker = workers.find(({ name }) => name === node)
  return worker !== undefined && ip !== null && !contains(worker.podCIDR, ip)
}

function problemOf(pods: readonly PodSeen[]): string {
  const twin = twinIn(pods)
  if (twin === undefined) return 'the CoreDNS pods will never be as wanted'
  const many = pods.length === 2 ? 'both CoreDNS pods have' : 'several CoreDNS pods have'
  return `${many} the address ${twin.ip ?? ''}`
}

function nobody(): Missing {
  const line = 'deployment.apps/coredns has 0 replicas'
  const remedy = 'kubectl -n kube-system scale deployment coredns --replicas=2'
  return { missing: [line], never: { problem: `${line}: nobody would answer`, remedy } }
}

function together(pods: readonly PodSeen[], spread: number): Missing {
  const never: Explanation = {
    problem: `the ${pods.length} CoreDNS pods run on fewer than ${spread} workers`,
    seen: pods.map(describe),
    cause: 'the other workers could not take a pod when these were scheduled',
    remedy: `kubectl -n kube-system delete pod ${pods[0]?.name ?? ''}`,
  }
  return { missing: pods.map(describe), never }
}
