import { at, listAt, textAt, textsAt } from '../core/json.ts'
import type { ClusterReader, KubeObject, ObjectRef } from '../ports/cluster.ts'
import { refOf } from '../ports/cluster.ts'
import { all, ref } from '../ports/refs.ts'
import {
  addressesOf,
  corefileSourceOf,
  DNS_PORT,
  isMarkedAsDns,
  isSelected,
  servesDns,
} from './roles.ts'

/** Cluster DNS as it is, whatever its objects are called: each hop from the address to who answers. */
export type DnsFound = {
  /** The ClusterIP that pods ask. */
  readonly address: string
  readonly service: ObjectRef
  /** Empty for a Service whose endpoints somebody else writes. */
  readonly selector: Readonly<Record<string, string>>
  readonly servers: readonly DnsServer[]
  /** The pods that the Service selects, those that are not ready too; none without a selector. */
  readonly pods: readonly KubeObject[]
  /** What makes these pods; null where nothing does, or nothing known. */
  readonly workload: KubeObject | null
  /** Null where no ConfigMap is mounted at CoreDNS's Corefile, or it is not there. */
  readonly corefile: FoundCorefile | null
}

/** One of those that answer for the Service, by its EndpointSlices. */
export type DnsServer = {
  readonly address: string
  /** The port that takes UDP: 53 unless the Service says otherwise. */
  readonly port: number
  readonly ready: boolean
  readonly node: string | null
  /** The pod's name; null where it is no pod, such as a process on a host. */
  readonly pod: string | null
}

/** The text of a Corefile, and where it stands. */
export type FoundCorefile = {
  readonly configMap: ObjectRef
  readonly key: string
  readonly text: string
}

/** Why there is none, or which of several is meant cannot be told; a line each. */
export type DnsMissing = { readonly missing: readonly string[] }

/**
 * Looks for it by the address that pods are given; where that is not known (null) by the labels of those
 * who deploy it. Six requests, three of them only where no Deployment runs it.
 */
export async function findDns(
  cluster: ClusterReader,
  address: string | null,
): Promise<DnsFound | DnsMissing> {
  const choice = chosen(await cluster.list(all.services()), address)
  if ('missing' in choice) return choice
  const { service } = choice
  const namespace = textAt(service, 'metadata', 'namespace') ?? 'default'
  const selector = textsAt(service, 'spec', 'selector')
  const selected = Object.keys(selector).length > 0
  const ofService = `kubernetes.io/service-name=${service.metadata.name}`
  const [slices, pods, workload] = await Promise.all([
    cluster.list(all.endpointSlices({ namespace, labelSelector: ofService })),
    selected ? cluster.list(all.pods({ namespace, labelSelector: textOf(selector) })) : [],
    selected ? workloadOf(cluster, namespace, selector) : null,
  ])
  return {
    ...{ selector, pods, workload },
    address: address ?? addressesOf(service)[0] ?? '',
    service: refOf(service),
    servers: slices.flatMap(serversIn),
    corefile: await corefileOf(cluster, namespace, workload ?? pods[0] ?? null),
  }
}

function chosen(
  services: readonly KubeObject[],
  address: string | null,
): { readonly service: KubeObject } | DnsMissing {
  const marked = services.filter(isMarkedAsDns)
  const [first, second] =
    address === null ? marked : services.filter((one) => addressesOf(one).includes(address))
  if (address === null && second !== undefined) {
    return { missing: [`more than one Service may be the cluster DNS: ${listed(marked)}`] }
  }
  if (first === undefined) {
    const what =
      address === null ? 'no Service for DNS is there' : `no Service has the address ${address}`
    return { missing: [marked.length === 0 ? what : `${what}; for DNS there is ${listed(marked)}`] }
  }
  if (servesDns(first)) return { service: first }
  return { missing: [`${nameIn(first)} has the address ${address ?? ''}, and no port ${DNS_PORT}`] }
}

/** Deployments first, as nearly everybody has one: only where none fits are the other kinds asked for. */
async function workloadOf(
  cluster: ClusterReader,
  namespace: string,
  selector: Readonly<Record<string, string>>,
): Promise<KubeObject | null> {
  const fitting = async (kind: 'deployments' | 'daemonSets' | 'statefulSets') =>
    (await cluster.list(all[kind]({ namespace }))).find((one) => isSelected(one, selector))
  const deployment = await fitting('deployments')
  if (deployment !== undefined) return deployment
  const [daemonSet, statefulSet] = await Promise.all([
    fitting('daemonSets'),
    fitting('statefulSets'),
  ])
  return daemonSet ?? statefulSet ?? null
}

/** The servers of one EndpointSlice (discovery.k8s.io/v1). A condition that is not set counts as ready. */
function serversIn(slice: KubeObject): readonly DnsServer[] {
  const ports = listAt(slice, 'ports')
  const udp = ports.find((one) => textAt(one, 'protocol') === 'UDP') ?? ports[0]
  const port = Number(at(udp, 'port') ?? DNS_PORT)
  return listAt(slice, 'endpoints').flatMap((endpoint) =>
    listAt(endpoint, 'addresses')
      .filter((one) => typeof one === 'string')
      .map((address) => ({
        ...{ address, port },
        ready: at(endpoint, 'conditions', 'ready') !== false,
        node: textAt(endpoint, 'nodeName') ?? null,
        pod:
          textAt(endpoint, 'targetRef', 'kind') === 'Pod'
            ? (textAt(endpoint, 'targetRef', 'name') ?? null)
            : null,
      })),
  )
}

async function corefileOf(
  cluster: ClusterReader,
  namespace: string,
  runsIt: KubeObject | null,
): Promise<FoundCorefile | null> {
  const source = runsIt === null ? null : corefileSourceOf(runsIt)
  if (source === null) return null
  const configMap = ref.configMap(source.configMap, namespace)
  const text = textAt((await cluster.get(configMap)) ?? undefined, 'data', source.key)
  return text === undefined ? null : { configMap, key: source.key, text }
}

function listed(services: readonly KubeObject[]): string {
  return services.map((one) => `${nameIn(one)} (${addressesOf(one).join(', ')})`).join('; ')
}

/** `service/kube-dns in kube-system` */
function nameIn(service: KubeObject): string {
  return `service/${service.metadata.name} in ${textAt(service, 'metadata', 'namespace') ?? ''}`
}

/** As a label selector has it: `k8s-app=kube-dns`. */
function textOf(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
