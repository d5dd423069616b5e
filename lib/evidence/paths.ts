import type { MatrixCell } from '../core/look-data.ts'
import { type Evidence, valueOf } from './evidence.ts'

/** How the pods of a worker fare with one server, UDP and TCP together. */
export type Path = Pick<MatrixCell, 'worker' | 'target' | 'asked' | 'answered'>

/** A worker's paths, told apart by what lies between. */
export type Paths = ReturnType<typeof pathsOf>[number]

/**
 * What the matrix says of the network. Left out is what could not be measured, and servers that answer
 * nobody: not the way to those is at fault.
 */
export function pathsOf(e: Evidence) {
  const cells = valueOf(e.matrix)?.cells ?? []
  const alive = new Set(cells.flatMap((one) => (one.answered > 0 ? [one.target.address] : [])))
  const paths = joined(cells).filter(
    ({ target }) => target.kind === 'service' || alive.has(target.address),
  )
  const pods = paths.filter(({ target }) => target.kind === 'pod')
  return [...new Set(paths.map(({ worker }) => worker))].map((worker) => {
    const direct = pods.filter((path) => path.worker === worker)
    return {
      worker,
      /** To CoreDNS pods of the same worker: over its bridge only. */
      within: direct.filter(({ target }) => target.node === worker),
      /** Between its pods and other workers' CoreDNS pods, in both directions. */
      across: pods.filter(
        ({ worker: from, target }) => (from === worker) !== (target.node === worker),
      ),
      /** From its pods to CoreDNS pods, by their own addresses. */
      direct,
      service: paths.filter((path) => path.worker === worker && path.target.kind === 'service'),
    }
  })
}

type Answers = Pick<Path, 'asked' | 'answered'>

export const isWhole = ({ asked, answered }: Answers): boolean => asked > 0 && answered === asked
export const isLost = ({ asked, answered }: Answers): boolean => asked > 0 && answered === 0

/** Workers that get nothing across, while others do and all is well within: it is about that worker. */
export function cutOff(e: Evidence): readonly Paths[] {
  const all = pathsOf(e)
  return all.filter(({ worker, within, across }) => {
    const others = all
      .flatMap((one) => one.across)
      .filter(({ worker: from, target }) => from !== worker && target.node !== worker)
    return (
      across.length > 0 &&
      across.every(isLost) &&
      within.every(isWhole) &&
      others.length > 0 &&
      others.every(isWhole)
    )
  })
}

/**
 * Workers whose pods reach nobody, not even a server beside them on their own bridge that answers others (an
 * API server's port-forward comes from within the pod). Where no worker is whole within, the servers may
 * listen at no address of their pods.
 */
export function closed(e: Evidence): readonly Paths[] {
  const all = pathsOf(e)
  if (!all.some(({ within }) => within.length > 0 && within.every(isWhole))) return []
  return all.filter(
    ({ within, across }) => within.length > 0 && within.every(isLost) && across.every(isLost),
  )
}

/** From pods of a worker to a server on another one, while all is well within the worker. */
export function lostPaths(e: Evidence): readonly Path[] {
  return pathsOf(e)
    .filter(({ within }) => within.every(isWhole))
    .flatMap(({ direct }) => direct)
    .filter((path) => isLost(path) && otherOf(path) !== path.worker)
}

/** The worker of the server. */
export function otherOf({ target }: Path): string {
  return target.node ?? ''
}

/** From a worker to a server of its own or another worker where one protocol gets through and the other does not. */
export function halfPathsOf(e: Evidence) {
  const cells = (valueOf(e.matrix)?.cells ?? []).filter(
    ({ via, target, notProven }) =>
      via === 'pod' && notProven === undefined && target.kind === 'pod',
  )
  return cells.filter(isLost).flatMap((lost) => {
    const whole = cells.find(
      (one) =>
        one.worker === lost.worker &&
        one.target.address === lost.target.address &&
        one.protocol !== lost.protocol,
    )
    return whole !== undefined && isWhole(whole) ? [{ lost, whole }] : []
  })
}

/** `worker1 -> pod coredns-a on worker0 10.200.0.2: 0 of 8 answered` */
export function pathLine({ worker, target, asked, answered }: Path): string {
  const what =
    target.kind === 'service'
      ? `Service ${target.name} ${target.address}`
      : `pod ${target.name} on ${target.node ?? '?'} ${target.address}`
  return `${worker} -> ${what}: ${String(answered)} of ${String(asked)} answered`
}

function joined(cells: readonly MatrixCell[]): readonly Path[] {
  const fromPods = cells.filter(({ via }) => via === 'pod')
  const both = Map.groupBy(fromPods, ({ worker, target }) => `${worker} ${target.address}`)
  return [...both.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined || same.some(({ notProven }) => notProven !== undefined)) return []
    const sum = (what: keyof Answers): number => same.reduce((all, one) => all + one[what], 0)
    return { ...first, asked: sum('asked'), answered: sum('answered') }
  })
}
