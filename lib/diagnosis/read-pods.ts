import type { KubeObject } from '../ports/cluster.ts'
import { at, isObject, type Json, listAt, textAt } from '../core/json.ts'
import type { ContainerSeen, NodeSeen, PodSeen } from './evidence.ts'

/** A pod, reduced to what causes can be told by. */
export function podSeen(pod: KubeObject): PodSeen {
  const conditions = listAt(pod, 'status', 'conditions')
  const isTrue = (type: string): boolean =>
    conditions.some((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True')
  const unscheduled = conditions.find(
    (one) => textAt(one, 'type') === 'PodScheduled' && textAt(one, 'status') === 'False',
  )
  const phase = textAt(pod, 'status', 'phase') ?? 'Pending'
  return {
    namespace: textAt(pod, 'metadata', 'namespace') ?? '',
    name: pod.metadata.name,
    labels: textsAt(pod, 'metadata', 'labels'),
    node: textAt(pod, 'spec', 'nodeName') ?? null,
    ip: textAt(pod, 'status', 'podIP') ?? null,
    phase,
    ready: phase === 'Running' && isTrue('Ready'),
    leaving: at(pod, 'metadata', 'deletionTimestamp') !== undefined,
    hostNetwork: at(pod, 'spec', 'hostNetwork') === true,
    dnsPolicy: textAt(pod, 'spec', 'dnsPolicy') ?? 'ClusterFirst',
    unscheduled: unscheduled === undefined ? null : (textAt(unscheduled, 'message') ?? ''),
    nodeSelector: textsAt(pod, 'spec', 'nodeSelector'),
    tolerations: listAt(pod, 'spec', 'tolerations').map(tolerationText),
    containers: listAt(pod, 'spec', 'containers').map((one) => containerSeen(pod, one)),
  }
}

function containerSeen(pod: KubeObject, container: Json): ContainerSeen {
  const name = textAt(container, 'name') ?? ''
  const status = listAt(pod, 'status', 'containerStatuses').find(
    (one) => textAt(one, 'name') === name,
  )
  const ended = at(status, 'state', 'terminated') ?? at(status, 'lastState', 'terminated')
  return {
    name,
    image: textAt(container, 'image') ?? '',
    memoryLimit: textAt(container, 'resources', 'limits', 'memory') ?? null,
    restarts: Number(at(status, 'restartCount') ?? 0),
    waiting: reasonOf(at(status, 'state', 'waiting')),
    ended: ended === undefined ? null : endOf(ended),
  }
}

function reasonOf(waiting: Json | undefined): ContainerSeen['waiting'] {
  if (waiting === undefined) return null
  return { reason: textAt(waiting, 'reason') ?? '', message: textAt(waiting, 'message') ?? '' }
}

function endOf(ended: Json): ContainerSeen['ended'] {
  return {
    reason: textAt(ended, 'reason') ?? '',
    exitCode: Number(at(ended, 'exitCode') ?? 0),
    message: textAt(ended, 'message') ?? '',
  }
}

/** `key=value:effect`; `*` without key, as such a toleration takes any taint of that effect. */
function tolerationText(toleration: Json): string {
  const key = textAt(toleration, 'key') ?? '*'
  const value = textAt(toleration, 'operator') === 'Exists' ? '*' : textAt(toleration, 'value')
  return `${key}=${value ?? ''}:${textAt(toleration, 'effect') ?? '*'}`
}

/** A node, likewise. */
export function nodeSeen(node: KubeObject): NodeSeen {
  const ready = listAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready')
  const status = textAt(ready, 'status')
  const internal = listAt(node, 'status', 'addresses').find(
    (one) => textAt(one, 'type') === 'InternalIP',
  )
  return {
    name: node.metadata.name,
    address: textAt(internal, 'address') ?? null,
    ready: status === 'True' || status === 'False' ? status : 'Unknown',
    why: textAt(ready, 'message') ?? '',
    unschedulable: at(node, 'spec', 'unschedulable') === true,
    taints: listAt(node, 'spec', 'taints').map((one) => ({
      key: textAt(one, 'key') ?? '',
      value: textAt(one, 'value') ?? '',
      effect: textAt(one, 'effect') ?? '',
    })),
    labels: textsAt(node, 'metadata', 'labels'),
  }
}

/** The object at a path as far as its values are strings; empty where there is none. */
export function textsAt(value: Json, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = at(value, ...path)
  if (!isObject(found)) return {}
  return Object.fromEntries(
    Object.entries(found).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
