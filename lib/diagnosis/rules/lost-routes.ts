import type { SeenFromHost } from '../../dns/host-probes.ts'
import { overlaps } from '../../inventory/address.ts'
import type { Evidence } from '../evidence.ts'
import { workerNetworks } from '../hosts.ts'
import { addressOfWorker, lostPaths, otherOf, type Path, pathLine, pathsOf } from '../paths.ts'
import { probeOn } from '../pods.ts'
import type { Finding, Rule } from '../rule.ts'

/** E3 on hosts elsewhere: what the matrix has lost, and the routes that a probe on each worker sees. */
export const lostRouteRules: readonly Rule[] = [
  {
    code: 'E3',
    layer: 'network',
    find: (e) => lostPaths(e).flatMap((path) => missingRoutes(e, path)),
  },
]

/** Whether the routes of both ends of a path are known. */
export function isLookedInto(e: Evidence, path: Path): boolean {
  return [path.worker, otherOf(path)].every((worker) => routesOn(e, worker) !== undefined)
}

/** A way from worker to worker. */
interface Way {
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

function missingRoutes(e: Evidence, path: Path): readonly Finding[] {
  return waysOf(e, path)
    .filter((way) => leads(e, way) === false)
    .map((way) => {
      const range = rangeOf(e, way)
      return {
        // Where no worker has such routes, a router may carry the packets.
        certainty: isRouted(e) ? 'seen' : 'inferred',
        cause: `${way.from} has no route to ${range ?? way.address}, the pods of ${way.to}`,
        evidence: `ip route on ${way.from}: no line for ${way.address}; ${pathLine(path)}`,
        subject: way.from,
        cure:
          range === undefined
            ? 'ip route'
            : `ip route add ${range} via ${addressOfWorker(e, way.to)}`,
        on: way.from,
      }
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
  return own?.to ?? e.wanted.workers.find(({ name }) => name === to)?.podCIDR
}

function routesOn(e: Evidence, worker: string): SeenFromHost['routes'] | undefined {
  return workerNetworks(e).find((one) => one.worker === worker)?.network.routes
}
