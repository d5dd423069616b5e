import type { ArrivalSeen, Evidence } from '../evidence.ts'
import { each } from '../evidence.ts'
import { SETTINGS } from '../gather-hosts.ts'
import {
  addressOfWorker,
  cutOff,
  halfPathsOf,
  type HalfPath,
  isLost,
  isWhole,
  type Path,
  pathLine,
  type Paths,
  pathsOf,
} from '../paths.ts'
import type { Finding, Rule } from '../rule.ts'

/** What of D and E the matrix alone tells, on hosts that cannot be looked at. */
export const matrixRules: readonly Rule[] = [
  {
    code: 'E3',
    layer: 'network',
    find: lostPairs,
  },
  {
    code: 'E5',
    layer: 'network',
    find: (e) =>
      cutOff(e).map(({ worker, across }) => ({
        certainty: 'inferred',
        cause: `nothing gets across between pods of ${worker} and of other workers, and the others get through to each other: ${worker} does not forward`,
        evidence: across.map(pathLine).join('; '),
        subject: worker,
        cure: `sysctl -w ${SETTINGS.forward}=1`,
        on: worker,
      })),
  },
  {
    code: 'D7',
    layer: 'service',
    find: (e) =>
      pastTheService(e)
        .filter((paths) => !losesItsOwn(paths))
        .map(({ worker, service }) => ({
          certainty: 'inferred',
          cause: `pods on ${worker} reach every CoreDNS pod by its own address and not the Service: kube-proxy there does not run, or cannot keep its rules`,
          evidence: service.map(pathLine).join('; '),
          subject: worker,
          cure: 'systemctl status kube-proxy; journalctl -u kube-proxy -n 20',
          on: worker,
        })),
  },
  {
    code: 'D9',
    layer: 'service',
    find: (e) =>
      pastTheService(e)
        .filter(losesItsOwn)
        .map(({ worker, service }) => ({
          certainty: 'inferred',
          cause: `pods on ${worker} lose the Service's answers from a CoreDNS pod of the same worker: those bypass kube-proxy, and come from an address that was not asked`,
          evidence: service.map(pathLine).join('; '),
          subject: worker,
          cure: `modprobe br_netfilter; sysctl -w ${SETTINGS.bridge}=1`,
          on: worker,
        })),
  },
  {
    code: 'D10',
    layer: 'network',
    find: (e) =>
      cutOff(e).map(({ worker, across }) => ({
        certainty: 'inferred',
        cause: `nothing gets across between pods of ${worker} and of other workers, and the others get through to each other: a filter of ${worker} drops it`,
        evidence: across.map(pathLine).join('; '),
        subject: worker,
        cure: 'iptables -S FORWARD; iptables -P FORWARD ACCEPT',
        on: worker,
      })),
  },
  {
    code: 'D12',
    layer: 'network',
    find: (e) => halfPathsOf(e).map(filteredBetween),
  },
]

function filteredBetween({ lost, whole }: HalfPath): Finding {
  const other = lost.target.node ?? ''
  const [gone, there] = [lost, whole].map(({ protocol }) => protocol.toUpperCase())
  return {
    certainty: 'inferred',
    cause: `${gone ?? ''} from pods of ${lost.worker} to those of ${other} gets lost, and ${there ?? ''} does not: a filter between them drops port 53/${lost.protocol}`,
    evidence: [lost, whole].map((cell) => `${cell.protocol}: ${pathLine(cell)}`).join('; '),
    subject: other,
    cure: 'iptables -S; nft list ruleset',
    on: other,
  }
}

/** Two workers whose pods do not reach each other, while each of them is not cut off from all. */
function lostPairs(e: Evidence): readonly Finding[] {
  const cut = new Set(cutOff(e).map(({ worker }) => worker))
  const all = pathsOf(e)
  const lost = all
    .filter(({ worker, within }) => !cut.has(worker) && within.every(isWhole))
    .flatMap(({ direct }) => direct)
    .filter((path) => isLost(path) && otherOf(path) !== path.worker && !cut.has(otherOf(path)))
    .map((path) => ({ path, arrival: arrivalOf(e, path) }))
  // Of the two directions the one that says more.
  const pairs = new Map<string, (typeof lost)[number]>()
  for (const one of lost) {
    const pair = [one.path.worker, otherOf(one.path)].toSorted().join(' ')
    if (one.arrival !== undefined || !pairs.has(pair)) pairs.set(pair, one)
  }
  return [...pairs.values()].map(({ path, arrival }) => {
    if (arrival !== undefined) return lostOnTheWayBack(e, path, arrival)
    const back = all
      .flatMap(({ direct }) => direct)
      .find((one) => one.worker === otherOf(path) && otherOf(one) === path.worker)
    return back !== undefined && isWhole(back) ? lostOneWay(e, path, back) : lostSomewhere(e, path)
  })
}

function otherOf({ target }: Path): string {
  return target.node ?? ''
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

/** Workers whose pods lose answers of the Service, and of no CoreDNS pod behind it. */
function pastTheService(e: Evidence): readonly Paths[] {
  return pathsOf(e).filter(
    ({ direct, service }) =>
      direct.length > 0 && direct.every(isWhole) && service.some((path) => !isWhole(path)),
  )
}

/** Some answers come, and one of the servers is on the same worker: it is that one's which are lost. */
function losesItsOwn({ within, service }: Paths): boolean {
  return within.length > 0 && !service.every(isLost)
}
