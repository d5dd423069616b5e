import type { NodeSeen } from '../core/look-data.ts'
import { at, listAt, textAt, textsAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { condition } from './pod.ts'

/** A node, reduced to what causes can be told by. */
export function nodeSeen(node: KubeObject): NodeSeen {
  const ready = condition(node, 'Ready')
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

/** What keeps pods away only until the node is ready again. */
const UNREADY = /^node\.kubernetes\.io\/(?:not-ready|unreachable|network-unavailable)$/

/**
 * The taints that keep pods off a node that was not ready. The controller manager takes them away some time
 * after the node has become Ready, and until then the scheduler passes the node over.
 */
export function unreadyTaints({ taints }: NodeSeen): readonly string[] {
  return [...new Set(taints.map(({ key }) => key).filter((key) => UNREADY.test(key)))]
}

/** The same without the taints of a node that is not ready: what it is when it is. */
export function whenReady(node: NodeSeen): NodeSeen {
  return { ...node, taints: node.taints.filter(({ key }) => !UNREADY.test(key)) }
}

/** It takes pods that tolerate nothing. */
export function isSchedulable({ unschedulable, taints }: NodeSeen): boolean {
  return (
    !unschedulable && taints.every(({ effect }) => !['NoSchedule', 'NoExecute'].includes(effect))
  )
}
