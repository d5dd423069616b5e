import type { ArrivalSeen, Evidence } from '../evidence.ts'
import { each } from '../evidence.ts'
import {
  addressOfWorker,
  cutOff,
  isWhole,
  lostPaths,
  otherOf,
  type Path,
  pathLine,
  pathsOf,
} from '../paths.ts'
import type { Finding, Rule } from '../rule.ts'
import { isLookedInto } from './lost-routes.ts'

/** E3 by the matrix alone, where the workers' routes cannot be looked at. */
export const lostPairRules: readonly Rule[] = [{ code: 'E3', layer: 'network', find: lostPairs }]

/** Two workers whose pods do not reach each other, while each of them is not cut off from all. */
function lostPairs(e: Evidence): readonly Finding[] {
  const cut = new Set(cutOff(e).map(({ worker }) => worker))
  const lost = lostPaths(e)
    .filter((path) => !cut.has(path.worker) && !cut.has(otherOf(path)) && !isLookedInto(e, path))
    .map((path) => ({ path, arrival: arrivalOf(e, path) }))
  // Of the two directions the one that says more.
  const pairs = new Map<string, (typeof lost)[number]>()
  for (const one of lost) {
    const pair = [one.path.worker, otherOf(one.path)].toSorted().join(' ')
    if (one.arrival !== undefined || !pairs.has(pair)) pairs.set(pair, one)
  }
  return [...pairs.values()].map(({ path, arrival }) => {
    if (arrival !== undefined) return lostOnTheWayBack(e, path, arrival)
    const back = pathsOf(e)
      .flatMap(({ direct }) => direct)
      .find((one) => one.worker === otherOf(path) && otherOf(one) === path.worker)
    return back !== undefined && isWhole(back) ? lostOneWay(e, path, back) : lostSomewhere(e, path)
  })
}

function arrivalOf(e: Evidence, { worker, target }: Path): ArrivalSeen | undefined {
  return each(e.arrivals).find(
    (one) => one.worker === worker && one.address === target.address && one.arrived > 0,
  )
}

function lostSomewhere(e: Evidence, path: Path): Finding {
  const { worker } = path
  const other = otherOf(path)
  return {
    certainty: 'inferred',
    cause: `packets between pods of ${worker} and of ${other} get lost: one of them has no route to the other's pods`,
    evidence: pathLine(path),
    subject: worker,
    cure: routeTo(e, other),
    on: worker,
  }
}

/**
 * The other way round they get through. Answers find back to the hosts, behind which the bridge plugin hides
 * pods (`ipMasq`); without that, one missing route would stop both directions.
 */
function lostOneWay(e: Evidence, path: Path, back: Path): Finding {
  const { worker } = path
  const other = otherOf(path)
  return {
    certainty: 'inferred',
    cause: `packets of pods of ${worker} to those of ${other} get lost, and the other way they do not: ${worker} has no route to the pods of ${other}`,
    evidence: `${pathLine(path)}; and ${pathLine(back)}`,
    subject: worker,
    cure: routeTo(e, other),
    on: worker,
  }
}

/** The server has counted the queries that are not answered: it is the way back that is missing. */
function lostOnTheWayBack(e: Evidence, path: Path, { pod, arrived }: ArrivalSeen): Finding {
  const { worker } = path
  const other = otherOf(path)
  return {
    certainty: 'inferred',
    cause: `queries of ${worker} arrive on ${other}, and the answers get lost: ${other} has no route to the pods of ${worker}`,
    evidence: `${pathLine(path)}; and pod ${pod} has counted ${String(arrived)} more of its queries`,
    subject: other,
    cure: routeTo(e, worker),
    on: other,
  }
}

/** How long the other's prefix is, only an inventory can tell. */
function routeTo(e: Evidence, worker: string): string {
  const range = e.wanted.workers.find(({ name }) => name === worker)?.podCIDR
  return range === undefined
    ? 'ip route'
    : `ip route; ip route add ${range} via ${addressOfWorker(e, worker)}`
}
