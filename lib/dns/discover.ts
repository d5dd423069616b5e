import { bounded } from '../core/bounded.ts'
import { StepError } from '../core/errors.ts'
import { listAt, textAt, textsAt } from '../core/json.ts'
import { nodeSeen } from '../objects/node.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { all } from '../ports/refs.ts'
import { type DnsFound, type DnsMissing, findDns } from './find-dns.ts'
import { addressesOf } from './roles.ts'
import { unlessRefused } from './unless-refused.ts'

/** What has to be known before anybody can be asked: found out from nodes, their kubelets and Services. */
export type Discovered = {
  /** The first server that kubelets write into the resolv.conf of pods; null where none could be asked. */
  readonly given: string | null
  /** Without a dot at its end. */
  readonly domain: string
  /** What each kubelet that could be asked writes there. */
  readonly settings: readonly KubeletSettings[]
  /** Nodes that DNS is proven from. */
  readonly nodes: readonly string[]
  /** Nodes that it is not proven from, and why: no fault of DNS. */
  readonly leftOut: readonly NodeLeftOut[]
  /** What could not be told, and the right that lacks. */
  readonly notTold: readonly string[]
  /** An image that all these nodes have already, and that a probe can be started from. */
  readonly image: string | null
  /** ClusterIP of the Service kubernetes. */
  readonly kubernetes: string | null
  /** The cluster DNS as it was found then; null: it is to be looked for. */
  readonly dns: DnsFound | DnsMissing | null
}

export type NodeLeftOut = { readonly name: string; readonly because: string }

/** What the pods of a node get in their resolv.conf. */
export type KubeletSettings = {
  readonly node: string
  readonly servers: readonly string[]
  /** Without a dot at its end; empty where there is none. */
  readonly domain: string
}

const DEFAULT_DOMAIN = 'cluster.local'
/** Kubelets that are asked at a time. */
const AT_ONCE = 8

/** Asks for nodes, their kubelets and Services. Throws StepError where nodes or Services cannot be listed. */
export async function discover(cluster: ClusterReader): Promise<Discovered> {
  const [found, services, identity] = await Promise.all([
    needed('from where to prove DNS', () => cluster.list(all.nodes())),
    needed('which Service is the cluster DNS', () => cluster.list(all.services())),
    unlessRefused(() => cluster.uid()),
  ])
  const leftOut = found.flatMap((node) => {
    const because = reasonToLeaveOut(node)
    return because === null ? [] : [{ name: node.metadata.name, because }]
  })
  const kept = found.filter(({ metadata }) => leftOut.every(({ name }) => name !== metadata.name))
  const nodes = kept.map(({ metadata }) => metadata.name)
  const answers = await bounded(nodes, AT_ONCE, (node) =>
    unlessRefused(() => settingsOf(cluster, node)),
  )
  const settings = answers.flatMap((one) => ('found' in one ? [one.found] : []))
  const unanswered = answers.flatMap((one) => ('refused' in one ? [one.refused] : []))
  const given = mostFrequent(settings.map(({ servers }) => servers[0] ?? '')) ?? null
  const kubernetes = services.find(
    ({ metadata }) => metadata.name === 'kubernetes' && metadata['namespace'] === 'default',
  )
  const who =
    unanswered.length === nodes.length
      ? 'kubelets give'
      : `${unanswered.length} of ${nodes.length} kubelets give`
  return {
    ...{ given, settings, nodes, leftOut },
    domain: mostFrequent(settings.map(({ domain }) => domain)) ?? DEFAULT_DOMAIN,
    notTold: [
      ...unanswered.slice(0, 1).map((why) => `what ${who} pods for a DNS server: ${why}`),
      ...('refused' in identity ? [`which cluster this is: ${identity.refused}`] : []),
    ],
    image: commonImage(kept),
    kubernetes: (kubernetes === undefined ? undefined : addressesOf(kubernetes)[0]) ?? null,
    dns: await findDns(cluster, given, services),
  }
}

/** Without this nothing can be proven, and the error says what it is for. */
async function needed<T>(what: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    const { seen = [] } = error.explanation
    throw new StepError(
      { ...error.explanation, seen: [...seen, `without it cannot be told: ${what}`] },
      { cause: error },
    )
  }
}

/** Why nothing is asked from a node; null where it takes part. Cordons and taints keep no probe away. */
function reasonToLeaveOut(node: KubeObject): string | null {
  const labels = textsAt(node, 'metadata', 'labels')
  const system = labels['kubernetes.io/os'] ?? 'linux'
  if (system !== 'linux') return `it runs ${system}`
  if (labels['type'] === 'virtual-kubelet') return 'it is no machine, but a virtual kubelet'
  const { ready, why } = nodeSeen(node)
  return ready === 'True' ? null : `it is not ready${why === '' ? '' : `: ${why}`}`
}

async function settingsOf(cluster: ClusterReader, node: string): Promise<KubeletSettings> {
  const config = await cluster.kubeletConfig(node)
  const servers = listAt(config, 'clusterDNS').filter((one) => typeof one === 'string')
  const domain = (textAt(config, 'clusterDomain') ?? '').replace(/\.$/, '')
  return { node, servers, domain }
}

/** Undefined where nothing is known; of equals the first. */
export function mostFrequent(texts: readonly string[]): string | undefined {
  const known = texts.filter((text) => text !== '')
  const count = (text: string): number => known.filter((one) => one === text).length
  return known.toSorted((a, b) => count(b) - count(a))[0]
}

/** Where kubelets differ from each other, a line each. */
export function differencesOf(settings: readonly KubeletSettings[]): readonly string[] {
  const texts = settings.map(
    ({ servers, domain }) => `${servers.join(', ') || 'no server'}, domain ${domain || 'none'}`,
  )
  const kinds = [...new Set(texts)]
  if (kinds.length < 2) return []
  return kinds.map((kind) => {
    const nodes = settings.filter((_, i) => texts[i] === kind).map(({ node }) => node)
    return `kubelet of ${nodes.join(', ')}: ${kind}`
  })
}

/** So that probes start without a registry, where that can be: what most of the nodes have, by its tag. */
function commonImage(nodes: readonly KubeObject[]): string | null {
  const images = nodes.flatMap((node) =>
    listAt(node, 'status', 'images').flatMap((image) =>
      listAt(image, 'names').filter((name) => typeof name === 'string'),
    ),
  )
  const probes = images.filter((name) => /(?:^|\/)busybox[^/]*$/.test(name))
  return (
    mostFrequent(probes.toSorted((a, b) => Number(a.includes('@')) - Number(b.includes('@')))) ??
    null
  )
}
