import { at, listAt, textAt, textsAt } from '../core/json.ts'
import { contains } from '../inventory/address.ts'
import type { Judged } from '../objects/plan-object.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import { corefilePathOf, corefileSourceOf } from './corefile-source.ts'
import {
  addressesOf,
  containerWords,
  DNS_PORT,
  dnsContainerOf,
  isCoredns,
  labelsText,
  makesPodsOf,
  selects,
  servesDns,
} from './roles.ts'

/** What the inventory says of the cluster. */
export type Wanted = { readonly dnsAddress: string; readonly serviceCIDR: string }

const NAMESPACED = [
  'ServiceAccount',
  'ConfigMap',
  'Service',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
]
const WORKLOADS = ['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'Pod']

/**
 * What of a manifest does not make the cluster DNS of this cluster, a line each: DNS is told by the roles that
 * its objects have, not by their names. Service at the address, workload that it selects, container, Corefile.
 */
export function judgeManifest(all: readonly Judged[], wanted: Wanted): readonly string[] {
  const objects = all.map(({ object }) => object)
  return [
    ...withoutNamespace(objects),
    ...all.flatMap(({ object }) => outOfRange(object, wanted)),
    ...judgeService(all, wanted),
  ]
}

function withoutNamespace(objects: readonly KubeObject[]): readonly string[] {
  const lost = objects.filter(
    ({ kind, metadata }) => NAMESPACED.includes(kind) && metadata['namespace'] === undefined,
  )
  if (lost.length === 0) return []
  const names = lost.map((one) => nameOf(one)).join(', ')
  return [`${names}: without metadata.namespace, so in default: write namespace: kube-system`]
}

function outOfRange(object: KubeObject, { serviceCIDR }: Wanted): readonly string[] {
  if (object.kind !== 'Service') return []
  return addressesOf(object).flatMap((address) =>
    address.includes(':') || contains(serviceCIDR, address)
      ? []
      : [
          `${nameOf(object)}: clusterIP ${address} is not in ${serviceCIDR}, cluster.serviceCIDR of the inventory`,
        ],
  )
}

function judgeService(all: readonly Judged[], wanted: Wanted): readonly string[] {
  const { dnsAddress } = wanted
  const services = all.filter(({ object }) => object.kind === 'Service' && servesDns(object))
  const there = services.filter(({ becomes }) => addressesOf(becomes).includes(dnsAddress))
  const [service, second] = there.length > 0 ? there : services
  if (service === undefined) return [`no Service of the manifest has port 53`]
  if (second !== undefined) {
    const names = services.map(({ object }) => nameOf(object)).join(' and ')
    return [
      there.length > 0
        ? `${names} both have ${dnsAddress}, which only one can have`
        : `${names} have port 53, and none has clusterIP ${dnsAddress}: write it into the one that pods are to ask`,
    ]
  }
  return [
    ...judgeAddress(service, wanted),
    ...judgeWorkload(
      service.object,
      all.map(({ object }) => object),
    ),
  ]
}

function judgeAddress({ object, becomes }: Judged, { dnsAddress }: Wanted): readonly string[] {
  const addresses = addressesOf(becomes)
  // What the server would not store yet is right in the manifest.
  if ([...addresses, ...addressesOf(object)].includes(dnsAddress)) return []
  const has = addresses.length === 0 ? 'no fixed clusterIP' : `clusterIP ${addresses.join(', ')}`
  return [
    `${nameOf(object)}: ${has}, and pods ask ${dnsAddress}, cluster.dnsAddress of the inventory: write clusterIP: ${dnsAddress}`,
  ]
}

/** Each hop from the Service on. */
function judgeWorkload(service: KubeObject, objects: readonly KubeObject[]): readonly string[] {
  const selector = textsAt(service, 'spec', 'selector')
  const name = nameOf(service)
  if (Object.keys(selector).length === 0) {
    const others = objects.some(({ kind }) => kind === 'Endpoints' || kind === 'EndpointSlice')
    return others ? [] : [`${name}: no selector, and the manifest has no endpoints for it`]
  }
  const labels = labelsText(selector)
  const workloads = objects.filter(
    (one) => WORKLOADS.includes(one.kind) && inSameNamespace(one, service) && takes(one, selector),
  )
  const [workload, second] = workloads
  if (workload === undefined)
    return [`${name}: selects ${labels}, and no pods of the manifest have these labels`]
  if (second !== undefined) {
    return [`${name}: selects ${labels}, which pods of ${workloads.map(nameOf).join(' and ')} have`]
  }
  if (dnsContainerOf(workload) !== undefined) return judgeCorefile(workload, objects)
  return asksElsewhere(service) ? [] : [`${nameOf(workload)}: none of its containers has port 53`]
}

/** By its targetPort, queries arrive at another port of the pods than 53. */
function asksElsewhere(service: KubeObject): boolean {
  const ports = listAt(service, 'spec', 'ports').filter((one) => at(one, 'port') === DNS_PORT)
  return ports.some((one) => (at(one, 'targetPort') ?? DNS_PORT) !== DNS_PORT)
}

function takes(object: KubeObject, selector: Readonly<Record<string, string>>): boolean {
  if (object.kind !== 'Pod') return makesPodsOf(object, selector)
  return selects(selector, textsAt(object, 'metadata', 'labels'))
}

function judgeCorefile(workload: KubeObject, objects: readonly KubeObject[]): readonly string[] {
  const container = dnsContainerOf(workload)
  // What a shell starts cannot be told from outside, nor what another server reads.
  if (!isCoredns(container) || containerWords(container).some((word) => /\s-conf[\s=]/.test(word)))
    return []
  const source = corefileSourceOf(workload)
  const name = nameOf(workload)
  if (source === null) {
    const path = corefilePathOf(container)
    return [`${name}: CoreDNS is to read ${path}, and no ConfigMap gives it a file of that path`]
  }
  const configMap = objects.find(
    (one) =>
      one.kind === 'ConfigMap' &&
      one.metadata.name === source.configMap &&
      inSameNamespace(one, workload),
  )
  if (configMap === undefined)
    return [`${name}: mounts configmap/${source.configMap}, which the manifest does not have`]
  return textAt(at(configMap, 'data'), source.key) === undefined
    ? [`${nameOf(configMap)}: has no key ${source.key}, which ${name} mounts as its Corefile`]
    : []
}

function inSameNamespace(a: KubeObject, b: KubeObject): boolean {
  return (a.metadata['namespace'] ?? 'default') === (b.metadata['namespace'] ?? 'default')
}
