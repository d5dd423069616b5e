import { at, type Json, listAt, textAt, textsAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** The port on which DNS is served (RFC 1035, section 4.2). */
export const DNS_PORT = 53

/**
 * Labels by which those who deploy cluster DNS mark its Service and pods: the chapter and kubeadm
 * (k8s-app: kube-dns, also k3s), Helm's chart (app.kubernetes.io/name and k8s-app: coredns),
 * and the addon manager (kubernetes.io/name: CoreDNS).
 */
const LABELS: readonly (readonly [key: string, value: string])[] = [
  ['k8s-app', 'kube-dns'],
  ['k8s-app', 'coredns'],
  ['app.kubernetes.io/name', 'coredns'],
  ['kubernetes.io/name', 'CoreDNS'],
]

/** It takes queries: UDP or TCP on port 53. */
export function servesDns(service: KubeObject): boolean {
  return listAt(service, 'spec', 'ports').some((one) => at(one, 'port') === DNS_PORT)
}

/** It takes queries, and is marked as cluster DNS. */
export function isMarkedAsDns(service: KubeObject): boolean {
  return servesDns(service) && isMarked(textsAt(service, 'metadata', 'labels'))
}

/** A workload whose pods are marked as cluster DNS. */
export function makesMarkedPods(workload: KubeObject): boolean {
  return isMarked(textsAt(workload, 'spec', 'template', 'metadata', 'labels'))
}

function isMarked(labels: Readonly<Record<string, string>>): boolean {
  return LABELS.some(([key, value]) => labels[key] === value)
}

/** The ClusterIPs of a Service; none for a headless one. */
export function addressesOf(service: KubeObject): readonly string[] {
  const named = [at(service, 'spec', 'clusterIP'), ...listAt(service, 'spec', 'clusterIPs')]
  const texts = named.filter((one): one is string => typeof one === 'string')
  return [...new Set(texts)].filter((text) => text !== 'None' && text !== '')
}

/** Whether the pods of this workload are those that a Service with that selector leads to. */
export function makesPodsOf(
  workload: KubeObject,
  selector: Readonly<Record<string, string>>,
): boolean {
  return selects(selector, textsAt(workload, 'spec', 'template', 'metadata', 'labels'))
}

/** Whether pods with these labels are meant; an empty selector means none. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

/** As a label selector has them: `k8s-app=kube-dns`; empty for none. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map((pair) => pair.join('='))
    .join(',')
}

/** The spec of the pods that an object makes, or of the pod that it is. */
export function podSpecOf(object: KubeObject): Json | undefined {
  return object.kind === 'Pod' ? at(object, 'spec') : at(object, 'spec', 'template', 'spec')
}

/** The container that serves DNS: the one with port 53, else the only one, else the one that runs CoreDNS. */
export function dnsContainerOf(object: KubeObject): Json | undefined {
  const containers = listAt(podSpecOf(object), 'containers')
  const serving = containers.find((container) =>
    listAt(container, 'ports').some((port) => at(port, 'containerPort') === DNS_PORT),
  )
  return serving ?? (containers.length === 1 ? containers[0] : containers.find(isCoredns))
}

/** By the program that it starts; by its image, and arguments that CoreDNS has, where it names none. */
export function isCoredns(container: Json | undefined): boolean {
  const [program] = listAt(container, 'command')
  if (typeof program === 'string') return /(?:^|\/)coredns$/.test(program)
  const words = containerWords(container)
  const image = textAt(container, 'image') ?? ''
  return /coredns/i.test(image) || words.some((word) => /^--?conf(?:=|$)/.test(word))
}

/** Its command line. */
export function containerWords(container: Json | undefined): readonly string[] {
  return [...listAt(container, 'command'), ...listAt(container, 'args')].filter(
    (one): one is string => typeof one === 'string',
  )
}
