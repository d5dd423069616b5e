import { type Evidence, itemsOf } from '../evidence.ts'
import { SETTINGS } from '../gather-hosts.ts'
import { networks, workerNetworks } from '../hosts.ts'
import { halfPathsOf, pathLine } from '../paths.ts'
import { inferred, onHost, permanent, rule, type Rule, seen } from '../rule.ts'
import { cutOffBy } from './matrix.ts'

/** Of D what drops packets on their way. */
export const filterRules: readonly Rule[] = [
  rule('D10', 'network', 'Filter drops forwarded packets', {
    symptom:
      'Pods of a worker reach nobody on other workers, for example after Docker was installed.',
    proof: 'The worker’s FORWARD chain drops packets; or nothing gets across, though it forwards.',
    cure: 'Set the policy to ACCEPT, or accept the range of pods.',
    find: (e) => [
      networks(e, 'worker').map(({ host, network }) => {
        const line = network.forward.find(dropsPods)
        if (line === undefined) return null
        const isPolicy = line.startsWith('-P')
        const cure = isPolicy
          ? 'iptables -P FORWARD ACCEPT'
          : `iptables ${line.replace(/^-A/, '-D')}`
        // A rule may be about other packets than those of pods.
        return (isPolicy ? permanent : inferred)({
          cause: `the filter of ${host} drops packets on their way from and to its pods`,
          evidence: `iptables -S FORWARD on ${host}: ${line}`,
          ...onHost(host, cure),
        })
      }),
      cutOffBy(
        e,
        (forwards) => forwards !== '0',
        (worker) => `a filter of ${worker} drops it`,
        'iptables -S FORWARD; iptables -P FORWARD ACCEPT',
      ),
    ],
    ruleOut: (e) =>
      networks(e, 'worker').length > 0 ? 'no filter drops packets that pass a worker' : null,
  }),
  rule('D12', 'network', 'Filter drops one protocol', {
    symptom: 'Between two workers only UDP or only TCP gets through: long answers are lost.',
    proof: 'Between two workers all queries of one protocol are answered, and none of the other.',
    cure: 'Accept port 53 by UDP and by TCP between the workers.',
    find: (e) =>
      halfPathsOf(e).map(({ lost, whole }) => {
        const other = lost.target.node ?? ''
        const [gone, there] = [lost, whole].map(({ protocol }) => protocol.toUpperCase())
        return inferred({
          cause: `${gone ?? ''} from pods of ${lost.worker} to those of ${other} gets lost, and ${there ?? ''} does not: a filter between them drops port 53/${lost.protocol}`,
          evidence: [lost, whole].map((cell) => `${cell.protocol}: ${pathLine(cell)}`).join('; '),
          ...onHost(other, 'iptables -S; nft list ruleset'),
        })
      }),
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

/** A policy, or a rule of somebody else's that is not narrowed down to what is broken anyway. */
function dropsPods(line: string): boolean {
  if (/^-P FORWARD (?:DROP|REJECT)$/.test(line)) return true
  return /^-A FORWARD (?!.*--ctstate INVALID\b).*-j (?:DROP|REJECT)\b/.test(line)
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
