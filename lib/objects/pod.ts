import type { ContainerSeen, PodSeen } from '../core/look-data.ts'
import { defined } from '../core/defined.ts'
import { at, type Json, listAt, textAt, textsAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** A pod, reduced to what causes can be told by. */
export function podSeen(pod: KubeObject): PodSeen {
  const unscheduled = condition(pod, 'PodScheduled')
  const phase = textAt(pod, 'status', 'phase') ?? 'Pending'
  return defined({
    namespace: textAt(pod, 'metadata', 'namespace') ?? '',
    name: pod.metadata.name,
    labels: textsAt(pod, 'metadata', 'labels'),
    created: textAt(pod, 'metadata', 'creationTimestamp'),
    owner: ownerOf(pod),
    node: textAt(pod, 'spec', 'nodeName') ?? null,
    ip: textAt(pod, 'status', 'podIP') ?? null,
    phase,
    ready: phase === 'Running' && isReady(pod),
    leaving: isLeaving(pod),
    hostNetwork: at(pod, 'spec', 'hostNetwork') === true,
    dnsPolicy: textAt(pod, 'spec', 'dnsPolicy') ?? 'ClusterFirst',
    unscheduled:
      textAt(unscheduled, 'status') === 'False' ? (textAt(unscheduled, 'message') ?? '') : null,
    nodeSelector: textsAt(pod, 'spec', 'nodeSelector'),
    tolerations: listAt(pod, 'spec', 'tolerations').map(tolerationText),
    containers: listAt(pod, 'spec', 'containers').map((one) => containerSeen(pod, one)),
  })
}

function ownerOf(pod: KubeObject): PodSeen['owner'] {
  const owners = listAt(pod, 'metadata', 'ownerReferences')
  const maker = owners.find((one) => at(one, 'controller') === true)
  if (maker === undefined) return null
  return { kind: textAt(maker, 'kind') ?? '', name: textAt(maker, 'name') ?? '' }
}

/** What makes pods, as people name it: the Deployment of a ReplicaSet, whose name ends with a hash that its pods have as label. */
export function makerOf({ owner, labels }: PodSeen): PodSeen['owner'] {
  const end = `-${labels['pod-template-hash'] ?? ''}`
  if (owner?.kind !== 'ReplicaSet' || end === '-' || !owner.name.endsWith(end)) return owner
  return { kind: 'Deployment', name: owner.name.slice(0, -end.length) }
}

/** By who made it, whatever labels it has; where that was not recorded, it may be. */
export function isMadeBy(
  workload: { readonly kind: string; readonly name: string },
  pod: PodSeen,
): boolean {
  const maker = makerOf(pod)
  if (maker === undefined) return true
  return maker?.kind === workload.kind && maker.name === workload.name
}

function containerSeen(pod: KubeObject, container: Json): ContainerSeen {
  const name = textAt(container, 'name') ?? ''
  const status = listAt(pod, 'status', 'containerStatuses').find(
    (one) => textAt(one, 'name') === name,
  )
  const ended = at(status, 'state', 'terminated') ?? at(status, 'lastState', 'terminated')
  return defined({
    name,
    image: textAt(container, 'image') ?? '',
    ports: namedPorts(container),
    memoryLimit: textAt(container, 'resources', 'limits', 'memory') ?? null,
    cpuLimit: textAt(container, 'resources', 'limits', 'cpu'),
    restarts: Number(at(status, 'restartCount') ?? 0),
    waiting: reasonOf(at(status, 'state', 'waiting')),
    started:
      textAt(status, 'state', 'running', 'startedAt') ??
      (ended === undefined ? undefined : textAt(ended, 'startedAt')),
    ended: ended === undefined ? null : endOf(ended),
  })
}

function namedPorts(container: Json): ContainerSeen['ports'] {
  const all = listAt(container, 'ports').flatMap((one) => {
    const name = textAt(one, 'name')
    return name === undefined ? [] : [[name, Number(at(one, 'containerPort'))] as const]
  })
  return all.length === 0 ? undefined : Object.fromEntries(all)
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

/** Neither going nor gone: an evicted pod stays in the list, and its ReplicaSet makes another. */
export function isActive({ leaving, phase }: PodSeen): boolean {
  return !leaving && phase !== 'Succeeded' && phase !== 'Failed'
}

/** `ready`, or what the pod is waiting for: in the words of its kubelet, else of the scheduler. */
export function startOf({ ready, containers, unscheduled, phase }: PodSeen): string {
  if (ready) return 'ready'
  const waiting = containers.find((one) => one.waiting !== null)?.waiting?.reason
  return waiting ?? unscheduled ?? phase
}

/** Its end was asked for. */
export function isLeaving(object: KubeObject): boolean {
  return at(object, 'metadata', 'deletionTimestamp') !== undefined
}

/** By its condition; nodes and pods alike. */
export function isReady(object: KubeObject): boolean {
  return textAt(condition(object, 'Ready'), 'status') === 'True'
}

export function condition(object: KubeObject, type: string): Json | undefined {
  return listAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type)
}
