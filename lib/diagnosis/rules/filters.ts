import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { SETTINGS } from '../../evidence/gather-hosts.ts'
import { barriers, LIST_FILTERS, noBarrier } from '../barriers.ts'
import { workerNetworks } from '../../evidence/hosts.ts'
import { halfPathsOf, pathLine } from '../../evidence/paths.ts'
import { type Finding, inferred, onHost, rule, type Rule, seen } from '../rule.ts'
import { closedBy, cutOffBy } from './matrix.ts'
import { areRouted } from './routes.ts'

/** Of D what drops packets on their way. */
export const filterRules: readonly Rule[] = [
  rule('D10', 'network', 'Filter drops packets', {
    symptom:
      'Pods of a worker reach nobody on other workers, for example after Docker or a firewall was installed.',
    proof:
      'A rule or policy of any table whose counter rises by what is lost; or nothing gets across, though the worker forwards.',
    cure: 'Take that rule off with the program that shows it, or accept the range of pods before it.',
    find: (e) => {
      const found = barriers(e)
      if (found.length > 0 || !areRouted(e)) return found
      const why = (worker: string): string => `a filter of ${worker} drops it`
      const cut = cutOffBy(e, (forwards) => forwards !== '0', why, LIST_FILTERS)
      return [...closedBy(e, LIST_FILTERS), ...cut]
    },
    ruleOut: noBarrier,
  }),
  rule('D12', 'network', 'Filter drops one protocol', {
    symptom: 'Between two workers only UDP or only TCP gets through: long answers are lost.',
    proof: 'Between two workers all queries of one protocol are answered, and none of the other.',
    cure: 'Accept port 53 by UDP and by TCP between the workers.',
    find: (e) => (barriers(e).length > 0 ? [] : PROTOCOLS.map((one) => halfLost(e, one))),
  }),
  rule('D14', 'service', 'Connection table full', {
    symptom: 'Under load new connections from a worker time out, while existing ones continue.',
    proof: 'nf_conntrack_count of the worker has reached nf_conntrack_max.',
    cure: 'Raise nf_conntrack_max, and look for what opens so many connections.',
    find: (e) =>
      workerNetworks(e).flatMap(({ host, network: { settings } }) => {
        const count = Number(settings[SETTINGS.connections] ?? 0)
        const most = Number(settings[SETTINGS.connectionsMost] ?? 0)
        if (most === 0 || count < most * FULL) return []
        return seen({
          cause: `${host} cannot remember any more connections, so it drops new ones`,
          evidence: `${host}: ${SETTINGS.connections} = ${String(count)}, ${SETTINGS.connectionsMost} = ${String(most)}`,
          ...onHost(host, `sysctl -w ${SETTINGS.connectionsMost}=${String(most * 2)}`),
        })
      }),
  }),
  rule('D16', 'service', 'NetworkPolicy without effect', {
    symptom: 'A NetworkPolicy denies everything, and DNS works or fails all the same.',
    proof: 'Never a cause, only ruled out: the bridge plugin enforces no policies.',
    cure: 'None needed for DNS; policies need a network plugin that enforces them.',
    conspicuous: true,
    // A plugin that enforces policies is its own expert; without one they do nothing, and are not to blame.
    find: () => [],
    ruleOut: (e) => {
      const policies = itemsOf(e.policies)
      if (policies.length === 0 || !('found' in e.pods) || enforcers(e)) return null
      const names = policies.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')
      return `networkpolicy ${names}: the bridge plugin enforces none`
    },
  }),
]

/** Of the table of connections; the kernel makes room for a few at its very end. */
const FULL = 0.99

const PROTOCOLS = ['udp', 'tcp'] as const

/** The filter is on the host that all lost pairs have in common; on one of the two, where there is one pair. */
function halfLost(e: Evidence, protocol: (typeof PROTOCOLS)[number]): Finding | null {
  const pairs = halfPathsOf(e).filter(({ lost }) => lost.protocol === protocol)
  const ends = pairs.map(({ lost }) => [lost.worker, lost.target.node ?? ''])
  const [[worker = '', other = ''] = []] = ends
  if (pairs.length === 0) return null
  const both = [...new Set([worker, other])]
  const common = both.filter((one) => ends.every((pair) => pair.includes(one)))
  const where = common.length > 0 ? common : [...new Set(ends.flat())]
  const gone = protocol.toUpperCase()
  const there = protocol === 'udp' ? 'TCP' : 'UDP'
  const lost =
    common.length === 1
      ? `${gone} between pods of ${common[0] ?? ''} and of other workers`
      : ends.map((pair) => `${gone} from pods of ${pair.join(' to those of ')}`).join(', ')
  return inferred({
    cause: `${lost} gets lost, and ${there} does not: a filter of ${where.join(' or ')} drops port 53/${protocol}`,
    evidence: pairs
      .flatMap((pair) => [pair.lost, pair.whole])
      .map((cell) => `${cell.protocol}: ${pathLine(cell)}`)
      .join('; '),
    ...onHost(where.join(' and '), LIST_FILTERS),
  })
}

/** Agents of network plugins that enforce policies, by the labels of their own manifests. */
function enforcers(e: Evidence): boolean {
  const agents =
    /^(?:calico-node|cilium|kube-router|antrea|weave-net|canal|ovnkube-node|kube-network-policies)$/
  return itemsOf(e.pods).some(({ labels }) =>
    [labels['k8s-app'], labels['app'], labels['name'], labels['app.kubernetes.io/name']].some(
      (label) => agents.test(label ?? ''),
    ),
  )
}
