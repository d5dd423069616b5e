import type { PodSeen } from '../core/look-data.ts'
import { isOwnQuestion, lastWords } from '../evidence/coredns-log.ts'
import { dnsOf } from '../evidence/cluster-dns.ts'
import { endpointsOf, type Evidence, type EventSeen, itemsOf } from '../evidence/evidence.ts'
import { concernedPods } from '../evidence/pods.ts'
import { dnsServiceName } from '../evidence/serving.ts'

/** Lines of one kind that are shown at most. */
const MOST = 3

/** The evidence in a few lines, the unusual first, for a reader where no rule can tell more. */
export function summarise(e: Evidence): readonly string[] {
  const dns = endpointsOf(e.endpoints, dnsServiceName(e))
  const unready = itemsOf(e.nodes).filter(({ ready }) => ready !== 'True')
  const refused = itemsOf(e.replicaSets).filter(({ failure }) => failure !== null)
  return [
    ...unready.slice(0, MOST).map(({ name, why }) => `node ${name} is not ready: ${why}`),
    ...concernedPods(e)
      .filter(({ ready }) => !ready)
      .slice(0, MOST)
      .map(podLine),
    ...refused.slice(0, MOST).map(({ name, failure }) => `replicaset ${name}: ${failure ?? ''}`),
    ...itemsOf(e.logs).flatMap(({ pod, lines }) => {
      const last = lastWords(lines) ?? lines.findLast((line) => !isOwnQuestion(line))
      return last === undefined ? [] : [`pod ${pod} logs: ${last}`]
    }),
    ...itemsOf(e.events)
      .filter((event) => isThere(e, event))
      .slice(0, MOST)
      .map(({ kind, object, message }) => `event of ${kind.toLowerCase()} ${object}: ${message}`),
    ...(dns === undefined
      ? []
      : [`endpoints ${dnsOf(e).service}: ${dns.ready.join(', ') || 'none'}`]),
    ...notLookedAt(e),
  ]
}

/** What was warned of a pod that is gone has passed, and a node that is ready has what it warned of. */
function isThere({ nodes, pods }: Evidence, { kind, namespace, object }: EventSeen): boolean {
  if (kind === 'Node') {
    return !itemsOf(nodes).some(({ name, ready }) => name === object && ready === 'True')
  }
  if (kind !== 'Pod' || !('found' in pods)) return true
  return pods.found.some((pod) => pod.namespace === namespace && pod.name === object)
}

function podLine({ name, node, phase, unscheduled, containers }: PodSeen): string {
  const waiting = containers.find((one) => one.waiting !== null)?.waiting
  const state = unscheduled ?? (waiting ? `${waiting.reason}: ${waiting.message}` : phase)
  return `pod ${name}${node === null ? '' : ` on ${node}`} is not ready: ${state}`
}

/** Channels that only some steps and targets have. */
const SPECIAL = ['workerNetworks', 'matrix', 'arrivals']

/** Channels that stayed dark; one line a reason, as an API server that is down darkens most of them. */
function notLookedAt({ failure: _, wanted: __, ...channels }: Evidence): readonly string[] {
  const dark = Object.entries(channels).flatMap(([name, channel]) =>
    'found' in channel || SPECIAL.includes(name) ? [] : [{ name, why: channel.notLooked }],
  )
  return [...Map.groupBy(dark, ({ why }) => why)].map(
    ([why, all]) => `not looked at: ${all.map(({ name }) => name).join(', ')}: ${why}`,
  )
}
