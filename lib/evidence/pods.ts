import { isActive, makerOf } from '../objects/pod.ts'
import type { ContainerSeen, NodeSeen, PodSeen } from '../core/look-data.ts'
import { ON_HOST } from '../dns/host-probes.ts'
import { PROBE_LABEL, PROVE_LABEL } from '../dns/probe-pods.ts'
import { selects } from '../dns/roles.ts'
import { dnsOf, runsDns } from './cluster-dns.ts'
import { type EventSeen, type Evidence, itemsOf } from './evidence.ts'
import { dnsService } from './serving.ts'

/** The CoreDNS pods that are neither gone nor going. */
export function corednsPods(e: Evidence): readonly PodSeen[] {
  const names = dnsOf(e)
  return itemsOf(e.pods).filter((pod) => runsDns(names, pod) && isActive(pod))
}

/** A pod that the Service of cluster DNS leads to, and who makes it; null where nothing does. */
export type Stranger = { readonly pod: PodSeen; readonly maker: PodSeen['owner'] }

/** The one with this address that the Service selects, and that is none of CoreDNS's. */
export function strangerAt(e: Evidence, address: string): Stranger | undefined {
  const names = dnsOf(e)
  const { namespace, selector = {} } = dnsService(e) ?? {}
  const pod = itemsOf(e.pods).find(
    (one) =>
      one.ip === address &&
      one.namespace === namespace &&
      isActive(one) &&
      selects(selector, one.labels) &&
      !runsDns(names, one),
  )
  return pod && { pod, maker: makerOf(pod) }
}

/** The pods that the failed step is about. Other people's pods are none of this program's business. */
export function concernedPods(e: Evidence): readonly PodSeen[] {
  const names = dnsOf(e)
  const asking = e.failure.examines.includes('client-pods')
  return itemsOf(e.pods).filter(
    (pod) => isActive(pod) && (isProbe(pod) || (!asking && runsDns(names, pod))),
  )
}

/** A container with the pod that it is in. */
export type Contained = ContainerSeen & { readonly pod: PodSeen }

/** The containers of the concerned pods. */
export function containers(e: Evidence): readonly Contained[] {
  return concernedPods(e).flatMap((pod) => pod.containers.map((one) => ({ ...one, pod })))
}

/** A pod as a finding is about it. */
export function podSubject({ name }: PodSeen): string {
  return `pod/${name}`
}

/** What a container waits for, in the kubelet's words. */
export function waitingLine({ pod, waiting }: Contained): string {
  return `pod ${pod.name}: ${waiting?.reason ?? ''}: ${waiting?.message ?? ''}`
}

/** Those that a pod's kubelet gave of it, newest first. */
export function warningsOf(e: Evidence, { namespace, name }: PodSeen): readonly EventSeen[] {
  return itemsOf(e.events).filter(
    (event) => event.kind === 'Pod' && event.namespace === namespace && event.object === name,
  )
}

/** The pods from which names are asked. */
export function probes(e: Evidence): readonly PodSeen[] {
  return itemsOf(e.pods).filter(isAskedFrom)
}

/** A pod that names are asked from. */
export function isAskedFrom(pod: PodSeen): boolean {
  return isProbe(pod) && !isOnHost(pod) && !pod.leaving
}

/** The probe that asks names on a worker. */
export function probeOn(e: Evidence, worker: string): PodSeen | undefined {
  return probes(e).find(({ labels, node }) => node === worker && isAsker(labels))
}

/** The pods that look at their worker's own network. */
export function hostProbes(pods: readonly PodSeen[]): readonly PodSeen[] {
  return pods.filter((pod) => isProbe(pod) && isOnHost(pod) && isActive(pod))
}

function isOnHost({ labels }: PodSeen): boolean {
  return labels[ON_HOST.key] === ON_HOST.value
}

function isProbe({ labels }: PodSeen): boolean {
  return labels['run'] === 'busybox' || isAsker(labels)
}

/** As the scheduler decides it (Taints and Tolerations, kubernetes.io). */
export function tolerates(pod: PodSeen, taint: NodeSeen['taints'][number]): boolean {
  return pod.tolerations.some((toleration) => {
    const [, key = '', value = '', effect = ''] = /^([^=]*)=(.*):([^:]*)$/.exec(toleration) ?? []
    return (
      (key === '*' || key === taint.key) &&
      (value === '*' || value === taint.value) &&
      (effect === '*' || effect === taint.effect)
    )
  })
}

function isAsker(labels: PodSeen['labels']): boolean {
  return [PROBE_LABEL, PROVE_LABEL].some(({ key, value }) => labels[key] === value)
}
