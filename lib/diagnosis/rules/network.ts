import { contains, overlaps } from '../../inventory/address.ts'
import { RESTART_COREDNS } from '../cure.ts'
import { SETTINGS } from '../gather-hosts.ts'
import type { Evidence, PodSeen, Wanted } from '../evidence.ts'
import { each } from '../evidence.ts'
import { networks, workerNetworks } from '../hosts.ts'
import { corednsPods } from '../pods.ts'
import type { Finding, Rule } from '../rule.ts'

/** E. Packets do not get from pod to pod (chapter 13). */
export const networkRules: readonly Rule[] = [
  {
    code: 'E1',
    layer: 'network',
    find: (e) => {
      const configured = wrongRanges(e)
      return configured.length > 0 ? configured : strays(e)
    },
    ruleOut: (e) => ('found' in e.hosts ? 'every worker hands out a range of its own' : null),
  },
  {
    code: 'E2',
    layer: 'network',
    find: (e) => twins(corednsPods(e)),
  },
  {
    code: 'E3',
    layer: 'network',
    find: (e) => routes(e).flatMap((one) => (one.line === null ? [missingRoute(one)] : [])),
    ruleOut: (e) =>
      networks(e).length > 0 ? "every host has the routes to the other workers' pods" : null,
  },
  {
    code: 'E4',
    layer: 'network',
    find: (e) =>
      routes(e).flatMap((one) =>
        one.line === null || one.line.includes(` via ${one.owner.address ?? ''} `)
          ? []
          : [
              {
                certainty: 'seen' as const,
                cause: `${one.host} sends packets for ${one.owner.podCIDR}, the pods of ${one.owner.name}, another way than to ${one.owner.name}`,
                evidence: `ip route on ${one.host}: ${one.line}`,
                subject: one.host,
                cure: `ip route replace ${one.owner.podCIDR} via ${one.owner.address ?? ''}`,
                on: one.host,
                hopeless: true as const,
              },
            ],
      ),
  },
  {
    code: 'E5',
    layer: 'network',
    find: (e) =>
      workerNetworks(e)
        .map(({ worker, network }) => ({ worker, value: network.settings[SETTINGS.forward] }))
        .filter(({ value }) => value !== undefined && value !== '1')
        .map(({ worker, value = '' }) => ({
          certainty: 'seen' as const,
          cause: `${worker} does not forward packets, so its pods reach nobody outside it and nobody reaches them`,
          evidence: `${worker}: ${SETTINGS.forward} = ${value}`,
          subject: worker,
          cure: `sysctl -w ${SETTINGS.forward}=1`,
          on: worker,
          hopeless: true as const,
        })),
    ruleOut: (e) => (workerNetworks(e).length > 0 ? 'every worker forwards packets' : null),
  },
  {
    code: 'E8',
    layer: 'network',
    find: sharedAddresses,
    ruleOut: (e) =>
      each(e.nodes).length > 1 && sharedAddresses(e).length === 0
        ? 'every node has an address of its own'
        : null,
  },
  {
    code: 'E10',
    layer: 'network',
    find: (e) => {
      const ranges = [
        { range: e.wanted.podCIDR, of: 'pods' },
        { range: e.wanted.serviceCIDR, of: 'Services' },
      ]
      return each(e.nodes).flatMap(({ name, address }) =>
        ranges
          .filter(({ range }) => range !== '' && address !== null && contains(range, address))
          .map(({ range, of }) => ({
            certainty: 'seen',
            cause: `the address of node ${name} lies in ${range}, from which ${of} get theirs`,
            evidence: `node ${name} InternalIP ${address ?? ''}`,
            subject: `node/${name}`,
            cure: `ip addr; give the ${of} a range that no network here uses, or the node another --node-ip`,
            on: name,
          })),
      )
    },
  },
]

type Worker = Wanted['workers'][number]

/** A worker whose CNI configuration hands out another range than its own, or one that another has, too. */
function wrongRanges(e: Evidence): readonly Finding[] {
  const configured = each(e.hosts).filter(({ ranges }) => ranges.length > 0)
  return e.wanted.workers.flatMap((worker) => {
    const ranges = configured.find(({ name }) => name === worker.name)?.ranges ?? []
    if (ranges.length === 0 || ranges.includes(worker.podCIDR)) return []
    const range = ranges.join(', ')
    const owner = e.wanted.workers.find(
      (one) => one !== worker && ranges.some((own) => overlaps(one.podCIDR, own)),
    )
    const [stray] = corednsPods(e).filter(({ node }) => node === worker.name)
    return [
      {
        certainty: 'seen' as const,
        cause: `${worker.name} hands out ${range}${owner === undefined ? '' : `, the range of ${owner.name}`}, and not its own ${worker.podCIDR}`,
        evidence: `10-bridge.conf on ${worker.name}: "subnet": "${range}"${stray === undefined ? '' : `; ${podLine(stray)}`}`,
        subject: worker.name,
        cure: recable(worker),
        on: worker.name,
        hopeless: true as const,
      },
    ]
  })
}

function recable({ podCIDR }: Worker): string {
  return (
    `sed -i 's#"subnet": "[^"]*"#"subnet": "${podCIDR}"#' /etc/cni/net.d/10-bridge.conf && ip link delete cnio0; ` +
    'then delete the pods there'
  )
}

/** Where the configuration cannot be seen, the addresses of pods tell. */
function strays(e: Evidence): readonly Finding[] {
  return e.wanted.workers.flatMap((worker) => {
    const stray = each(e.pods).find(
      (pod) =>
        pod.node === worker.name &&
        !pod.hostNetwork &&
        pod.ip !== null &&
        !pod.leaving &&
        !contains(worker.podCIDR, pod.ip),
    )
    if (stray === undefined) return []
    const owner = e.wanted.workers.find(({ podCIDR }) => contains(podCIDR, stray.ip ?? ''))
    return [
      {
        certainty: 'seen' as const,
        cause: `${worker.name}'s CNI config hands out ${owner === undefined ? `a range with ${stray.ip ?? ''}` : `${owner.podCIDR}, the range of ${owner.name}`}`,
        evidence: `${podLine(stray)}, outside that worker's ${worker.podCIDR}`,
        subject: worker.name,
        cure: recable(worker),
        on: worker.name,
        hopeless: true as const,
      },
    ]
  })
}

function podLine({ name, node, ip }: PodSeen): string {
  return `pod ${name} on ${node ?? '?'} ${ip ?? 'has no address'}`
}

function twins(pods: readonly PodSeen[]): readonly Finding[] {
  const twin = pods.find(
    (pod) => pod.ip !== null && pods.some((one) => one !== pod && one.ip === pod.ip),
  )
  if (twin === undefined) return []
  const same = pods.filter(({ ip }) => ip === twin.ip)
  return [
    {
      certainty: 'seen',
      cause: `${String(same.length)} CoreDNS pods have the address ${twin.ip ?? ''}: the network cannot tell them apart`,
      evidence: same.map(podLine).join('; '),
      subject: `pod/${twin.name}`,
      cure: `give each worker a podCIDR of its own in /etc/cni/net.d/10-bridge.conf; then ${RESTART_COREDNS}`,
      hopeless: true,
    },
  ]
}

/** As on VirtualBox, whose first network card has the same address in every machine. */
function sharedAddresses(e: Evidence): readonly Finding[] {
  const nodes = each(e.nodes)
  const first = nodes.find(
    (node) =>
      node.address !== null && nodes.some((one) => one !== node && one.address === node.address),
  )
  if (first === undefined) return []
  const same = nodes.filter(({ address }) => address === first.address).map(({ name }) => name)
  return [
    {
      certainty: 'seen',
      cause: `the nodes ${same.join(', ')} have the same address ${first.address ?? ''}, so only one of them is reached`,
      evidence: `InternalIP ${first.address ?? ''} of ${same.join(', ')}`,
      subject: `node/${first.name}`,
      cure: 'ip addr; then start the kubelet with --node-ip= and the address by which the others reach it',
      on: same.join(', '),
    },
  ]
}

interface RouteSeen {
  readonly host: string
  readonly owner: Worker
  /** As `ip route` prints it; null where there is none. */
  readonly line: string | null
}

/** What each host has for each other worker's pods. */
function routes(e: Evidence): readonly RouteSeen[] {
  return networks(e).flatMap(({ host, network }) =>
    e.wanted.workers
      .filter(({ name }) => name !== host.name)
      .map((owner) => {
        const route = network.routes.find(({ to }) => to === owner.podCIDR)
        const via = route?.via === null || route === undefined ? '' : ` via ${route.via}`
        const line = route === undefined ? null : `${route.to}${via} dev ${route.dev}`
        return { host: host.name, owner, line }
      }),
  )
}

function missingRoute({ host, owner }: RouteSeen): Finding {
  return {
    certainty: 'seen',
    cause: `${host} has no route to ${owner.podCIDR}, the pods of ${owner.name}`,
    evidence: `ip route on ${host}: no line for ${owner.podCIDR}`,
    subject: host,
    cure: `ip route add ${owner.podCIDR} via ${owner.address ?? owner.name}`,
    on: host,
    hopeless: true,
  }
}
