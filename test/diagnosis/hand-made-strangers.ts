import type { MatrixCell, PodSeen } from '../../lib/core/look-data.ts'
import type { DnsNames } from '../../lib/evidence/cluster-dns.ts'
import { dnsOf } from '../../lib/evidence/cluster-dns.ts'
import { type Evidence, itemsOf } from '../../lib/evidence/evidence.ts'
import { corednsPods } from '../../lib/evidence/pods.ts'
import { but, failing, type HandMade, HEALTHY } from './evidence.ts'
import { withCells, withEndpoints } from './hand-made-endpoints.ts'
import { measured } from './hand-made.ts'

export const ADDRESS = '10.200.1.77'
const OF_DEPLOYMENT = {
  labels: { app: 'test-dns', 'k8s-app': 'kube-dns', 'pod-template-hash': '84' },
  owner: { kind: 'ReplicaSet', name: 'test-dns-84' },
} as const
/** Selected by its own label. */
const BESIDE = { kind: 'Deployment', name: 'test-dns', selector: { app: 'test-dns' } }

/** Who has made a pod that the Service selects, and what it says. */
export type Stranger = {
  readonly pod?: Pick<PodSeen, 'owner' | 'labels'>
  readonly beside?: DnsNames['beside']
  readonly wrong?: readonly string[]
}

/** The Service leads to a pod of somebody else as well, which gives no right answer. */
export function withStranger({
  pod = OF_DEPLOYMENT,
  beside = [BESIDE],
  wrong = ['NXDOMAIN'],
}: Stranger = {}): Evidence {
  const e = measured((_, to) => (to === 'service' ? 0.5 : 1))
  const own = itemsOf(e.pods).find(({ labels }) => labels['k8s-app'] === 'kube-dns')
  if (own === undefined) throw new Error('the healthy evidence has CoreDNS pods')
  const stranger: PodSeen = { ...own, ...pod, name: 'test-dns-84-x', ip: ADDRESS, node: 'causew1' }
  const target = { kind: 'pod', name: stranger.name, address: ADDRESS, node: 'causew1' } as const
  const ready = [...corednsPods(e).map(({ ip }) => ip ?? ''), ADDRESS]
  return {
    ...withCells(withEndpoints(e, { ready }), (cells) => [
      ...cells,
      ...cells
        .filter((cell) => cell.target.kind === 'service')
        .map((cell): MatrixCell => ({ ...cell, target, answered: 0, wrong })),
    ]),
    dns: { found: { ...dnsOf(e), beside } },
    pods: { found: [...itemsOf(e.pods), stranger] },
  }
}

/** Of 100 questions by UDP between causew1 and the others so many are lost. */
export function losing(share: number, within = 0): Evidence {
  return withCells(
    measured(() => 1),
    (cells) =>
      cells.map((cell) => {
        const [from, to] = [cell.worker, cell.target.node]
        const lost = from === to ? within : (from === 'causew1') === (to === 'causew1') ? 0 : share
        const isAsked = cell.protocol === 'udp' && to !== undefined
        return { ...cell, asked: 100, answered: 100 - (isAsked ? lost : 0) }
      }),
  )
}

/** The busybox pod is gone, or the probe of a worker, which could not be asked from. */
export function withoutProbe(step: 'lookup-kubernetes' | 'dns-matrix'): Evidence {
  const kept = itemsOf(HEALTHY.pods).filter(
    ({ labels, node }) =>
      labels['run'] !== 'busybox' && (step !== 'dns-matrix' || node !== 'causew1'),
  )
  const cells = measured(() => 1).matrix
  const e = failing(step, but({ pods: { found: kept }, matrix: cells }))
  return withCells(e, (all) =>
    all.map((cell) => (cell.worker === 'causew1' ? { ...cell, notProven: 'not there' } : cell)),
  )
}

/** etcd refuses writes. */
export const FULL = failing('start-etcd', HEALTHY, [
  'causem0: HTTP 503 {"health":"false","reason":"ALARM NOSPACE"}',
])

/** kube-dns of another type. */
export function addressed(clusterIP: string): Evidence {
  const services = itemsOf(HEALTHY.services).map((one) =>
    one.name === 'kube-dns' ? { ...one, clusterIP } : one,
  )
  return failing('lookup-kubernetes', but({ services: { found: services } }))
}

export const STRANGERS: readonly HandMade[] = [
  { code: 'D19', what: 'a pod of somebody else that answers wrongly', evidence: withStranger() },
  {
    code: 'D19',
    what: 'a pod of somebody else that answers nobody',
    evidence: withStranger({ wrong: [] }),
  },
  { code: 'E12', what: 'a worker that loses a third of its packets', evidence: losing(30) },
  { code: 'F13', what: 'a busybox that is gone', evidence: withoutProbe('lookup-kubernetes') },
  { code: 'F13', what: 'a probe that is gone', evidence: withoutProbe('dns-matrix') },
  { code: 'B15', what: 'an etcd without room', evidence: FULL },
  { code: 'D20', what: 'a Service of type ExternalName', evidence: addressed('') },
]
