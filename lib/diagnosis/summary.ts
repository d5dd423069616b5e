import type { PodSeen } from '../core/look-data.ts'
import { isOwnQuestion } from './coredns-log.ts'
import { type Channel, type Evidence, itemsOf, type Looked } from './evidence.ts'
import { concernedPods } from './pods.ts'

/** Lines of one kind that are shown at most. */
const MOST = 3

/** But for the matrix, which only its own step measures. */
const CHANNELS = [
  ...(['nodes', 'pods', 'deployment', 'replicaSets', 'services', 'endpoints', 'corefile'] as const),
  ...([
    'access',
    'policies',
    'events',
    'logs',
    'kubelets',
    'apiServers',
    'signer',
    'hosts',
  ] as const),
] as const satisfies readonly Channel[]

/** The evidence in a few lines, the unusual first, for a reader where no rule can tell more. */
export function summarise(e: Evidence): readonly string[] {
  return [
    ...itemsOf(e.nodes)
      .filter(({ ready }) => ready !== 'True')
      .map(({ name, why }) => `node ${name} is not ready: ${why}`)
      .slice(0, MOST),
    ...concernedPods(e)
      .filter(({ ready }) => !ready)
      .map(podLine)
      .slice(0, MOST),
    ...itemsOf(e.replicaSets)
      .flatMap(({ name, failure }) => (failure === null ? [] : [`replicaset ${name}: ${failure}`]))
      .slice(0, MOST),
    ...itemsOf(e.logs).flatMap(({ pod, lines }) => {
      const last = lines.findLast((line) => !isOwnQuestion(line))
      return last === undefined ? [] : [`pod ${pod} logs: ${last}`]
    }),
    ...itemsOf(e.events)
      .slice(0, MOST)
      .map(({ kind, object, message }) => `event of ${kind.toLowerCase()} ${object}: ${message}`),
    ...itemsOf(e.endpoints)
      .filter(({ namespace, name }) => `${namespace}/${name}` === 'kube-system/kube-dns')
      .map(({ ready }) => `endpoints kube-dns: ${ready.join(', ') || 'none'}`),
    ...notLookedAt(e),
  ]
}

function podLine({ name, node, phase, unscheduled, containers }: PodSeen): string {
  const waiting = containers.find((one) => one.waiting !== null)?.waiting
  const state = unscheduled ?? (waiting ? `${waiting.reason}: ${waiting.message}` : phase)
  return `pod ${name}${node === null ? '' : ` on ${node}`} is not ready: ${state}`
}

/** Channels that stayed dark; one line a reason, as an API server that is down darkens most of them. */
function notLookedAt(e: Evidence): readonly string[] {
  const dark = new Map<string, Channel[]>()
  for (const name of CHANNELS) {
    const channel: Looked<unknown> = e[name]
    if ('found' in channel) continue
    const why = channel.notLooked
    dark.set(why, [...(dark.get(why) ?? []), name])
  }
  return [...dark].map(([why, names]) => `not looked at: ${names.join(', ')}: ${why}`)
}
