import type { KubeObject } from '../cluster/cluster.ts'
import type { Explanation } from '../errors.ts'
import { contains } from '../inventory/address.ts'
import { at, listAt, textAt } from '../json.ts'

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
export function judgePods(
  seen: Seen,
): { proven: string } | { notYet: readonly string[]; hopeless?: Explanation } {
  if (seen.deployment === null) return { notYet: ['deployment.apps/coredns does not exist'] }
  const wanted = Number(at(seen.deployment, 'spec', 'replicas') ?? 1)
  if (wanted === 0) return nobody()
  const pods = seen.pods.filter(isActive).map(podOf)
  const lines = pods.map(describe)
  const fault = addressFault(pods, seen.workers)
  if (fault !== null) return { notYet: lines, hopeless: fault }
  const ready = pods.filter((pod) => pod.ready)
  if (ready.length !== wanted || pods.length !== wanted) {
    return { notYet: [`${String(ready.length)} of ${String(wanted)} ready`, ...lines] }
  }
  const spread = Math.min(wanted, seen.nodes.filter(isSchedulable).length)
  if (new Set(ready.map(({ node }) => node)).size < spread) {
    return { notYet: lines, hopeless: together(ready, spread) }
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
  return { notYet: [line], hopeless: { problem: `${line}: nobody would answer`, remedy } }
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

/** The fault of the chapter before: two workers that hand out the same range. It never heals by waiting. */
function addressFault(pods: readonly Pod[], workers: readonly WorkerRange[]): Explanation | null {
  const strays = pods.flatMap((pod) => {
    const own = workers.find(({ name }) => name === pod.node)
    if (pod.ip === '' || own === undefined || contains(own.podCIDR, pod.ip)) return []
    return [{ pod, own, owner: workers.find(({ podCIDR }) => contains(podCIDR, pod.ip)) }]
  })
  const twins = pods.find(
    (pod) => pod.ip !== '' && pods.some((one) => one !== pod && one.ip === pod.ip),
  )
  const [stray] = strays
  if (twins === undefined && stray === undefined) return null
  const problem =
    twins === undefined
      ? `pod ${stray?.pod.name ?? ''} has an address outside its worker's range`
      : `${pods.length === 2 ? 'both CoreDNS pods have' : 'several CoreDNS pods have'} the address ${twins.ip}`
  if (stray === undefined) {
    return {
      problem,
      seen: pods.map(describe),
      cause: 'two workers hand out the same range of addresses',
      remedy:
        'give each worker a podCIDR of its own in /etc/cni/net.d/10-bridge.conf, then delete the pods',
    }
  }
  const { pod, own, owner } = stray
  const range =
    owner === undefined ? `a range with ${pod.ip}` : `${owner.podCIDR}, the range of ${owner.name}`
  return {
    problem,
    seen: strays.map((one) => `${describe(one.pod)}, outside that worker's ${one.own.podCIDR}`),
    cause: `${pod.node}'s CNI config hands out ${range}`,
    remedy:
      `on ${pod.node}: set "subnet": "${own.podCIDR}" in /etc/cni/net.d/10-bridge.conf, ip link delete cnio0, ` +
      `restart the kubelet, then kubectl -n kube-system delete pod ${pod.name}`,
  }
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
