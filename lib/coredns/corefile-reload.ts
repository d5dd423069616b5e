import type { Observation } from '../core/observation.ts'
import { at, listAt, textAt } from '../core/json.ts'
import { metricsOf } from '../dns/arrivals.ts'
import { LOADED, RELOAD_FAILED } from '../dns/coredns-lines.ts'
import type { DnsFound } from '../dns/find-dns.ts'
import { corefilePathOf, corefileSourceOf } from '../dns/corefile-source.ts'
import { DNS_PORT, dnsContainerOf } from '../dns/roles.ts'
import { orWhereRefused } from '../dns/unless-refused.ts'
import { dataChangedAt } from '../objects/managed-fields.ts'
import { isLeaving, isReady, podSeen } from '../objects/pod.ts'
import { ref } from '../ports/refs.ts'
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
 * the one before, and would not start again. Its log tells for some minutes; later a trial of the Corefile does, where that was changed
 * since the server started and its count of failures, which 1.6.2 does not tell, is not 0.
 */
export async function withReloads(
  on: Reading,
  dns: DnsFound,
  judged: Observation,
): Promise<Observation> {
  if (!('proven' in judged)) return judged
  const serving = dns.pods.filter((pod) => isReady(pod) && !isLeaving(pod))
  const told = await Promise.all(serving.map((pod) => failureOf(on, dns, pod)))
  const found = told.find((one) => one !== null)
  return found === undefined ? judged : { proven: `${judged.proven}; ${found}` }
}

async function failureOf(on: Reading, dns: DnsFound, pod: KubeObject): Promise<string | null> {
  const of = containerOf(pod)
  const last = await lastReload(on.cluster, of)
  if (last === 'loaded') return null
  const forgotten = last === 'not told'
  const why = forgotten ? await trialOf(on, dns, { pod, of }) : last.why
  if (why === null) return null
  const when = forgotten ? '' : ` in the last ${WITHIN_S / 60} minutes`
  return `BUT ${pod.metadata.name} could not load its Corefile${when}, serves by the one before, and would not start again: ${why}`
}

function containerOf(pod: KubeObject): PodContainer {
  const { name } = pod.metadata
  const of = { namespace: textAt(pod, 'metadata', 'namespace') ?? 'default', pod: name }
  const container = dnsContainer(pod)
  return container === undefined ? of : { ...of, container }
}

/** Why the last reload failed, by the log. Who may not read logs or metrics is told so where they are needed. */
async function lastReload(
  cluster: ClusterReader,
  of: PodContainer,
): Promise<{ readonly why: string } | 'loaded' | 'not told'> {
  const text = await orWhereRefused('', () => cluster.logs(of, { lines: LINES, sinceS: WITHIN_S }))
  const lines = text.split('\n')
  const failed = lines.findLastIndex((line) => RELOAD_FAILED.test(line))
  const loaded = lines.findLastIndex((line) => LOADED.test(line))
  if (failed > loaded) return { why: RELOAD_FAILED.exec(lines[failed] ?? '')?.[1] ?? '' }
  return loaded === -1 ? 'not told' : 'loaded'
}

/** Why the Corefile that is there now, and was not when the pod started, does not load; null where it does, or that cannot be told. */
async function trialOf(
  { cluster, host }: Reading,
  dns: DnsFound,
  { pod, of }: { readonly pod: KubeObject; readonly of: PodContainer },
): Promise<string | null> {
  const version = corednsVersion(pod)
  const source = corefileSourceOf(pod)
  if (version === null || source === null) return null
  const configMap = ref.configMap(source.configMap, dns.service.namespace)
  const live = await orWhereRefused(null, () => cluster.get(configMap, 'live'))
  const text = textAt(live ?? undefined, 'data', source.key)
  if (live === null || text === undefined || !changedSince(live, pod)) return null
  const metrics = await orWhereRefused('', () => metricsOf(cluster, of))
  if (FAILED.exec(metrics)?.[1] === '0') return null
  const path = corefilePathOf(dnsContainerOf(pod))
  const verdict = await host.tryCorefile({
    ...{ version, path },
    files: { [path]: text },
    resolvConf: SOME_SERVER,
  })
  return 'refused' in verdict ? verdict.refused : null
}

/** Also where that is not known. */
function changedSince(configMap: KubeObject, pod: KubeObject): boolean {
  const changed = dataChangedAt(configMap)
  const started = podSeen(pod).containers.flatMap((one) => one.started ?? [])
  return changed === null || !started.every((time) => Date.parse(time) > Date.parse(changed))
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
