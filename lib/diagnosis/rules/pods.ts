import type { ContainerSeen, Evidence, NodeSeen, PodSeen } from '../evidence.ts'
import { each } from '../evidence.ts'
import {
  concernedPods,
  containers,
  corednsPods,
  podSubject,
  tolerates,
  waitingLine,
  warningsOf,
} from '../pods.ts'
import type { Finding, Rule } from '../rule.ts'

/** Taints that the cluster itself sets and takes away again: waiting heals them. */
const PASSING = /^node\.kubernetes\.io\/|^node\.cloudprovider\.kubernetes\.io\//
/** But for this one, which an administrator sets with `kubectl cordon`. */
const CORDONED = 'node.kubernetes.io/unschedulable'

/** A. The pod does not start. */
export const podRules: readonly Rule[] = [
  {
    code: 'A15',
    layer: 'pods',
    find: (e) =>
      containers(e)
        .filter(
          ({ container: { waiting } }) =>
            waiting?.reason === 'CreateContainerConfigError' && GONE.test(waiting.message),
        )
        .map(({ pod, container }) => ({
          certainty: 'seen',
          cause: `container ${container.name} names a configuration that is not there`,
          evidence: waitingLine({ pod, container }),
          subject: podSubject(pod),
          cure: `kubectl -n ${pod.namespace} describe pod ${pod.name}`,
          hopeless: true,
        })),
  },
  {
    code: 'A9',
    layer: 'pods',
    find: (e) =>
      unscheduled(e).flatMap(({ pod, message }) => {
        const [missing] = Object.entries(pod.nodeSelector).filter(([key, value]) =>
          each(e.nodes).every(({ labels }) => labels[key] !== value),
        )
        if (missing === undefined || each(e.nodes).length === 0) return []
        const label = missing.join('=')
        return [
          {
            certainty: 'seen',
            cause: `no node has the label ${label} that pod ${pod.name} asks for`,
            evidence: `pod ${pod.name} not scheduled: ${message}`,
            subject: podSubject(pod),
            cure: `kubectl get nodes --show-labels; kubectl label nodes --all ${label}`,
          },
        ]
      }),
  },
  {
    code: 'A10',
    layer: 'pods',
    find: (e) => unscheduled(e).flatMap(({ pod, message }) => tainted(pod, message, each(e.nodes))),
    ruleOut: (e) =>
      'found' in e.pods && unscheduled(e).length === 0 ? 'every pod has a node' : null,
  },
  {
    code: 'A11',
    layer: 'pods',
    find: (e) =>
      unscheduled(e).flatMap(({ pod, message }) => {
        const lacking = /\bInsufficient (cpu|memory|ephemeral-storage|pods)\b/.exec(message)?.[1]
        if (lacking === undefined) return []
        return [
          {
            certainty: 'seen',
            cause: `no worker has enough ${lacking} left for pod ${pod.name}`,
            evidence: `pod ${pod.name} not scheduled: ${message}`,
            subject: podSubject(pod),
            cure: 'kubectl describe nodes | grep -A 8 "Allocated resources"',
          },
        ]
      }),
  },
  {
    code: 'A19',
    layer: 'pods',
    find: (e) =>
      containers(e)
        .filter(({ container }) => container.ended?.reason === 'OOMKilled' || isInitOom(container))
        .map(({ pod, container }) => ({
          certainty: 'seen',
          cause: `container ${container.name} needs more memory than its limit of ${container.memoryLimit ?? 'the node'} and is killed`,
          evidence: `pod ${pod.name}: ${container.ended?.reason ?? ''}, exit code ${String(container.ended?.exitCode ?? 137)}, ${String(container.restarts)} restarts`,
          subject: podSubject(pod),
          cure: `kubectl -n ${pod.namespace} set resources deployment/coredns --limits=memory=170Mi`,
          // Killed while it starts: the limit is below what it needs to live at all.
          ...(container.restarts > 0 && !pod.ready ? { hopeless: true } : {}),
        })),
    ruleOut: (e) => ('found' in e.pods ? 'no container was killed for its memory' : null),
  },
  {
    code: 'A20',
    layer: 'pods',
    find: (e) =>
      corednsPods(e).flatMap((pod) => {
        const killed = warningsOf(e, pod).find(({ message }) => NOT_ALIVE.test(message))
        const restarted = pod.containers.some(({ restarts }) => restarts > 0)
        if (killed === undefined || pod.ready || !restarted) return []
        return [
          {
            certainty: 'inferred',
            evidence: `pod ${pod.name}: ${killed.message}`,
            subject: podSubject(pod),
            ...(REFUSED.test(killed.message) ? notListening(pod) : notReached(pod)),
          },
        ]
      }),
  },
]

/** The kubelet's own words for a container that was killed before it ran. */
function isInitOom({ waiting, ended }: ContainerSeen): boolean {
  return [waiting, ended].some((one) => /container init was OOM-killed/.test(one?.message ?? ''))
}

/** The kubelet's. */
const NOT_ALIVE = /^Liveness probe failed: /
/** A refusal is an answer: the pod was reached. */
const REFUSED = /: connect: connection refused$/

type Told = Pick<Finding, 'cause' | 'cure' | 'on'>

function notReached({ node }: PodSeen): Told {
  const on = node ?? ''
  return {
    cause: `the kubelet on ${on} starts CoreDNS again and again, as it gets no answer from it: the host does not reach its own pods, or has no processor time for them`,
    cure: 'ip addr show cnio0; iptables -S INPUT; uptime',
    on,
  }
}

function notListening({ node, namespace }: PodSeen): Told {
  return {
    cause: `the kubelet on ${node ?? ''} starts CoreDNS again and again, as nothing listens where it asks whether it lives: the Corefile has no plugin health, or one on another port`,
    cure: `kubectl -n ${namespace} get deployment coredns -o yaml | grep -A6 livenessProbe; kubectl -n ${namespace} get configmap coredns -o yaml | grep health`,
  }
}
/** The kubelet's words for a ConfigMap or Secret, or a key in one, that is not there. */
const GONE = /^(?:(?:configmap|secret) "[^"]+" not found|couldn't find key )/

function unscheduled(e: Evidence): readonly { readonly pod: PodSeen; readonly message: string }[] {
  return concernedPods(e).flatMap((pod) =>
    pod.unscheduled === null || pod.node !== null ? [] : [{ pod, message: pod.unscheduled }],
  )
}

/** Every node keeps the pod out, and none of the taints goes by itself. */
function tainted(pod: PodSeen, message: string, nodes: readonly NodeSeen[]): readonly Finding[] {
  const walls = nodes.map((node) => ({
    node,
    taint: taintsOf(node).find((taint) => !tolerates(pod, taint)),
  }))
  const [first] = walls
  if (first?.taint === undefined || walls.some(({ taint }) => taint === undefined)) return []
  const lasting = walls.every(({ taint }) => taint !== undefined && isLasting(taint.key))
  const { key, value, effect } = first.taint
  const everywhere = walls.every(({ taint }) => taint?.key === key && taint.effect === effect)
  const shown = `${key}${value === '' ? '' : `=${value}`}:${effect}`
  return [
    {
      certainty: 'seen',
      cause: `every worker has a taint that the pods do not tolerate, as ${shown} on ${first.node.name}`,
      evidence: `pod ${pod.name} not scheduled: ${message}`,
      subject: `node/${first.node.name}`,
      cure:
        key === CORDONED
          ? `kubectl uncordon ${nodes.map(({ name }) => name).join(' ')}`
          : `kubectl taint nodes ${everywhere ? '--all' : first.node.name} ${key}:${effect}-`,
      ...(lasting ? { hopeless: true } : {}),
    },
  ]
}

function taintsOf(node: NodeSeen): NodeSeen['taints'] {
  return node.taints.filter(({ effect }) => effect !== 'PreferNoSchedule')
}

function isLasting(key: string): boolean {
  return key === CORDONED || !PASSING.test(key)
}
