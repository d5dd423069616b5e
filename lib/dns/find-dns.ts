import { at, listAt, textAt, textsAt } from '../core/json.ts'
import {
  type ClusterReader,
  type KubeObject,
  nameOf,
  type ObjectRef,
  refOf,
} from '../ports/cluster.ts'
import { isApplied } from '../objects/objects.ts'
import { isMadeBy, podSeen } from '../objects/pod.ts'
import { SERVICE_NAME } from '../objects/endpoint-slice.ts'
import { all, ref } from '../ports/refs.ts'
import { corefileSourceOf } from './corefile-source.ts'
import {
  addressesOf,
  DNS_PORT,
  dnsContainerOf,
  isCoredns,
  isMarkedAsDns,
  makesPodsOf,
  labelsText,
  makesMarkedPods,
  selects,
  servesDns,
} from './roles.ts'
import { orWhereRefused, unlessRefused } from './unless-refused.ts'

/** Cluster DNS as it is, whatever its objects are called: each hop from the address to who answers. */
export type DnsFound = {
  /** The ClusterIP that pods ask. */
  readonly address: string
  readonly service: ObjectRef
  /** Empty for a Service whose endpoints somebody else writes. */
  readonly selector: Readonly<Record<string, string>>
  readonly servers: readonly DnsServer[]
  /** Those that the workload makes, else those that the Service selects; those that are not ready too. */
  readonly pods: readonly KubeObject[]
  /** What makes these pods; null where nothing does, or nothing known. */
  readonly workload: KubeObject | null
  /** Deployments whose pods the Service leads to as well. */
  readonly beside?: readonly KubeObject[]
  /** What could not be looked at, and the right that lacks. */
  readonly notTold: readonly string[]
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

/** Why there is none, a line each. */
export type DnsMissing = {
  readonly missing: readonly string[]
  /** There are several, and which of them is meant cannot be told without the kubelets. */
  readonly several?: true
}

/**
 * Looks for it by the address that pods are given; where nothing answers there, or that is not known (null),
 * by the labels of those who deploy it. Four requests where a Deployment runs it; `listed` saves one.
 */
export async function findDns(
  cluster: ClusterReader,
  address: string | null,
  listed?: readonly KubeObject[],
): Promise<DnsFound | DnsMissing> {
  const services = listed ?? (await cluster.list(all.services()))
  const { there, candidates } = candidatesIn(services, address)
  const found = await Promise.all(candidates.map((one) => follow(cluster, one)))
  const answering = found.filter(({ servers, pods }) => servers.length + pods.length > 0)
  // Two that lead to the same servers are one: NodeLocal DNSCache has a Service of its own for what is behind it.
  if (address === null && new Set(answering.map(leadsTo)).size > 1) {
    const names = answering.map(({ service, address: at }) => `${inWords(service)} (${at})`)
    return {
      missing: [`more than one Service may be the cluster DNS: ${names.join('; ')}`],
      several: true,
    }
  }
  const dns = answering[0] ?? found.at(-1)
  if (dns !== undefined) return dns
  const other = there[0]
  if (other !== undefined) {
    const at = `${inWords(refOf(other))} has the address ${address ?? ''}`
    return { missing: [`${at}, and no port ${DNS_PORT}`] }
  }
  const where =
    address === null ? 'no Service for DNS is there' : `no Service has the address ${address}`
  return { missing: [where, ...(await withoutService(cluster))] }
}

/** Which Service it is, by the same choice: one request where only one can be meant. */
export async function findDnsService(
  cluster: ClusterReader,
  address: string,
): Promise<Pick<DnsFound, 'address' | 'service'> | DnsMissing> {
  const services = await cluster.list(all.services())
  const [only, ...others] = candidatesIn(services, address).candidates
  if (only === undefined || others.length > 0) return findDns(cluster, address, services)
  return { address: addressesOf(only)[0] ?? '', service: refOf(only) }
}

function candidatesIn(services: readonly KubeObject[], address: string | null) {
  const there = services.filter((one) => address !== null && addressesOf(one).includes(address))
  // A headless one leads nobody anywhere by an address.
  const marked = services.filter((one) => isMarkedAsDns(one) && addressesOf(one).length > 0)
  return { there, candidates: [...new Set([...there.filter(servesDns), ...marked])] }
}

function leadsTo({ service, selector, servers }: DnsFound): string {
  const own = labelsText(selector)
  if (own !== '') return `${service.namespace ?? ''} ${own}`
  return servers
    .map(({ address }) => address)
    .sort()
    .join()
}

/** What would answer, if a Service led to it. */
async function withoutService(cluster: ClusterReader): Promise<readonly string[]> {
  const lists = await Promise.all(
    [all.deployments(), all.daemonSets()].map((one) => orWhereRefused([], () => cluster.list(one))),
  )
  return lists
    .flat()
    .filter(makesMarkedPods)
    .map((one) => `${inWords(refOf(one))} runs DNS servers, and no Service leads to them`)
}

/** From the Service to who answers for it. What may not be looked at is left out, and said so. */
async function follow(cluster: ClusterReader, service: KubeObject): Promise<DnsFound> {
  const namespace = textAt(service, 'metadata', 'namespace') ?? 'default'
  const selector = textsAt(service, 'spec', 'selector')
  const ofService = `${SERVICE_NAME}=${service.metadata.name}`
  const notTold: string[] = []
  const ask = async <T>(what: string, none: T, question: () => Promise<T>): Promise<T> => {
    const answer = await unlessRefused(question)
    if ('found' in answer) return answer.found
    notTold.push(`${what}: ${answer.refused}`)
    return none
  }
  const [slices, [workload = null, ...beside]] = await Promise.all([
    ask('who serves for it', [], () =>
      cluster.list(all.endpointSlices({ namespace, labelSelector: ofService })),
    ),
    ask('what makes its pods', [], async () =>
      Object.keys(selector).length > 0 ? workloadsOf(cluster, namespace, selector) : [],
    ),
  ])
  const labels = workload === null ? selector : textsAt(workload, 'spec', 'selector', 'matchLabels')
  const pods = await ask('its pods', [], async () =>
    Object.keys(labels).length > 0
      ? cluster.list(all.pods({ namespace, labelSelector: labelsText(labels) }))
      : [],
  )
  return {
    ...{ selector, workload, beside, notTold },
    pods: pods.filter((pod) => workload === null || isMadeBy(makerIn(workload), podSeen(pod))),
    address: addressesOf(service)[0] ?? '',
    service: refOf(service),
    servers: slices.flatMap(serversIn),
  }
}

/**
 * What makes the pods that the Service selects, the likeliest first; where it selects none, what is marked as
 * DNS. Deployments first, as nearly everybody has one: only where none fits are the other kinds asked for.
 */
async function workloadsOf(
  cluster: ClusterReader,
  namespace: string,
  selector: Readonly<Record<string, string>>,
): Promise<readonly KubeObject[]> {
  const deployments = await cluster.list(all.deployments({ namespace }))
  const selected = deployments.filter((one) => makesPodsOf(one, selector))
  if (selected.length > 0) {
    return selected.toSorted((a, b) => likeness(b, selector) - likeness(a, selector))
  }
  const others = await Promise.all([
    cluster.list(all.daemonSets({ namespace })),
    cluster.list(all.statefulSets({ namespace })),
  ])
  const workloads = [...others.flat(), ...deployments]
  const found =
    workloads.find((one) => makesPodsOf(one, selector)) ?? workloads.find(makesMarkedPods)
  return found === undefined ? [] : [found]
}

/** Of several whose pods a Service leads to, which is meant: that of this program, CoreDNS, made for that Service. */
function likeness(one: KubeObject, selector: Readonly<Record<string, string>>): number {
  const own = textsAt(one, 'spec', 'selector', 'matchLabels')
  return (
    (isApplied(one) ? 4 : 0) +
    (isCoredns(dnsContainerOf(one)) ? 2 : 0) +
    (selects(selector, own) ? 1 : 0)
  )
}

/** As its pods know it. */
export function makerIn({ kind, metadata }: KubeObject) {
  return { kind, name: metadata.name }
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

/** Null where no ConfigMap is mounted at CoreDNS's Corefile, or it is not there. Throws StepError. */
export async function corefileOf(
  cluster: ClusterReader,
  { service, workload, pods }: Pick<DnsFound, 'service' | 'workload' | 'pods'>,
): Promise<FoundCorefile | null> {
  const runsIt = workload ?? pods[0]
  const source = runsIt === undefined ? null : corefileSourceOf(runsIt)
  if (source === null) return null
  const configMap = ref.configMap(source.configMap, service.namespace)
  const text = textAt((await cluster.get(configMap)) ?? undefined, 'data', source.key)
  return text === undefined ? null : { configMap, key: source.key, text }
}

/** `service/kube-dns in kube-system` */
function inWords(of: ObjectRef): string {
  return `${nameOf(of)} in ${of.namespace ?? ''}`
}
