import type { ClusterReader, PodContainer } from '../ports/cluster.ts'
import { StepError } from '../core/errors.ts'

/** Who asks whom, and got no answer before. */
export type Asking = {
  readonly from: PodContainer
  /** The CoreDNS pod. */
  readonly server: PodContainer
  readonly address: string
  readonly name: string
}

/** Nobody else asks for it, so that it can be counted on a cluster that is at work. */
const RARE_TYPE = 'MX'
/** CoreDNS's own, as the chapter's Corefile opens it: `prometheus :9153`. */
const METRICS_PORT = 9153
const PATIENCE_MS = 3_000

/**
 * How many queries from that pod the server itself has counted, answered or not: one that arrives and
 * is not answered was lost on its way back. 0 tells nothing: an old nslookup may not ask for that type.
 * @throws StepError where the server cannot be asked for its metrics
 */
export async function arrivalsOf(cluster: ClusterReader, asking: Asking): Promise<number> {
  const { from, server, address, name } = asking
  const before = await counted(cluster, server)
  try {
    await cluster.exec(from, ['nslookup', `-type=${RARE_TYPE}`, name, address], {
      timeoutMs: PATIENCE_MS,
    })
  } catch (error) {
    // No answer is what is expected.
    if (!(error instanceof StepError)) throw error
  }
  return (await counted(cluster, server)) - before
}

async function counted(cluster: ClusterReader, server: PodContainer): Promise<number> {
  return queriesIn(await metricsOf(cluster, server))
}

/** What a CoreDNS pod tells Prometheus. @throws StepError where it cannot be asked */
export async function metricsOf(cluster: ClusterReader, server: PodContainer): Promise<string> {
  const request = Buffer.from('GET /metrics HTTP/1.0\r\n\r\n')
  const answer = await cluster.exchange(server, METRICS_PORT, request, {
    // The server closes when all was said.
    until: () => false,
    timeoutMs: PATIENCE_MS,
  })
  return Buffer.from(answer).toString('utf8')
}

/** Up to 1.6 and since 1.7 of CoreDNS (its release notes 1.7.0). */
const COUNTER =
  /^coredns_dns_(?:request_type_count|requests)_total\{([^}]*)\} (\d+(?:\.\d+)?(?:e\+\d+)?)$/gm

/** The queries of the rare type, over all zones and protocols, in what Prometheus would read. */
export function queriesIn(metrics: string): number {
  const found = [...metrics.matchAll(COUNTER)]
  return found
    .filter(([, labels = '']) => labels.includes(`type="${RARE_TYPE}"`))
    .reduce((sum, [, , value]) => sum + Number(value), 0)
}
