import type { MatrixCell } from '../core/look-data.ts'
import { type Evidence, valueOf } from './evidence.ts'

/** How the pods of a worker fare with one server, UDP and TCP together. */
export type Path = {
  readonly worker: string
  readonly target: MatrixCell['target']
  readonly asked: number
  readonly answered: number
}

/** A worker's paths, told apart by what lies between. */
export type Paths = {
  readonly worker: string
  /** To CoreDNS pods of the same worker: over its bridge only. */
  readonly within: readonly Path[]
  /** Between its pods and other workers' CoreDNS pods, in both directions. */
  readonly across: readonly Path[]
  /** From its pods to CoreDNS pods, by their own addresses. */
  readonly direct: readonly Path[]
  /** To the Service's address. */
  readonly service: readonly Path[]
}

/**
 * What the matrix says of the network, for where hosts cannot be looked at: a lab's own tell the thing itself, and
 * then there are none. Left out is what could not be measured, and servers that answer nobody: not the way
 * to those is at fault.
 */
export function pathsOf(e: Evidence): readonly Paths[] {
  if ('found' in e.hosts) return []
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
      within: direct.filter(({ target }) => target.node === worker),
      across: pods.filter(
        ({ worker: from, target }) => (from === worker) !== (target.node === worker),
      ),
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

/** Between workers where one protocol gets through and the other does not. */
export type HalfPath = {
  readonly lost: MatrixCell
  readonly whole: MatrixCell
}

/** Likewise only for hosts that cannot be looked at. */
export function halfPathsOf(e: Evidence): readonly HalfPath[] {
  if ('found' in e.hosts) return []
  const cells = (valueOf(e.matrix)?.cells ?? []).filter(
    ({ via, worker, target, notProven }) =>
      via === 'pod' && notProven === undefined && target.kind === 'pod' && target.node !== worker,
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
  const paths = new Map<string, Path>()
  const dark = new Set<string>()
  for (const { worker, target, via, asked, answered, notProven } of cells) {
    if (via !== 'pod') continue
    const key = `${worker} ${target.address}`
    if (notProven !== undefined) dark.add(key)
    const other = paths.get(key) ?? { asked: 0, answered: 0 }
    paths.set(key, {
      ...{ worker, target },
      asked: other.asked + asked,
      answered: other.answered + answered,
    })
  }
  return [...paths].flatMap(([key, path]) => (dark.has(key) ? [] : [path]))
}
