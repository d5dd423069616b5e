import type { MatrixCell } from '../../lib/core/look-data.ts'
import { type EndpointsSeen, type Evidence, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import { corednsPods } from '../../lib/evidence/pods.ts'
import {
  but,
  corednsPods as corednsPodsAs,
  corednsSays,
  failing,
  type HandMade,
  HEALTHY,
  redName,
} from './evidence.ts'
import { measured } from './hand-made.ts'

export const DEAD = '10.200.1.99'
export const SLICE = { name: 'kube-dns-old', ready: [DEAD] }

const change = <T extends { readonly namespace: string; readonly name: string }>(
  all: readonly T[],
  more: Partial<T>,
): readonly T[] => all.map((one) => (one.name === 'kube-dns' ? { ...one, ...more } : one))

export const withEndpoints = (e: Evidence, more: Partial<EndpointsSeen>): Evidence => ({
  ...e,
  endpoints: { found: change(itemsOf(e.endpoints), more) },
})

export const withCells = (
  e: Evidence,
  more: (cells: readonly MatrixCell[]) => readonly MatrixCell[],
) => {
  const { cells, ...rest } = valueOf(e.matrix) ?? { cells: [], names: [] }
  return { ...e, matrix: { found: { ...rest, cells: more(cells) } } }
}

/** The Service leads to this address, too, and a third of what it is asked is lost from everywhere. */
export function withDead(foreign: EndpointsSeen['foreign']): Evidence {
  const e = measured((_, to) => (to === 'service' ? 0.5 : 1))
  const ready = [...corednsPods(e).map(({ ip }) => ip ?? ''), DEAD]
  return withCells(withEndpoints(e, { ready, ...(foreign ? { foreign } : {}) }), (cells) => [
    ...cells,
    ...cells
      .filter(({ target }) => target.kind === 'service')
      .map((cell) => ({
        ...cell,
        target: { kind: 'host', name: DEAD, address: DEAD } as const,
        answered: 0,
      })),
  ])
}

/** CoreDNS on causew0 answers nobody; `within`: what it answers there. */
export const withSilent = (within: number): Evidence => {
  const e = measured((_, to) => (to === 'service' ? 0.5 : to === 'causew0' ? 0 : 1))
  return withCells(
    withEndpoints(e, { ready: corednsPods(e).map(({ ip }) => ip ?? '') }),
    (cells) => [
      ...cells,
      ...cells
        .filter(({ worker, target }) => worker === 'causew2' && target.kind === 'pod')
        .map((cell) => ({
          ...{ ...cell, worker: '', via: 'port-forward' as const, asked: 1 },
          answered: cell.target.node === 'causew0' ? within : 1,
        })),
    ],
  )
}

/** The pods run on causew0 and causew1 only. */
export const asLocal = (e: Evidence): Evidence => ({
  ...withEndpoints(e, {
    ready: corednsPods(e).map(({ ip }) => ip ?? ''),
    nodes: ['causew1', 'causew0'],
  }),
  services: { found: change(itemsOf(e.services), { local: true }) },
})

/** The same with that CPU limit on CoreDNS. */
export const limitedTo = (cpuLimit: string, e: Evidence): Evidence => ({
  ...e,
  pods: {
    found: itemsOf(e.pods).map((pod) =>
      pod.labels['k8s-app'] === 'kube-dns'
        ? { ...pod, containers: pod.containers.map((one) => ({ ...one, cpuLimit })) }
        : pod,
    ),
  },
})

/** Pods of causew1 search a domain of its host as well; `found` is what a name in full leads to. */
export const shadowed = (found: string, hostSearch: readonly string[]): Evidence => {
  const name = 'kubernetes.default.svc.cluster.local'
  const { matrix } = redName({ name, kind: 'full', got: found })
  const { cells, names } = valueOf(matrix) ?? { cells: [], names: [] }
  const conf = { worker: 'causew1', name: 'resolv.conf', kind: 'resolv.conf', ok: true } as const
  const own = { ...conf, expected: 'nameserver 10.32.0.10', got: 'nameserver 10.32.0.10' }
  const all = [...names, hostSearch.length > 0 ? { ...own, hostSearch } : own]
  return failing('dns-matrix', but({ matrix: { found: { cells, names: all } } }))
}

/** CoreDNS with so many replicas, and no pod of it. */
export const scaledTo = (replicas: number): Evidence => {
  const image = valueOf(HEALTHY.deployment)?.image ?? ''
  const pods = itemsOf(HEALTHY.pods).filter(({ labels }) => labels['k8s-app'] !== 'kube-dns')
  return failing('lookup-kubernetes', {
    ...but({ deployment: { found: { replicas, observed: true, image } }, pods: { found: pods } }),
  })
}

const REFUSED_CELL: MatrixCell = {
  ...{ worker: 'causew0', protocol: 'tcp', via: 'pod', asked: 4, answered: 0, wrong: [] },
  target: { kind: 'service', name: 'kube-dns', address: '10.32.0.10' },
  errors: ['connection refused'],
}

/** Where the Service leads to `targetPort`, and all that is asked through it is refused. */
export function refusedAt(
  corefile: string,
  targetPort = '53',
  one: Partial<MatrixCell> = {},
): Evidence {
  const services = itemsOf(HEALTHY.services).map((service) => {
    const ports = service.ports.map((port) => (port.port === 53 ? { ...port, targetPort } : port))
    return service.name === 'kube-dns' ? { ...service, ports } : service
  })
  const { pods } = corednsPodsAs({}, { ports: { dns: 53 } })
  const matrix = { found: { cells: [{ ...REFUSED_CELL, ...one }], names: [] } }
  const channels = { services: { found: services }, pods, corefile: { found: corefile }, matrix }
  return failing('dns-matrix', but(channels))
}

/** Whom a Service leads to that nobody gets an answer from, or does not lead to; and names that lead elsewhere. */
export const ENDPOINTS: readonly HandMade[] = [
  {
    code: 'D21',
    what: 'a targetPort where nobody listens',
    evidence: refusedAt(valueOf(HEALTHY.corefile) ?? '', '1053'),
  },
  {
    code: 'B16',
    what: 'a Corefile with an API server of its own',
    evidence: failing(
      'coredns-pods',
      but({
        ...corednsSays(
          'E1201 04:59:56.310292       1 reflector.go:126] k8s.io/client-go/tools/cache/reflector.go:94: Failed to list *v1.Service: Get http://192.0.2.1/api/v1/services: dial tcp 192.0.2.1:80: connect: connection refused',
        ),
        corefile: {
          found: '.:53 {\n  kubernetes cluster.local {\n    endpoint http://192.0.2.1\n  }\n}\n',
        },
      }),
    ),
  },
  {
    code: 'A27',
    what: 'a Deployment that is paused',
    evidence: failing(
      'coredns-pods',
      but({
        deployment: { found: { replicas: 2, observed: true, image: 'coredns', paused: true } },
      }),
    ),
  },
  {
    code: 'A26',
    what: 'a CoreDNS with too little of a processor',
    evidence: limitedTo('5m', withSilent(0)),
  },
  { code: 'A25', what: 'a Deployment scaled to nothing', evidence: scaledTo(0) },
  {
    code: 'F6',
    what: "a domain of the host's where any name has an answer",
    evidence: shadowed('10.9.9.9', ['wild.example']),
  },
  {
    code: 'D6',
    what: 'a slice made by hand that names an address of nobody',
    evidence: withDead([SLICE]),
  },
  {
    code: 'D6',
    what: 'a mirror of Endpoints that name an address of nobody',
    evidence: withDead([{ ...SLICE, mirrored: true }]),
  },
  {
    code: 'D6',
    what: 'a slice made by hand that names others as well',
    evidence: withDead([{ ...SLICE, ready: [DEAD, '192.0.2.53'] }]),
  },
  { code: 'D6', what: 'a CoreDNS that hangs', evidence: withSilent(0) },
  {
    code: 'D18',
    what: 'a Service that keeps to workers, one of which has no server',
    evidence: asLocal(measured((from, to) => (from === 'causew2' && to === 'service' ? 0 : 1))),
  },
]
