import { bounded } from '../core/bounded.ts'
import { StepError } from '../core/errors.ts'
import { listAt, textAt, textsAt } from '../core/json.ts'
import { nodeSeen } from '../objects/node.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { all } from '../ports/refs.ts'

/** What has to be known before anybody can be asked: found out from nodes and their kubelets. */
export type Discovered = {
  /** The first server that kubelets write into the resolv.conf of pods; null where none could be asked. */
  readonly given: string | null
  /** Without a dot at its end. */
  readonly domain: string
  /** Nodes that DNS is proven from. */
  readonly nodes: readonly string[]
  /** Nodes that it is not proven from, and why: no fault of DNS. */
  readonly leftOut: readonly NodeLeftOut[]
  /** Where kubelets differ from each other, a line each. */
  readonly differences: readonly string[]
  /** What could not be told, and the right that lacks. */
  readonly notTold: readonly string[]
  /** An image that all these nodes have already, and that a probe can be started from. */
  readonly image: string | null
}

export type NodeLeftOut = { readonly name: string; readonly because: string }

/** What a kubelet is told to write into resolv.conf. */
type KubeletSettings = {
  readonly node: string
  readonly servers: readonly string[]
  readonly domain: string
}

const DEFAULT_DOMAIN = 'cluster.local'
/** Kubelets that are asked at a time. */
const AT_ONCE = 8

/** Asks all nodes and their kubelets. Throws StepError where the nodes cannot be listed. */
export async function discover(cluster: ClusterReader): Promise<Discovered> {
  const found = await cluster.list(all.nodes())
  const leftOut = found.flatMap((node) => {
    const because = reasonToLeaveOut(node)
    return because === null ? [] : [{ name: node.metadata.name, because }]
  })
  const kept = found.filter(({ metadata }) => leftOut.every(({ name }) => name !== metadata.name))
  const nodes = kept.map(({ metadata }) => metadata.name)
  const answers = await bounded(nodes, AT_ONCE, (node) => settingsOf(cluster, node))
  const settings = answers.flatMap((one) => (typeof one === 'string' ? [] : [one]))
  const unanswered = answers.filter((one) => typeof one === 'string')
  return {
    given: mostFrequent(settings.map(({ servers }) => servers[0] ?? '')) ?? null,
    domain: mostFrequent(settings.map(({ domain }) => domain)) ?? DEFAULT_DOMAIN,
    ...{ nodes, leftOut },
    differences: differencesOf(settings),
    notTold:
      unanswered[0] === undefined
        ? []
        : [
            `what ${unanswered.length === nodes.length ? 'kubelets give' : `${unanswered.length} of ${nodes.length} kubelets give`} pods for a DNS server: ${unanswered[0]}`,
          ],
    image: commonImage(kept),
  }
}

/** Why nothing is asked from a node; null where it takes part. Cordons and taints keep no probe away. */
function reasonToLeaveOut(node: KubeObject): string | null {
  const system = textsAt(node, 'metadata', 'labels')['kubernetes.io/os'] ?? 'linux'
  if (system !== 'linux') return `it runs ${system}`
  const { ready, why } = nodeSeen(node)
  return ready === 'True' ? null : `it is not ready${why === '' ? '' : `: ${why}`}`
}

/** The settings, or why they could not be told. */
async function settingsOf(cluster: ClusterReader, node: string): Promise<KubeletSettings | string> {
  try {
    const config = await cluster.kubeletConfig(node)
    const servers = listAt(config, 'clusterDNS').filter((one) => typeof one === 'string')
    const domain = (textAt(config, 'clusterDomain') ?? '').replace(/\.$/, '')
    return { node, servers, domain }
  } catch (error) {
    if (error instanceof StepError) return error.reason
    throw error
  }
}

/** Null where nothing is known; of equals the first. */
function mostFrequent(texts: readonly string[]): string | undefined {
  const known = texts.filter((text) => text !== '')
  const count = (text: string): number => known.filter((one) => one === text).length
  return known.toSorted((a, b) => count(b) - count(a))[0]
}

function differencesOf(settings: readonly KubeletSettings[]): readonly string[] {
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

/** So that a probe starts without a registry, where that can be. */
function commonImage(nodes: readonly KubeObject[]): string | null {
  const images = nodes.map((node) =>
    listAt(node, 'status', 'images').flatMap((image) =>
      listAt(image, 'names').filter((name) => typeof name === 'string'),
    ),
  )
  const [first = [], ...others] = images
  const probes = first.filter((name) => /(?:^|\/)busybox[^/]*$/.test(name))
  return (
    probes
      .toSorted((a, b) => Number(a.includes('@')) - Number(b.includes('@')))
      .find((name) => others.every((names) => names.includes(name))) ?? null
  )
}
