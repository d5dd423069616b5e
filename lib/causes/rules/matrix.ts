import type { Evidence } from '../evidence.ts'
import { SETTINGS } from '../gather-hosts.ts'
import {
  addressOfWorker,
  cutOff,
  isLost,
  isWhole,
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
]

/** Two workers whose pods do not reach each other, while each of them is not cut off from all. */
function lostPairs(e: Evidence): readonly Finding[] {
  const cut = new Set(cutOff(e).map(({ worker }) => worker))
  const told = new Set<string>()
  return pathsOf(e).flatMap(({ worker, within, direct }) => {
    if (cut.has(worker) || !within.every(isWhole)) return []
    return direct.flatMap((path) => {
      const other = path.target.node ?? ''
      const pair = [worker, other].toSorted().join(' ')
      if (!isLost(path) || other === worker || cut.has(other) || told.has(pair)) return []
      told.add(pair)
      const range = e.wanted.workers.find(({ name }) => name === other)?.podCIDR
      // How long the other's prefix is, only an inventory can tell.
      const add = range && `ip route add ${range} via ${addressOfWorker(e, other)}`
      return [
        {
          certainty: 'inferred' as const,
          cause: `packets between pods of ${worker} and of ${other} get lost: one of them has no route to the other's pods`,
          evidence: pathLine(path),
          subject: worker,
          cure: add === undefined ? 'ip route' : `ip route; ${add}`,
          on: worker,
        },
      ]
    })
  })
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
