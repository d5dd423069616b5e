import type { Observation } from '../core/observation.ts'
import { at, listAt, textAt } from '../core/json.ts'
import { metricsOf } from '../dns/arrivals.ts'
import { LOADED, RELOAD_FAILED } from '../dns/coredns-lines.ts'
import { corefileOf, type DnsFound } from '../dns/find-dns.ts'
import { corefilePathOf, DNS_PORT, dnsContainerOf } from '../dns/roles.ts'
import { orWhereRefused } from '../dns/unless-refused.ts'
import { isLeaving, isReady } from '../objects/pod.ts'
import type { ClusterReader, KubeObject, PodContainer } from '../ports/cluster.ts'
import type { Reading } from '../ports/step.ts'
import { corednsVersion } from './corefile-place.ts'
import { SOME_SERVER } from './corefile-trial.ts'

/** What cannot even be parsed is tried and logged again within 45 seconds; the rest once (plugin/reload). */
const WITHIN_S = 120
const LINES = 400

/** Of plugin/reload, up to 1.6 and since 1.7 of CoreDNS (its release notes 1.7.0). */
const FAILED = /^coredns_reload_failed_(?:count_)?total (\d+)$/m

/**
 * The same, with what no question shows: a server that could not load the Corefile that is there now serves well by
 * the one before, and would not start again. Its log tells for some minutes; later its count of failures says that it is worth a
 * trial of that Corefile.
 */
export async function withReloads(
  on: Reading,
  dns: DnsFound,
  judged: Observation,
): Promise<Observation> {
  if (!('proven' in judged)) return judged
  const serving = dns.pods.filter((pod) => isReady(pod) && !isLeaving(pod))
  const told = await Promise.all(serving.map((pod) => lastReload(on.cluster, pod)))
  const i = told.findIndex((one) => one !== null)
  const [pod, found] = [serving[i], told[i]]
  if (pod === undefined || found === undefined || found === null) return judged
  const why = 'why' in found ? found.why : await trialOf(on, dns, pod)
  if (why === null) return judged
  const when = 'why' in found ? ` in the last ${WITHIN_S / 60} minutes` : ''
  const name = pod.metadata.name
  return {
    proven: `${judged.proven}; BUT ${name} could not load its Corefile${when}, serves by the one before, and would not start again: ${why}`,
  }
}

/** Why the last reload failed; that some have since it started; null where none has, or the last has not. */
async function lastReload(
  cluster: ClusterReader,
  pod: KubeObject,
): Promise<{ readonly why: string } | { readonly failed: number } | null> {
  const { name } = pod.metadata
  const of = { namespace: textAt(pod, 'metadata', 'namespace') ?? 'default', pod: name }
  const container = dnsContainer(pod)
  const which: PodContainer = container === undefined ? of : { ...of, container }
  // Who may not read logs or metrics is told so where they are needed.
  const [text, metrics] = await Promise.all([
    orWhereRefused('', () => cluster.logs(which, { lines: LINES, sinceS: WITHIN_S })),
    orWhereRefused('', () => metricsOf(cluster, which)),
  ])
  const lines = text.split('\n')
  const failed = lines.findLastIndex((line) => RELOAD_FAILED.test(line))
  const loaded = lines.findLastIndex((line) => LOADED.test(line))
  if (failed > loaded) return { why: RELOAD_FAILED.exec(lines[failed] ?? '')?.[1] ?? '' }
  const count = Number(FAILED.exec(metrics)?.[1] ?? 0)
  return loaded !== -1 || count === 0 ? null : { failed: count }
}

/** Why the Corefile that is there now does not load; null where it does, or that cannot be told. */
async function trialOf(
  { cluster, host }: Reading,
  dns: DnsFound,
  pod: KubeObject,
): Promise<string | null> {
  const version = corednsVersion(pod)
  const corefile = await orWhereRefused(null, () => corefileOf(cluster, dns))
  if (version === null || corefile === null) return null
  const path = corefilePathOf(dnsContainerOf(pod))
  const files = { [path]: corefile.text }
  const verdict = await host.tryCorefile({ version, path, files, resolvConf: SOME_SERVER })
  return 'refused' in verdict ? verdict.refused : null
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
