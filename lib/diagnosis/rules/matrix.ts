import type { Evidence } from '../evidence.ts'
import { SETTINGS } from '../gather-hosts.ts'
import {
  cutOff,
  halfPathsOf,
  type HalfPath,
  isLost,
  isWhole,
  pathLine,
  type Paths,
  pathsOf,
} from '../paths.ts'
import { settingOn } from '../hosts.ts'
import type { Finding, Rule } from '../rule.ts'

/** What of D and E the matrix tells on hosts that are not on this machine, with what probes see of them. */
export const matrixRules: readonly Rule[] = [
  {
    code: 'E5',
    layer: 'network',
    find: (e) =>
      cutOff(e)
        .filter(({ worker }) => settingOn(e, worker, SETTINGS.forward) === undefined)
        .map(({ worker, across }) => ({
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
        .flatMap((paths) => bypassing(e, paths)),
  },
  {
    code: 'D10',
    layer: 'network',
    find: (e) =>
      cutOff(e)
        .filter(({ worker }) => settingOn(e, worker, SETTINGS.forward) !== '0')
        .map(({ worker, across }) => ({
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

/** What the worker's kernel says of it goes before what is lost; it may say that it is not this. */
function bypassing(e: Evidence, { worker, service }: Paths): readonly Finding[] {
  const value = settingOn(e, worker, SETTINGS.bridge)
  if (value === '1') return []
  const setting = `${worker}: ${SETTINGS.bridge} = ${value ?? 'absent: br_netfilter is not loaded'}`
  const isSeen = value !== undefined
  return [
    {
      certainty: isSeen ? 'seen' : 'inferred',
      cause: `pods on ${worker} lose the Service's answers from a CoreDNS pod of the same worker: those bypass kube-proxy, and come from an address that was not asked`,
      evidence: [...(isSeen ? [setting] : []), ...service.map(pathLine)].join('; '),
      subject: worker,
      cure: `modprobe br_netfilter; sysctl -w ${SETTINGS.bridge}=1`,
      on: worker,
    },
  ]
}

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
