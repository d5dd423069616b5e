import type { PodSeen } from '../../lib/core/look-data.ts'
import { type ApiServerSeen, type Evidence, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import type { SeenFromHost } from '../../lib/dns/host-probes.ts'
import { but, type HandMade, HEALTHY } from './evidence.ts'
import { measured } from './hand-made.ts'

const WORKERS = ['causew0', 'causew1', 'causew2'] as const

/** What a worker's probe sees: all routes, and settings as they should be, but for these. */
export interface Seen {
  /** Workers to whose pods there is no route. */
  readonly lacks?: readonly string[]
  readonly settings?: Readonly<Record<string, string>>
  readonly mtus?: Readonly<Record<string, number>>
}

const SETTINGS = { 'net.ipv4.ip_forward': '1', 'net.bridge.bridge-nf-call-iptables': '1' }

/** The same evidence with what probes see on the workers named. */
export function lookedInto(evidence: Evidence, seen: Readonly<Record<string, Seen>>): Evidence {
  const found = Object.entries(seen).map(
    ([worker, { lacks = [], settings = SETTINGS, mtus = {} }]) => ({
      worker,
      network: { found: { routes: routesOf(worker, lacks), mtus, settings } },
    }),
  )
  const probes = WORKERS.map((worker, i) => probe(worker, `10.200.${String(i)}.9`))
  return {
    ...evidence,
    pods: { found: [...itemsOf(evidence.pods), ...probes] },
    workerNetworks: { found },
  }
}

function routesOf(worker: string, lacks: readonly string[]): SeenFromHost['routes'] {
  const pods = WORKERS.flatMap((other, i): SeenFromHost['routes'] => {
    const to = `10.200.${String(i)}.0/24`
    if (other === worker) return [{ to, via: null, dev: 'cnio0' }]
    return lacks.includes(other) ? [] : [{ to, via: `192.168.1.${String(i)}`, dev: 'eth0' }]
  })
  return [{ to: 'default', via: '192.168.1.254', dev: 'eth0' }, ...pods]
}

function probe(node: string, ip: string): PodSeen {
  return {
    ...{ namespace: 'default', name: `dns-probe-${node}`, labels: { app: 'hardway-dns-probe' } },
    ...{ node, ip, phase: 'Running', ready: true, leaving: false, hostNetwork: false },
    ...{ dnsPolicy: 'ClusterFirst', unscheduled: null, nodeSelector: {} },
    ...{ tolerations: [], containers: [] },
  }
}

/** Nobody gets from causew1 to causew0. */
export const LOST_PAIR = measured((from, to) => (from === 'causew1' && to === 'causew0' ? 0 : 1))
/** Nothing gets across to or from causew0. */
export const CUT_OFF = measured((from, to) => ((from === 'causew0') === (to === 'causew0') ? 1 : 0))
/** causew0 loses what its own server answers for the Service. */
export const OWN_LOST = measured((from, to) => (from === 'causew0' && to === 'service' ? 0.5 : 1))

/** Nothing that pods of causew0 send gets anywhere, and its server answers from within its pod. */
export const CLOSED = fromWithin(
  measured((from, to) => (from === 'causew0' || to === 'causew0' ? 0 : 1)),
)

function fromWithin(evidence: Evidence): Evidence {
  const { cells, ...rest } = valueOf(evidence.matrix) ?? { cells: [], names: [] }
  const forwarded = cells
    .filter(({ worker, target }) => worker === 'causew0' && target.kind === 'pod')
    .map((cell) => ({ ...cell, worker: 'port-forward', via: 'port-forward' as const }))
    .map((cell) => ({ ...cell, asked: 1, answered: 1 }))
  return { ...evidence, matrix: { found: { ...rest, cells: [...cells, ...forwarded] } } }
}

/** Large packets get lost on their way between pods of these; all others come through. */
export const largeLost = (from: string, to: string): Evidence => {
  const evidence = measured(() => 1)
  const { cells, ...rest } = valueOf(evidence.matrix) ?? { cells: [], names: [] }
  const all = cells.map((cell) => {
    if (cell.protocol === 'udp' || cell.target.kind !== 'pod') return cell
    const lost = cell.worker === from && cell.target.node === to
    return { ...cell, large: lost ? ('lost' as const) : ('answered' as const) }
  })
  return { ...evidence, matrix: { found: { ...rest, cells: all } } }
}

const FULL = {
  'net.netfilter.nf_conntrack_count': '4096',
  'net.netfilter.nf_conntrack_max': '4096',
}

/** Faults of workers elsewhere, seen by probes on their own networks. */
export const NETWORKS: readonly HandMade[] = [
  {
    code: 'E3',
    what: 'a route that a probe does not see',
    evidence: lookedInto(LOST_PAIR, { causew0: {}, causew1: { lacks: ['causew0'] } }),
  },
  {
    code: 'E7',
    what: 'a link that takes smaller packets than the pods behind it are sent',
    evidence: lookedInto(largeLost('causew2', 'causew0'), {
      causew1: { mtus: { eth0: 1500, cnio0: 1500 } },
      causew2: { mtus: { eth0: 1300, cnio0: 1500 } },
    }),
  },
  {
    code: 'E5',
    what: 'a worker elsewhere that does not forward',
    evidence: lookedInto(CUT_OFF, {
      causew0: { settings: { ...SETTINGS, 'net.ipv4.ip_forward': '0' } },
    }),
  },
  {
    code: 'D10',
    what: 'a worker that forwards and gets nothing across',
    evidence: lookedInto(CUT_OFF, { causew0: {}, causew1: {}, causew2: {} }),
  },
  { code: 'D10', what: 'a worker whose pods reach nobody, not even beside them', evidence: CLOSED },
  {
    code: 'D9',
    what: 'a worker elsewhere whose kernel does not have bridged packets filtered',
    evidence: lookedInto(OWN_LOST, { causew0: { settings: { 'net.ipv4.ip_forward': '1' } } }),
  },
  {
    code: 'D14',
    what: 'a worker elsewhere that remembers all the connections that it can',
    evidence: lookedInto(
      measured((from, to) => (from === 'causew2' && to === 'service' ? 0.3 : 1)),
      { causew2: { settings: { ...SETTINGS, ...FULL } } },
    ),
  },
  {
    code: 'B13',
    what: 'one of several API servers elsewhere that hangs',
    evidence: but({
      wanted: { ...HEALTHY.wanted, target: 'cluster' },
      apiServers: {
        found: itemsOf(HEALTHY.apiServers).flatMap((one): ApiServerSeen[] => {
          const reason = 'connected, and no greeting within 5000 ms'
          const silent = { status: 'silent', reason } as const
          return [one, { ...one, name: 'another', tls: { found: silent } }]
        }),
      },
    }),
  },
]
