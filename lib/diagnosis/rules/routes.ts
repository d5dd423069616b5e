import type { SeenFromHost } from '../../dns/host-probes.ts'
import { overlaps } from '../../inventory/address.ts'
import { type ArrivalSeen, type Evidence, itemsOf, type Wanted } from '../../evidence/evidence.ts'
import { networks, workerNetworks } from '../../evidence/hosts.ts'
import {
  closed,
  cutOff,
  isWhole,
  lostPaths,
  otherOf,
  type Path,
  pathLine,
  pathsOf,
} from '../../evidence/paths.ts'
import { probeOn } from '../../evidence/pods.ts'
import { type Finding, type Found, inferred, onHost, permanent, seen } from '../rule.ts'

/** E3, by a lab's own hosts, by the routes that probes on hosts elsewhere see, or by the matrix alone. */
export function missingRoutes(e: Evidence): Found {
  const lost = lostPaths(e).filter((path) => isOfItsWorker(e, path))
  const onHosts = hostRoutes(e).map(({ host, owner, line }) => {
    if (line !== null) return null
    return permanent({
      cause: `${host} has no route to ${owner.podCIDR}, the pods of ${owner.name}`,
      evidence: `ip route on ${host}: no line for ${owner.podCIDR}`,
      ...onHost(host, addRoute(e, owner.name) ?? 'ip route'),
    })
  })
  return [onHosts, lost.map((path) => lostRoutes(e, path)), lostPairs(e)]
}

/** E4, which only a lab's own hosts tell. */
export function wrongRoutes(e: Evidence): readonly Finding[] {
  return hostRoutes(e).flatMap(({ host, owner, line }) => {
    const via = owner.address ?? ''
    if (line === null || line.includes(` via ${via} `)) return []
    return permanent({
      cause: `${host} sends packets for ${owner.podCIDR}, the pods of ${owner.name}, another way than to ${owner.name}`,
      evidence: `ip route on ${host}: ${line}`,
      ...onHost(host, `ip route replace ${owner.podCIDR} via ${via}`),
    })
  })
}

/** Whether the hosts of a lab have all routes to pods, each to the worker that has them. */
export function areRouted(e: Evidence): boolean {
  return hostRoutes(e).every(
    ({ owner, line }) => line?.includes(` via ${owner.address ?? ''} `) === true,
  )
}

/** What each host of a lab has for each other worker's pods: a line as `ip route` prints it, or null. */
function hostRoutes(e: Evidence) {
  return networks(e).flatMap(({ host, network }) =>
    e.wanted.workers
      .filter(({ name }) => name !== host)
      .map((owner) => {
        const route = network.routes.find(({ to }) => to === owner.podCIDR)
        const via = route?.via === null || route === undefined ? '' : ` via ${route.via}`
        const line = route === undefined ? null : `${route.to}${via} dev ${route.dev}`
        return { host, owner, line }
      }),
  )
}

/** A way from worker to worker. */
type Way = {
  readonly from: string
  readonly to: string
  /** Of the pod that is to be reached. */
  readonly address: string
}

/** There and back: the server asked, and the probe that asks. */
function waysOf(e: Evidence, path: Path): readonly Way[] {
  const [from, to] = [path.worker, otherOf(path)]
  const asking = probeOn(e, from)?.ip ?? null
  return [
    { from, to, address: path.target.address },
    ...(asking === null ? [] : [{ from: to, to: from, address: asking }]),
  ]
}

/** No route leads to an address of another range than its worker's: that is a fault of its own (E1). */
function isOfItsWorker(e: Evidence, path: Path): boolean {
  return waysOf(e, path).every(({ to, address }) => {
    const range = workerNamed(e, to)?.podCIDR
    return range === undefined || overlaps(range, address)
  })
}

/** What the matrix has lost, and a probe on the worker sees no route for. */
function lostRoutes(e: Evidence, path: Path): Found {
  return waysOf(e, path).map((way) => {
    if (leads(e, way) !== false) return null
    const range = rangeOf(e, way)
    // Where no worker has such routes, a router may carry the packets.
    return (isRouted(e) ? seen : inferred)({
      cause: `${way.from} has no route to ${range ?? way.address}, the pods of ${way.to}`,
      evidence: `ip route on ${way.from}: no line for ${way.address}; ${pathLine(path)}`,
      ...onHost(way.from, addRoute(e, way.to, range) ?? 'ip route'),
    })
  })
}

/** Whether the sender has a route for it besides its default; undefined where that could not be looked at. */
function leads(e: Evidence, { from, address }: Way): boolean | undefined {
  return routesOn(e, from)?.some(({ to }) => overlaps(to, address))
}

/** Whether routes of workers lead to the pods of other workers at all. */
function isRouted(e: Evidence): boolean {
  return pathsOf(e)
    .flatMap(({ direct }) => direct)
    .filter((path) => otherOf(path) !== path.worker)
    .flatMap((path) => waysOf(e, path))
    .some((way) => leads(e, way) === true)
}

/** What the receiver itself takes for the range of its pods; else what the inventory does. */
function rangeOf(e: Evidence, { to, address }: Way): string | undefined {
  const own = routesOn(e, to)?.find(
    (one) => one.via === null && one.to.includes('/') && overlaps(one.to, address),
  )
  return own?.to ?? workerNamed(e, to)?.podCIDR
}

function routesOn(e: Evidence, worker: string): SeenFromHost['routes'] | undefined {
  return workerNetworks(e).find(({ host }) => host === worker)?.network.routes
}

/**
 * Two workers whose pods do not reach each other, while each of them is not cut off from all; where the
 * routes of both are known, these tell more.
 */
function lostPairs(e: Evidence): Found {
  const cut = new Set([...cutOff(e), ...closed(e)].map(({ worker }) => worker))
  const lost = lostPaths(e)
    .filter((path) => isOfItsWorker(e, path))
    .map((path) => ({ path, ends: [path.worker, otherOf(path)], arrival: arrivalOf(e, path) }))
    .filter(({ ends }) => !ends.some((end) => cut.has(end)))
    .filter(({ ends }) => ends.some((end) => routesOn(e, end) === undefined))
  const pairs = Map.groupBy(lost, ({ ends }) => ends.toSorted().join(' '))
  return [...pairs.values()].map((ways) => {
    // Of the two directions the one that says more.
    const telling = ways.findLast(({ arrival }) => arrival !== undefined) ?? ways[0]
    return telling === undefined ? null : lostPair(e, telling.path, telling.arrival)
  })
}

function arrivalOf(e: Evidence, { worker, target }: Path): ArrivalSeen | undefined {
  return itemsOf(e.arrivals).find(
    (one) => one.worker === worker && one.address === target.address && one.arrived > 0,
  )
}

/** Also what overrides a route that is there: a rule, a neighbour's wrong address, an interface that does not forward. */
const WAYS = "ip route; ip rule; ip neigh; sysctl -a 2>/dev/null | grep 'ipv4.*\\.forwarding = 0'"

function lostPair(e: Evidence, path: Path, arrival: ArrivalSeen | undefined): Finding {
  const [worker, other] = [path.worker, otherOf(path)]
  const lost = (from: string, to: string, words: Pick<Finding, 'cause' | 'evidence'>): Finding =>
    inferred({ ...words, ...onHost(from, [WAYS, addRoute(e, to) ?? []].flat().join('; ')) })
  // The server has counted the queries that are not answered: it is the way back that is missing.
  if (arrival !== undefined) {
    return lost(other, worker, {
      cause: `queries of ${worker} arrive on ${other}, and the answers get lost: ${other} has no route to the pods of ${worker}, or something there keeps it from being used`,
      evidence: `${pathLine(path)}; and pod ${arrival.pod} has counted ${String(arrival.arrived)} more of its queries`,
    })
  }
  const back = pathsOf(e)
    .flatMap(({ direct }) => direct)
    .find((one) => one.worker === other && otherOf(one) === worker)
  // The other way round they get through: answers find back to the hosts, behind which the bridge plugin
  // hides pods (`ipMasq`); without that, one missing route would stop both directions.
  if (back !== undefined && isWhole(back)) {
    return lost(worker, other, {
      cause: `packets of pods of ${worker} to those of ${other} get lost, and the other way they do not: ${worker} has no route to the pods of ${other}, or something there keeps it from being used`,
      evidence: `${pathLine(path)}; and ${pathLine(back)}`,
    })
  }
  return lost(worker, other, {
    cause: `packets between pods of ${worker} and of ${other} get lost: one of them has no route to the other's pods, or a filter of one of them drops them`,
    evidence: pathLine(path),
  })
}

/** Undefined where the range of the worker's pods is not known. */
function addRoute(
  e: Evidence,
  worker: string,
  range = workerNamed(e, worker)?.podCIDR,
): string | undefined {
  if (range === undefined) return undefined
  const node = itemsOf(e.nodes).find(({ name }) => name === worker)
  const via = workerNamed(e, worker)?.address ?? node?.address ?? worker
  return `ip route add ${range} via ${via}`
}

function workerNamed(e: Evidence, worker: string): Wanted['workers'][number] | undefined {
  return e.wanted.workers.find(({ name }) => name === worker)
}
