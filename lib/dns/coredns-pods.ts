import { hopelessPods } from '../diagnosis/pods-alone.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { Explanation } from '../core/errors.ts'
import type { Observation } from '../core/observation.ts'
import { at, listAt, textAt } from '../core/json.ts'

/** The label that the chapter's Deployment gives its pods. */
export const POD_LABEL = 'k8s-app=kube-dns'

/** What is known of a worker's share of the pod network. */
export interface WorkerRange {
  readonly name: string
  readonly podCIDR: string
}

/** What the cluster says. */
export interface Seen {
  readonly deployment: KubeObject | null
  readonly pods: readonly KubeObject[]
  readonly nodes: readonly KubeObject[]
  /** Empty where the inventory does not know them: then the ranges are not judged. */
  readonly workers: readonly WorkerRange[]
}

interface Pod {
  readonly name: string
  readonly node: string
  readonly ip: string
  readonly ready: boolean
  readonly state: string
}

/** As many ready pods as wanted, on different workers, each with an address of its own worker's range. */
export function judgePods(seen: Seen): Observation {
  if (seen.deployment === null) return { missing: ['deployment.apps/coredns does not exist'] }
  const wanted = Number(at(seen.deployment, 'spec', 'replicas') ?? 1)
  if (wanted === 0) return nobody()
  const pods = seen.pods.filter(isActive).map(podOf)
  const lines = pods.map(describe)
  const fault = faultOf(seen, pods)
  if (fault !== null) return { missing: lines, never: fault }
  const ready = pods.filter((pod) => pod.ready)
  if (ready.length !== wanted || pods.length !== wanted) {
    return { missing: [`${String(ready.length)} of ${String(wanted)} ready`, ...lines] }
  }
  const spread = Math.min(wanted, seen.nodes.filter(isSchedulable).length)
  if (new Set(ready.map(({ node }) => node)).size < spread) {
    return { missing: lines, never: together(ready, spread) }
  }
  return {
    proven: ready
      .map(({ name, node, ip }) => `${name.replace(/^.*-/, '')} on ${node} ${ip}`)
      .sort()
      .join(', '),
  }
}

function nobody() {
  const line = 'deployment.apps/coredns has 0 replicas'
  const remedy = 'kubectl -n kube-system scale deployment coredns --replicas=2'
  return { missing: [line], never: { problem: `${line}: nobody would answer`, remedy } }
}

/** Neither going nor gone: an evicted pod stays in the list, and its ReplicaSet makes another. */
function isActive(pod: KubeObject): boolean {
  const ended = ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase') ?? '')
  return !ended && at(pod, 'metadata', 'deletionTimestamp') === undefined
}

function podOf(pod: KubeObject): Pod {
  const [status] = listAt(pod, 'status', 'containerStatuses')
  const waiting = textAt(status, 'state', 'waiting', 'reason')
  const scheduled = listAt(pod, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === 'PodScheduled' && textAt(one, 'status') === 'False',
  )
  return {
    name: pod.metadata.name,
    node: textAt(pod, 'spec', 'nodeName') ?? '',
    ip: textAt(pod, 'status', 'podIP') ?? '',
    ready:
      textAt(pod, 'status', 'phase') === 'Running' &&
      listAt(pod, 'status', 'conditions').some(
        (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
      ),
    state: waiting ?? textAt(scheduled, 'message') ?? textAt(pod, 'status', 'phase') ?? 'Pending',
  }
}

function describe({ name, node, ip, ready, state }: Pod): string {
  const where = node === '' ? 'not scheduled' : `on ${node}`
  return `pod ${name} ${where} ${ip} ${ready ? 'ready' : state}`.replaceAll(/ +/g, ' ')
}

function isSchedulable(node: KubeObject): boolean {
  const blocked = listAt(node, 'spec', 'taints').some((taint) =>
    ['NoSchedule', 'NoExecute'].includes(textAt(taint, 'effect') ?? ''),
  )
  return at(node, 'spec', 'unschedulable') !== true && !blocked
}

/** What never heals by waiting, above all the fault of the chapter before: two workers with one range. */
function faultOf({ pods, nodes, workers }: Seen, active: readonly Pod[]): Explanation | null {
  const twin = active.find(
    (pod) => pod.ip !== '' && active.some((one) => one !== pod && one.ip === pod.ip),
  )
  const many = active.length === 2 ? 'both CoreDNS pods have' : 'several CoreDNS pods have'
  return hopelessPods({
    ...{ step: 'coredns-pods', pods, nodes },
    problem:
      twin === undefined
        ? 'the CoreDNS pods will never be as they should'
        : `${many} the address ${twin.ip}`,
    workers: workers.map((worker) => ({ ...worker, address: null })),
  })
}

function together(pods: readonly Pod[], spread: number): Explanation {
  const [first] = pods
  return {
    problem: `the ${String(pods.length)} CoreDNS pods run on fewer than ${String(spread)} workers`,
    seen: pods.map(describe),
    cause: 'the other workers could not take a pod when these were scheduled',
    remedy: `kubectl -n kube-system delete pod ${first?.name ?? ''}`,
  }
}
