import { contains } from '../../inventory/address.ts'
import { type Finding, onHost, permanent, rule, type Rule, seen } from '../rule.ts'
import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { restartDns } from '../../evidence/cluster-dns.ts'
import { SETTINGS } from '../../evidence/gather-hosts.ts'
import { networks, workerNetworks } from '../../evidence/hosts.ts'
import { corednsPods } from '../../evidence/pods.ts'
import { cutOffBy } from './matrix.ts'
import { podLine, wrongPodRanges } from './pod-ranges.ts'
import { missingRoutes, wrongRoutes } from './routes.ts'

/** E. Packets do not get from pod to pod (chapter 13). */
export const networkRules: readonly Rule[] = [
  rule('E1', 'network', 'Duplicate or wrong pod range', {
    symptom: 'Lookups fail from some workers; pods on two workers have the same addresses.',
    proof:
      'A worker’s CNI configuration, or its pods’ addresses, are of another range than its own.',
    cure: 'Let the worker’s own podCIDR be in the CNI configuration file that sorts first, and recreate its pods.',
    find: wrongPodRanges,
    ruleOut: (e) =>
      itemsOf(e.hosts).length > 0 ? 'every worker hands out a range of its own' : null,
  }),
  rule('E2', 'network', 'CoreDNS pods share an address', {
    symptom: 'Lookups fail from some workers; `kubectl get pods -o wide` shows one address twice.',
    proof: 'Two CoreDNS pods have the same address.',
    cure: 'Give each worker a podCIDR of its own (E1), and recreate the pods.',
    find: (e) => {
      const same = sharing(corednsPods(e), ({ ip }) => ip)
      const [twin] = same
      if (twin === undefined) return null
      return permanent({
        cause: `${same.length} CoreDNS pods have the address ${twin.ip ?? ''}: the network cannot tell them apart`,
        evidence: same.map(podLine).join('; '),
        subject: `pod/${twin.name}`,
        cure: `grep -H subnet /etc/cni/net.d/*; of these files the first is the one that is used: let it have a podCIDR of its own on each worker; then ${restartDns(e)}`,
        on: [...new Set(same.map(({ node }) => node ?? ''))].join(' and '),
      })
    },
  }),
  rule('E3', 'network', 'Missing pod route', {
    symptom: 'Lookups from a worker time out, always or now and then; from others they work.',
    proof:
      'A host’s `ip route` lacks another worker’s pod range; or answers between two workers are lost.',
    cure: 'Add the route via the other worker on the host that lacks it, and make it persist across reboots.',
    find: missingRoutes,
    ruleOut: (e) =>
      networks(e).length > 0 ? "every host has the routes to the other workers' pods" : null,
  }),
  rule('E4', 'network', 'Pod route with a wrong next hop', {
    symptom: 'As for a missing route: lookups from pods of a worker time out.',
    proof: 'A host’s `ip route` sends another worker’s pod range elsewhere than to that worker.',
    cure: 'Replace the route by one via the worker that has the range.',
    find: wrongRoutes,
  }),
  rule('E5', 'network', 'IP forwarding off', {
    symptom: 'Pods of a worker reach each other, but nobody on other workers.',
    proof: 'net.ipv4.ip_forward is not 1; or nothing gets across between it and the others.',
    cure: 'Set net.ipv4.ip_forward to 1, also in /etc/sysctl.d.',
    find: (e) => [
      notForwarding(e),
      cutOffBy(
        e,
        (forwards) => forwards === undefined,
        (worker) => `${worker} does not forward`,
        FORWARD,
      ),
    ],
    ruleOut: (e) => (workerNetworks(e).length > 0 ? 'every worker forwards packets' : null),
  }),
  rule('E8', 'network', 'Nodes share an address', {
    symptom:
      'Of several nodes only one can be reached, for example when all have the address of VirtualBox’s NAT interface.',
    proof: 'Two nodes have the same InternalIP.',
    cure: 'Start each kubelet with --node-ip and the address by which the others reach its node.',
    find: sharedAddress,
    ruleOut: (e) =>
      itemsOf(e.nodes).length > 1 && sharedAddress(e) === null
        ? 'every node has an address of its own'
        : null,
  }),
  rule('E10', 'network', 'Node address inside a cluster range', {
    symptom: 'A node, or pods and Services whose addresses it takes, cannot be reached.',
    proof: 'A node’s InternalIP lies in the range of pods or of Services.',
    cure: 'Choose ranges for pods and Services that no network of the hosts uses.',
    find: (e) => {
      const ranges = [
        { range: e.wanted.podCIDR, of: 'pods' },
        { range: e.wanted.serviceCIDR, of: 'Services' },
      ]
      const inside = itemsOf(e.nodes).flatMap(({ name, address }) =>
        ranges.map((one) => ({ ...one, name, address: address ?? '' })),
      )
      return inside.map(({ name, address, range, of }) => {
        if (range === '' || address === '' || !contains(range, address)) return null
        return seen({
          cause: `the address of node ${name} lies in ${range}, from which ${of} get theirs`,
          evidence: `node ${name} InternalIP ${address}`,
          subject: `node/${name}`,
          cure: `ip addr; give the ${of} a range that no network here uses, or the node another --node-ip`,
          on: name,
        })
      })
    },
  }),
]

const FORWARD = `sysctl -w ${SETTINGS.forward}=1`

/** Those that have the address of the first that is not alone with its own. */
function sharing<T>(all: readonly T[], addressOf: (one: T) => string | null): readonly T[] {
  const groups = Map.groupBy(all, addressOf)
  return [...groups].find(([address, same]) => address !== null && same.length > 1)?.[1] ?? []
}

function notForwarding(e: Evidence): readonly Finding[] {
  return workerNetworks(e).flatMap(({ host, network }) => {
    const value = network.settings[SETTINGS.forward]
    if (value === undefined || value === '1') return []
    return permanent({
      cause: `${host} does not forward packets, so its pods reach nobody outside it and nobody reaches them`,
      evidence: `${host}: ${SETTINGS.forward} = ${value}`,
      ...onHost(host, FORWARD),
    })
  })
}

/** As on VirtualBox, whose first network card has the same address in every machine. */
function sharedAddress(e: Evidence): Finding | null {
  const same = sharing(itemsOf(e.nodes), ({ address }) => address)
  const [first] = same
  if (first === undefined) return null
  const names = same.map(({ name }) => name).join(', ')
  return seen({
    cause: `the nodes ${names} have the same address ${first.address ?? ''}, so only one of them is reached`,
    evidence: `InternalIP ${first.address ?? ''} of ${names}`,
    subject: `node/${first.name}`,
    cure: 'ip addr; then start the kubelet with --node-ip= and the address by which the others reach it',
    on: names,
  })
}
