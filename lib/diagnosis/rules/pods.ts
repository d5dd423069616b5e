import type { ContainerSeen, NodeSeen, PodSeen } from '../../core/look-data.ts'
import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import {
  concernedPods,
  containers,
  podSubject,
  tolerates,
  waitingLine,
} from '../../evidence/pods.ts'
import {
  dnsOf,
  kubectlAt,
  restartDns,
  runsDns,
  workloadAt,
  applyAgain,
} from '../../evidence/cluster-dns.ts'
import { type Finding, type Found, permanent, rule, type Rule, seen } from '../rule.ts'
import { quotas } from './refusals.ts'

/** Taints that the cluster itself sets and takes away again: waiting heals them. */
const PASSING = /^node\.kubernetes\.io\/|^node\.cloudprovider\.kubernetes\.io\//
/** But for this one, which an administrator sets with `kubectl cordon`. */
const CORDONED = 'node.kubernetes.io/unschedulable'

/** Of A what keeps a pod from getting a node, and its containers from running. */
export const podRules: readonly Rule[] = [
  rule('A9', 'pods', 'Node selector matches no node', {
    symptom: 'Pods stay Pending: "didn’t match node selector".',
    proof: 'No node has a label that the pod’s nodeSelector asks for.',
    cure: 'Label the nodes, or correct the nodeSelector.',
    find: (e) =>
      unscheduled(e).map((pod) => {
        const [missing] = Object.entries(pod.nodeSelector).filter(([key, value]) =>
          itemsOf(e.nodes).every(({ labels }) => labels[key] !== value),
        )
        if (missing === undefined || itemsOf(e.nodes).length === 0) return null
        const label = missing.join('=')
        return seen({
          cause: `no node has the label ${label} that pod ${pod.name} asks for`,
          ...noPlace(pod),
          cure: `kubectl get nodes --show-labels; kubectl label nodes --all ${label}`,
        })
      }),
  }),
  rule('A10', 'pods', 'Every worker tainted or cordoned', {
    symptom: 'Pods stay Pending: "had untolerated taint" or "were unschedulable".',
    proof: 'Each node has a taint that the pods do not tolerate.',
    cure: 'Take the taint off, uncordon the workers, or let the pods tolerate it.',
    find: (e) => unscheduled(e).map((pod) => tainted(e, pod)),
    ruleOut: (e) =>
      concernedPods(e).length > 0 && unscheduled(e).length === 0 ? 'every pod has a node' : null,
  }),
  rule('A11', 'pods', 'Not enough resources', {
    symptom: 'Pods stay Pending with "Insufficient cpu", or are not created because of a quota.',
    proof: 'The scheduler’s message, or the ReplicaSet’s condition ReplicaFailure.',
    cure: 'Make room on the workers or in the quota, or lower the pods’ requests.',
    find: (e) => [quotas(e), unscheduled(e).map((pod) => tooFull(e, pod))],
  }),
  rule('A15', 'pods', 'Configuration missing', {
    symptom: 'Pods stay in ContainerCreating or CreateContainerConfigError.',
    proof:
      'The ConfigMap has no Corefile or an empty one, or a container waits for one that is not there.',
    cure: 'Apply the whole manifest: the ConfigMap is one of its objects.',
    find: (e) => [withoutCorefile(e), withoutConfiguration(e)],
  }),
  rule('A19', 'pods', 'Killed for its memory', {
    symptom: 'CoreDNS restarts again and again; its containers end with OOMKilled.',
    proof: 'The container’s last state: OOMKilled, at its memory limit.',
    cure: 'Raise the memory limit.',
    find: (e) =>
      containers(e).map((one) => {
        const { pod, name, memoryLimit, ended, restarts } = one
        if (ended?.reason !== 'OOMKilled' && !isInitOom(one)) return null
        // Killed while it starts: the limit is below what it needs to live at all.
        return (restarts > 0 && !pod.ready ? permanent : seen)({
          cause: `container ${name} needs more memory than its limit of ${memoryLimit ?? 'the node'} and is killed`,
          evidence: `pod ${pod.name}: ${ended?.reason ?? ''}, exit code ${String(ended?.exitCode ?? 137)}, ${String(restarts)} restarts`,
          subject: podSubject(pod),
          cure: runsDns(dnsOf(e), pod)
            ? `${kubectlAt(e)} set resources ${workloadAt(e)} -c ${name} --limits=memory=170Mi`
            : `kubectl -n ${pod.namespace} edit limitranges; let pods have more memory by default; kubectl -n ${pod.namespace} delete pod ${pod.name}; npx tsx run.ts`,
        })
      }),
    ruleOut: (e) => (containers(e).length > 0 ? 'no container was killed for its memory' : null),
  }),
]

/** Pods for which the scheduler finds no place. */
function unscheduled(e: Evidence): readonly PodSeen[] {
  return concernedPods(e).filter((pod) => pod.unscheduled !== null && pod.node === null)
}

function noPlace(pod: PodSeen) {
  const evidence = `pod ${pod.name} not scheduled: ${pod.unscheduled ?? ''}`
  return { evidence, subject: podSubject(pod) }
}

function tooFull(e: Evidence, pod: PodSeen): Finding | null {
  const [, lacking] =
    /\bInsufficient (cpu|memory|ephemeral-storage|pods)\b/.exec(pod.unscheduled ?? '') ?? []
  if (lacking === undefined) return null
  return seen({
    cause: `no worker has enough ${lacking} left for pod ${pod.name}`,
    ...noPlace(pod),
    cure: roomFor(e, pod, lacking),
  })
}

/** CoreDNS runs with less than it asks for; what else is there only its owner can judge. */
function roomFor(e: Evidence, pod: PodSeen, lacking: string): string {
  const asks = { cpu: 'cpu=10m', memory: 'memory=30Mi' }[lacking]
  const look = 'kubectl describe nodes | grep -A 8 "Allocated resources"'
  if (asks === undefined || !runsDns(dnsOf(e), pod) || dnsOf(e).workload === null) {
    return `${look}; then delete what need not run, or add a worker`
  }
  return `${kubectlAt(e)} set resources ${workloadAt(e)} -c ${dnsOf(e).container} --requests=${asks}`
}

/** Every node keeps the pod out, and none of the taints goes by itself. */
function tainted(e: Evidence, pod: PodSeen): Finding | null {
  const nodes = itemsOf(e.nodes)
  const walls = nodes.flatMap(
    ({ taints }) =>
      taints.find((one) => one.effect !== 'PreferNoSchedule' && !tolerates(pod, one)) ?? [],
  )
  const [[node], [taint]] = [nodes, walls]
  if (node === undefined || taint === undefined || walls.length < nodes.length) return null
  const lasting = walls.every(({ key }) => key === CORDONED || !PASSING.test(key))
  const { key, value, effect } = taint
  const everywhere = walls.every((one) => one.key === key && one.effect === effect)
  // The first worker that is free again would get all pods that wait.
  const spread = lasting && everywhere && runsDns(dnsOf(e), pod) ? [restartDns(e)] : []
  const shown = `${key}${value === '' ? '' : `=${value}`}:${effect}`
  return (lasting ? permanent : seen)({
    cause: `every worker has a taint that the pods do not tolerate, as ${shown} on ${node.name}`,
    ...noPlace(pod),
    subject: `node/${node.name}`,
    cure: [untaint(taint, everywhere ? nodes : [node]), ...spread].join(' && '),
  })
}

/** What the cluster itself has set it sets again: there the condition behind it is what to look at. */
function untaint({ key, effect }: NodeSeen['taints'][number], nodes: readonly NodeSeen[]): string {
  const names = nodes.map(({ name }) => name).join(' ')
  if (key === CORDONED) return `kubectl uncordon ${names}`
  if (PASSING.test(key)) return `kubectl describe node ${names}`
  return `kubectl taint nodes ${names} ${key}:${effect}-`
}

function withoutCorefile(e: Evidence): Finding | null {
  const { corefile } = dnsOf(e)
  const text = valueOf(e.corefile)
  if (text === undefined || corefile === null || !valueOf(e.deployment)) return null
  const { configMap, key } = corefile
  if (text !== null) return text.trim() === '' ? emptyCorefile(e, configMap, key) : null
  const subject = `configmap/${configMap}`
  return permanent({
    layer: 'objects',
    cause: `configmap ${configMap} has no ${key}, so the pods of CoreDNS cannot start`,
    evidence: `${subject}: no key ${key}`,
    subject,
    cure: applyAgain(
      e,
      `${kubectlAt(e)} get ${subject} -o yaml; let it have the key ${key}, with the Corefile as its text`,
    ),
  })
}

/** CoreDNS starts with it, and answers whoever asks with their own address (plugin whoami). */
function emptyCorefile(e: Evidence, configMap: string, key: string): Finding {
  const subject = `configmap/${configMap}`
  // Without the key nobody owns it any more, and the manifest's is taken.
  const drop = JSON.stringify([{ op: 'remove', path: `/data/${key}` }])
  const write = applyAgain(e, `${kubectlAt(e)} edit ${subject}; let it have the Corefile as ${key}`)
  return permanent({
    layer: 'objects',
    cause: `the ${key} of configmap ${configMap} is empty, so CoreDNS serves no name of the cluster`,
    evidence: `${subject}: ${key} without a line`,
    subject,
    cure: `${kubectlAt(e)} patch ${subject} --type=json -p '${drop}'; ${write}; ${restartDns(e)}`,
  })
}

/** The kubelet's words for a ConfigMap or Secret, or a key in one, that is not there. */
const GONE = /^(?:(?:configmap|secret) "[^"]+" not found|couldn't find key )/

function withoutConfiguration(e: Evidence): Found {
  return containers(e).map((one) => {
    const { pod, name, waiting } = one
    if (waiting?.reason !== 'CreateContainerConfigError' || !GONE.test(waiting.message)) return null
    return permanent({
      cause: `container ${name} names a configuration that is not there`,
      evidence: waitingLine(one),
      subject: podSubject(pod),
      cure: applyAgain(
        e,
        `kubectl -n ${pod.namespace} get configmaps,secrets; make the one that is named, with its key`,
      ),
    })
  })
}

/** The kubelet's own words for a container that was killed before it ran. */
function isInitOom({ waiting, ended }: ContainerSeen): boolean {
  return [waiting, ended].some((one) => /container init was OOM-killed/.test(one?.message ?? ''))
}
