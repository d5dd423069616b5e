import type { Observation } from '../core/observation.ts'
import { at, listAt, textAt } from '../core/json.ts'
import { isLeaving, isReady } from '../objects/pod.ts'
import type { ClusterReader, KubeObject } from '../ports/cluster.ts'
import { LOADED, RELOAD_FAILED } from './coredns-lines.ts'
import type { DnsFound } from './find-dns.ts'
import { DNS_PORT } from './roles.ts'
import { orWhereRefused } from './unless-refused.ts'

/** CoreDNS tries again within 45 seconds (plugin/reload: 30 s, and half of that by lot) for as long as it fails. */
const WITHIN_S = 120
const LINES = 400

/**
 * The same, with what no question shows: a server that could not load the Corefile that is there now serves well by
 * the one before, and would not start again.
 */
export async function withReloads(
  cluster: ClusterReader,
  { pods }: Pick<DnsFound, 'pods'>,
  judged: Observation,
): Promise<Observation> {
  if (!('proven' in judged)) return judged
  const serving = pods.filter((pod) => isReady(pod) && !isLeaving(pod))
  const failed = await Promise.all(serving.map((pod) => failedReload(cluster, pod)))
  const found = failed.find((one) => one !== null)
  return found === undefined ? judged : { proven: `${judged.proven}; ${found}` }
}

async function failedReload(cluster: ClusterReader, pod: KubeObject): Promise<string | null> {
  const { name } = pod.metadata
  const of = { namespace: textAt(pod, 'metadata', 'namespace') ?? 'default', pod: name }
  const container = dnsContainer(pod)
  // Who may not read logs is told so where they are needed.
  const which = container === undefined ? of : { ...of, container }
  const text = await orWhereRefused('', () =>
    cluster.logs(which, { lines: LINES, sinceS: WITHIN_S }),
  )
  const lines = text.split('\n')
  const failed = lines.findLastIndex((line) => RELOAD_FAILED.test(line))
  if (failed === -1 || lines.findLastIndex((line) => LOADED.test(line)) > failed) return null
  const why = RELOAD_FAILED.exec(lines[failed] ?? '')?.[1] ?? ''
  return `BUT ${name} could not load its Corefile in the last ${WITHIN_S / 60} minutes, serves by the one before, and would not start again: ${why}`
}

/** Named only where there are several: a pod's only one needs no name. */
function dnsContainer(pod: KubeObject): string | undefined {
  const containers = listAt(pod, 'spec', 'containers')
  if (containers.length < 2) return undefined
  const own = containers.find((one) =>
    listAt(one, 'ports').some((port) => at(port, 'containerPort') === DNS_PORT),
  )
  return textAt(own, 'name')
}
