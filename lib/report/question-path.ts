import type { Cause } from '../core/errors.ts'
import type { Layer } from '../core/layers.ts'
import type { NameCheck } from '../core/look-data.ts'
import { askedOf, checksKnown, type Known, knownOf, throughService, upOf } from './known.ts'
import { type Cell, matrixReport, type MatrixReport, type Server } from './matrix-report.ts'
import type { RunReport } from './run-report.ts'

/** A place that a question comes by. */
export type Hop = {
  readonly title: string
  /** Its address or the like; empty where it is not known. */
  readonly detail: string
  readonly known: Known
  /** Here lies the cause. */
  readonly broken: boolean
}

/** The way of a question from a pod of one worker through the cluster, and back as an answer. */
export type QuestionPath = {
  /** From where; of all workers the one from which most goes wrong. */
  readonly worker: string
  readonly client: Hop
  readonly resolvConf: Hop
  readonly service: Hop
  readonly kubeProxy: Hop
  /** Over the pod network to each of them; `way` is what was measured on it, `lost` that the cause lies there. */
  readonly endpoints: readonly (Hop & { readonly way: Known; readonly lost: boolean })[]
  readonly answer: Hop
  readonly upstream: Hop
  /** The node of the pod is itself what is broken. */
  readonly nodeBroken: boolean
  /** The cause that is marked; null where none is known. */
  readonly cause: Cause | null
}

/** Where the way is broken, by the layer of its cause. */
const PLACES: Readonly<Record<Layer, readonly Place[]>> = {
  hosts: ['node'],
  objects: ['service'],
  pods: ['endpoint'],
  server: ['endpoint'],
  network: ['way'],
  service: ['kubeProxy'],
  client: ['resolvConf'],
  observation: ['client'],
}
type Place = 'client' | 'resolvConf' | 'service' | 'kubeProxy' | 'way' | 'endpoint' | 'node'

/** What a host of the wrong state breaks first, by the family of the cause (docs/failures.md); the host itself where left out. */
const OF_HOSTS: Readonly<Record<string, Place>> = { D: 'kubeProxy', E: 'way' }

function placesOf({ layer, code }: Cause): readonly Place[] {
  const [place] = layer === 'hosts' ? [OF_HOSTS[code.charAt(0)]] : []
  return place === undefined ? PLACES[layer] : [place]
}

/** Null for what is not about the DNS of a cluster. */
export function questionPath(run: RunReport): QuestionPath | null {
  if (!run.steps.some(({ list }) => list === 'chapter' || list === 'prove')) return null
  const matrix = matrixReport(run.steps)
  const cause = causeOf(run)
  if (matrix === null && cause === null) return null
  return pathOf(matrix ?? { cells: [], names: [], servers: [], workers: [] }, cause)
}

/** Of the step that failed last: the later, the nearer to DNS. */
function causeOf({ steps }: RunReport): Cause | null {
  const told = steps.flatMap(({ ending }) =>
    ending?.type === 'step-failed' ? (ending.explanation.verdict ?? []) : [],
  )
  return told.at(-1) ?? null
}

/** False where the cause lies at what is not drawn, such as a host of the control plane. */
export function isMarked({ nodeBroken, endpoints, ...path }: QuestionPath): boolean {
  const { client, resolvConf, service, kubeProxy } = path
  const hops = [client, resolvConf, service, kubeProxy, ...endpoints]
  return nodeBroken || hops.some(({ broken }) => broken) || endpoints.some(({ lost }) => lost)
}

/** What is drawn of a run: its matrix, and where its cause lies. */
type Scene = {
  readonly worker: string
  readonly cause: Cause | null
  readonly cells: readonly Cell[]
  readonly servers: readonly Server[]
  readonly service: Server | undefined
  /** What was measured on the way from the worker to a server. */
  readonly to: (server: Server) => Known
  readonly isAt: (place: Place) => boolean
}

function pathOf(matrix: MatrixReport, cause: Cause | null): QuestionPath {
  const { cells, names, servers, workers } = matrix
  const worker = worst(workers.filter(Boolean), cells, names)
  const own = cells.filter((cell) => cell.worker === worker)
  const isAt = (place: Place): boolean => cause !== null && placesOf(cause).includes(place)
  const scene: Scene = {
    ...{ worker, cause, cells, isAt },
    servers: servers.filter(({ kind }) => kind !== 'service'),
    service: servers.find(({ kind }) => kind === 'service'),
    to: (server) => knownOf(own.filter(({ target }) => target.address === server.address)),
  }
  const checks = names.filter((check) => check.worker === worker)
  return {
    ...{ worker, cause },
    nodeBroken: isAt('node') && worker !== '' && cause?.subject === worker,
    ...asking(scene, own, checks),
    endpoints: endpointsOf(scene),
    ...answersIn(checks),
  }
}

/** What happens on the node of the pod. */
function asking(scene: Scene, own: readonly Cell[], checks: readonly NameCheck[]) {
  const { worker, servers, service, to, isAt } = scene
  const toService = own.filter(({ target }) => target.kind === 'service')
  const known = throughService(toService, servers.map(to))
  const [server, on] = [service?.address ?? '', onNode(worker)]
  return {
    client: {
      title: `a pod${on}`,
      detail: 'asks for a name',
      known: askedOf(own),
      broken: isAt('client'),
    },
    resolvConf: {
      title: 'resolv.conf',
      detail: `nameserver ${server}`.trim(),
      known: checksKnown(checks.filter(({ kind }) => kind === 'resolv.conf')),
      broken: isAt('resolvConf'),
    },
    service: {
      title: `Service ${service?.name ?? 'of DNS'}`,
      ...{ detail: server, known, broken: isAt('service') },
    },
    kubeProxy: {
      title: 'kube-proxy',
      detail: 'its rules pick a server',
      known,
      broken: isAt('kubeProxy'),
    },
  }
}

function onNode(worker: string): string {
  return worker === '' ? '' : ` on ${worker}`
}

function endpointsOf({
  worker,
  cause,
  cells,
  servers,
  to,
  isAt,
}: Scene): QuestionPath['endpoints'] {
  const someBad = servers.some((one) => to(one) === 'bad')
  const drawn = servers.map((server) => {
    const { name, address, node } = server
    const way = to(server)
    const isNode = isAt('node') && node !== undefined && node === cause?.subject && node !== worker
    return {
      title: name,
      detail: node === undefined ? address : `${address} on ${node}`,
      known: upOf(cells.filter(({ target }) => target.address === address)),
      broken: isNode || (isAt('endpoint') && concerns(cause, server, servers)),
      way,
      lost: isAt('way') && (way === 'bad' || !someBad),
    }
  })
  if (drawn.length > 0) return drawn
  return [{ ...NO_SERVER, broken: isAt('endpoint'), lost: isAt('way') }]
}

function answersIn(checks: readonly NameCheck[]): Pick<QuestionPath, 'answer' | 'upstream'> {
  const own = checks.filter(({ kind }) => kind !== 'external' && kind !== 'resolv.conf')
  const outside = checks.filter(({ kind }) => kind === 'external')
  const [first] = outside
  // A name that nobody further up could be asked for says nothing of the way.
  const isUnasked = outside.every(({ got }) => UNASKED.has(got))
  return {
    answer: { title: 'the answer', detail: answerIn(own), known: checksKnown(own), broken: false },
    upstream: {
      title: 'names outside',
      detail: first === undefined ? 'asked further up' : `${first.name}: ${first.got}`,
      known: isUnasked ? 'unknown' : checksKnown(outside),
      broken: false,
    },
  }
}

const NO_SERVER = {
  title: 'CoreDNS',
  detail: 'no server was measured',
  known: 'unknown',
  way: 'unknown',
} as const

function worst(
  workers: readonly string[],
  cells: readonly Cell[],
  names: readonly NameCheck[],
): string {
  const faults = (worker: string): number =>
    cells.filter((cell) => cell.worker === worker && cell.state !== 'good').length +
    names.filter((check) => check.worker === worker && !check.ok).length
  return workers.toSorted((a, b) => faults(b) - faults(a))[0] ?? ''
}

const UNASKED: ReadonlySet<string> = new Set(['SERVFAIL', 'unresolved', 'no answer'])

function answerIn(checks: readonly NameCheck[]): string {
  const told =
    checks.find(({ ok }) => !ok) ?? checks.find(({ kind }) => kind === 'full') ?? checks[0]
  return told === undefined ? '' : `${told.name}: ${told.got}`
}

/** The server that the cause names; where it names none of them, all. */
function concerns(cause: Cause | null, server: Server, all: readonly Server[]): boolean {
  const subject = cause?.subject ?? ''
  const names = ({ name, node }: Server): boolean =>
    subject !== '' && (subject.includes(name) || subject === node)
  return all.some(names) ? names(server) : true
}
