import type { PodSeen } from '../core/look-data.ts'
import { type Json, listAt, textAt, textsAt } from '../core/json.ts'
import { type DnsFound, findDns, makerIn } from '../dns/find-dns.ts'
import { configMapMounts, corefilePathOf, corefileSourceOf } from '../dns/corefile-source.ts'
import { dnsContainerOf, labelsText, podSpecOf, selects } from '../dns/roles.ts'
import { isMadeBy } from '../objects/pod.ts'
import { isApplied, managedFieldsOf } from '../objects/objects.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { type Evidence, valueOf } from './evidence.ts'

/** What cluster DNS is called here, as findings and commands name it. */
export type DnsNames = {
  readonly namespace: string
  readonly service: string
  /** What makes its pods; null where nothing does. */
  readonly workload: { readonly kind: string; readonly name: string } | null
  /** Deployments whose pods its Service leads to as well, with the labels that they find these by. */
  readonly beside?: readonly {
    readonly kind: string
    readonly name: string
    readonly selector: Readonly<Record<string, string>>
  }[]
  /** Of its pods; empty where processes on hosts answer. */
  readonly labels: Readonly<Record<string, string>>
  readonly container: string
  /** Where its Corefile stands; null where no ConfigMap is mounted at the path that it reads. */
  readonly corefile: {
    readonly configMap: string
    readonly key: string
    /** The file that CoreDNS reads. */
    readonly path?: string
  } | null
  /** Folders of its container that ConfigMaps are mounted at, such as those of files that the Corefile imports. */
  readonly mounts?: readonly { readonly folder: string; readonly configMap: string }[]
  /** Of its container, by name: null for a value that is not told. Null where there are more; left out where it has none. */
  readonly variables?: Readonly<Record<string, string | null>> | null
  /** Under which it asks the API server. */
  readonly account: string
  /** Where what runs it is known to have been made by somebody else, from another manifest. */
  readonly foreign?: true
}

/** Those of the chapter: what should be there where nothing was found. */
const CHAPTER: DnsNames = {
  ...{ namespace: 'kube-system', service: 'kube-dns', account: 'coredns', container: 'coredns' },
  workload: { kind: 'Deployment', name: 'coredns' },
  labels: { 'k8s-app': 'kube-dns' },
  corefile: { configMap: 'coredns', key: 'Corefile' },
}

/** The names, and what makes the pods. */
export type DnsHere = { readonly names: DnsNames; readonly workload: KubeObject | null }

/** Finds cluster DNS by its roles; null where nothing is there that could be it. */
export async function clusterDns(cluster: ClusterReader, address: string): Promise<DnsHere | null> {
  const found = await findDns(cluster, address === '' ? null : address)
  if ('missing' in found) return null
  const { workload, pods, servers } = found
  // A Service with its address that leads nowhere is whoever's.
  if (workload === null && pods.length + servers.length === 0) return null
  return { names: namesIn(found), workload }
}

function namesIn({ service, selector, workload, beside, pods }: DnsFound): DnsNames {
  const own = workload && textsAt(workload, 'spec', 'selector', 'matchLabels')
  const runs = workload ?? pods[0]
  const container = runs && dnsContainerOf(runs)
  const corefile = runs === undefined ? null : corefileIn(runs)
  return {
    namespace: service.namespace ?? CHAPTER.namespace,
    service: service.name,
    workload: workload && { kind: workload.kind, name: workload.metadata.name },
    labels: own !== null && Object.keys(own).length > 0 ? own : selector,
    container: textAt(container, 'name') ?? CHAPTER.container,
    corefile,
    ...othersMounted(runs, corefile),
    ...variablesOf(container),
    account: (runs && textAt(podSpecOf(runs), 'serviceAccountName')) ?? 'default',
    ...whose(workload),
    ...others(beside),
  }
}

function others(beside: DnsFound['beside']): Pick<DnsNames, 'beside'> {
  if (beside === undefined || beside.length === 0) return {}
  return {
    beside: beside.map((one) => ({
      ...makerIn(one),
      selector: textsAt(one, 'spec', 'selector', 'matchLabels'),
    })),
  }
}

function corefileIn(runs: KubeObject): DnsNames['corefile'] {
  const source = corefileSourceOf(runs)
  return source && { ...source, path: corefilePathOf(dnsContainerOf(runs)) }
}

/** Besides the one that has the Corefile. */
function othersMounted(
  runs: KubeObject | undefined,
  corefile: DnsNames['corefile'],
): Pick<DnsNames, 'mounts'> {
  const all = runs === undefined ? [] : configMapMounts(runs)
  const mounts = all.filter(({ configMap }) => configMap !== corefile?.configMap)
  return mounts.length === 0 ? {} : { mounts }
}

function variablesOf(container: Json | undefined): Pick<DnsNames, 'variables'> {
  if (listAt(container, 'envFrom').length > 0) return { variables: null }
  const all = listAt(container, 'env').map((one) => {
    return [textAt(one, 'name') ?? '', textAt(one, 'value') ?? null] as const
  })
  return all.length === 0 ? {} : { variables: Object.fromEntries(all) }
}

/** What cluster DNS is called; the chapter's names where nothing was found, or nobody looked. */
export function dnsOf(e: Pick<Evidence, 'dns'>): DnsNames {
  return valueOf(e.dns) ?? CHAPTER
}

/** The names that were found, or those of the chapter. */
export function namesOrChapter(here: DnsHere | null | undefined): DnsNames {
  return here?.names ?? CHAPTER
}

/** A pod that CoreDNS runs in: of what makes its pods, whoever's else have the same labels. */
export function runsDns({ namespace, labels, workload }: DnsNames, pod: PodSeen): boolean {
  const may = pod.namespace === namespace && selects(labels, pod.labels)
  return may && (workload === null || isMadeBy(workload, pod))
}

/** Nothing of it was written by this program: by its names alone kubeadm's CoreDNS is the chapter's. */
function whose(workload: KubeObject | null): Pick<DnsNames, 'foreign'> {
  if (workload === null || managedFieldsOf(workload).length === 0) return {}
  return isApplied(workload) ? {} : { foreign: true }
}

/** Whether the manifest of this run is what serves, as far as is known: it can be applied again. */
export function isChapters(e: Evidence): boolean {
  const { namespace, service, workload, foreign } = dnsOf(e)
  if (foreign) return false
  const names = [namespace, service, workload?.kind, workload?.name].join(' ')
  return names === 'kube-system kube-dns Deployment coredns'
}

/** `kubectl -n kube-system` */
export function kubectlAt(e: Evidence): string {
  return `kubectl -n ${dnsOf(e).namespace}`
}

/** As kubectl takes it: `deployment/coredns`; by its labels what nothing makes. */
export function workloadAt(e: Evidence): string {
  const { workload, labels } = dnsOf(e)
  if (workload !== null) return `${workload.kind.toLowerCase()}/${workload.name}`
  return `pods -l ${labelsText(labels)}`
}

/** As a finding is about it: `deployment.apps/coredns`. */
export function workloadSubject(e: Evidence): string {
  const { workload, service } = dnsOf(e)
  if (workload === null) return `service/${service}`
  return `${workload.kind.toLowerCase()}.apps/${workload.name}`
}

/** `configmap/coredns`; the workload where no ConfigMap is mounted. */
export function corefileAt(e: Evidence): string {
  const { corefile } = dnsOf(e)
  return corefile === null ? workloadAt(e) : `configmap/${corefile.configMap}`
}

/** The line of the Corefile, from 1, that CoreDNS names in these words; null where it names none, or another file. */
export function lineNamed(e: Evidence, words: string): number | null {
  const [, file, line] = /(\S+):(\d+) - /.exec(words) ?? []
  if (file === undefined) return null
  const { path } = dnsOf(e).corefile ?? {}
  return file === path || /(?:^|\/)Corefile$/.test(file) ? Number(line) : null
}

/** The command after which pods see a change of what they read only once. */
export function restartDns(e: Evidence): string {
  const { workload } = dnsOf(e)
  if (workload !== null) return `${kubectlAt(e)} rollout restart ${workloadAt(e)}`
  return `${kubectlAt(e)} get ${workloadAt(e)} -o wide; then have its containers restarted one after the other`
}

/** The manifest has it right; `otherwise` where another one serves. */
export function applyAgain(e: Evidence, otherwise: string): string {
  return isChapters(e) ? 'npx tsx run.ts --only apply-manifest' : otherwise
}
