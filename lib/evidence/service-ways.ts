import { counted } from '../core/counted.ts'
import type { MatrixCell } from '../core/look-data.ts'
import { endpointsOf, type Evidence, valueOf } from './evidence.ts'
import { isLost } from './paths.ts'
import { dnsServiceName } from './serving.ts'

/** A ready endpoint of the DNS Service that has answered no worker at all, or none rightly. */
export type DeadEndpoint = Pick<MatrixCell, 'target'> & {
  readonly asked: number
  readonly workers: number
  /** What it says instead; empty where it is silent. */
  readonly wrong: readonly string[]
}

/** `10.200.1.99 asked from 2 workers: 0 of 400 answered` */
export function countsOf({ target, asked, workers }: DeadEndpoint): string {
  return `${target.address} asked from ${counted(workers, 'worker')}: 0 of ${String(asked)} answered`
}

export function deadEndpoints(e: Evidence): readonly DeadEndpoint[] {
  return [...askedByAddress(e).values()].flatMap((all) => {
    const [first] = all
    if (first === undefined || !all.every(isLost)) return []
    const workers = new Set(all.map(({ worker }) => worker)).size
    return {
      ...{ target: first.target, workers },
      asked: all.reduce((sum, { asked }) => sum + asked, 0),
      wrong: [...new Set(all.flatMap(({ wrong }) => wrong))],
    }
  })
}

/** Whether it was asked past the network, from within its pod, and gave no answer there either. */
export function isSilentWithin(e: Evidence, { target }: DeadEndpoint): boolean {
  const within = (valueOf(e.matrix)?.cells ?? []).filter(
    (one) => one.via === 'port-forward' && one.target.address === target.address,
  )
  return (
    within.length > 0 && within.every(({ answered, wrong }) => answered === 0 && wrong.length === 0)
  )
}

/** Whether each of them was asked, and has answered somebody. */
export function allAnswer(e: Evidence): boolean {
  const asked = askedByAddress(e)
  const ready = readyOf(e)
  return (
    ready.length > 0 && ready.every((one) => asked.get(one)?.some(({ answered }) => answered > 0))
  )
}

/** What pods have asked of ready endpoints by their own addresses. */
function askedByAddress(e: Evidence): ReadonlyMap<string, readonly MatrixCell[]> {
  const ready = readyOf(e)
  const cells = (valueOf(e.matrix)?.cells ?? []).filter(
    ({ target, via, notProven }) =>
      via === 'pod' && notProven === undefined && ready.includes(target.address),
  )
  return Map.groupBy(cells, ({ target }) => target.address)
}

function readyOf(e: Evidence): readonly string[] {
  return endpointsOf(e.endpoints, dnsServiceName(e))?.ready ?? []
}

/** The workers that a ready endpoint of the DNS Service is on; null where that is not known. */
export function workersWithEndpoint(e: Evidence): ReadonlySet<string> | null {
  const nodes = endpointsOf(e.endpoints, dnsServiceName(e))?.nodes
  return nodes === undefined ? null : new Set(nodes)
}
