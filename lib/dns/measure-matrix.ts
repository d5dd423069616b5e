import type { ClusterReader } from '../cluster/cluster.ts'
import { OWN_LOOKUPS, TCP_LOOKUPS, UDP_LOOKUPS } from '../cluster/lookup-scripts.ts'
import { StepError } from '../errors.ts'
import { askDirectly } from './ask-directly.ts'
import { bounded } from './bounded.ts'
import { compareResolvConf } from './compare-resolv-conf.ts'
import { type Piece, type Told, piecesOf, tcpTold, udpTold } from './lookup-pieces.ts'
import type { Matrix, MatrixCell, MatrixTarget, NameCheck } from './matrix.ts'
import { tcpQuery } from './message.ts'
import { judgeName, namesFor } from './name-checks.ts'
import { PROBES, probeName } from './probe-pods.ts'
import { type ResolvConf, expectedResolvConf, parseResolvConf } from './resolv-conf.ts'

/** What is asked, and what the right answers are. */
export interface Wanted {
  readonly workers: readonly string[]
  readonly targets: readonly MatrixTarget[]
  /** The cluster's domain. */
  readonly domain: string
  /** ClusterIP of the Service kubernetes, as the API has it. */
  readonly kubernetes: string
  /** ClusterIP of the Service kube-dns. */
  readonly dns: string
  /** Whether the Corefile sends on what it does not know. */
  readonly forwards: boolean
}

/** Requests at a time: an API server has other things to do as well. */
const AT_ONCE = 6
/** What has not answered by then counts as lost; a healthy answer takes milliseconds. */
const PATIENCE_MS = 4_000
/**
 * Fresh source ports a cell. kube-proxy picks a backend a port: with one of two backends dead, so many
 * questions are all answered once in four thousand times.
 */
const TIMES = { service: 12, pod: 4 } as const

/** Asks every server from every worker. Reads only; what cannot be measured is in the matrix, not thrown. */
export async function measureMatrix(cluster: ClusterReader, wanted: Wanted): Promise<Matrix> {
  const { workers, targets } = wanted
  const pods = targets.filter(({ kind }) => kind === 'pod')
  const fromWorkers = workers.flatMap((worker) =>
    targets.flatMap((target) =>
      (['udp', 'tcp'] as const).map((protocol) => ({ worker, target, protocol })),
    ),
  )
  // The slow ones first: what is lost is waited for.
  const [cells, direct, names] = await Promise.all([
    bounded(fromWorkers, AT_ONCE, (cell) => measureCell(cluster, wanted, cell)),
    bounded(pods, AT_ONCE, (target) => askDirectly(cluster, wanted, target)),
    bounded(workers, AT_ONCE, (worker) => checkNames(cluster, wanted, worker)),
  ])
  return { cells: [...cells, ...direct], names: names.flat() }
}

type Cell = Pick<MatrixCell, 'worker' | 'target' | 'protocol'>

async function measureCell(
  cluster: ClusterReader,
  { domain, kubernetes }: Wanted,
  cell: Cell,
): Promise<MatrixCell> {
  const name = `kubernetes.default.svc.${domain}`
  const times = TIMES[cell.target.kind]
  const { address } = cell.target
  const [script, question, read] =
    cell.protocol === 'udp'
      ? ([UDP_LOOKUPS, name, udpTold] as const)
      : ([TCP_LOOKUPS, octal(tcpQuery(name, 'A')), tcpTold] as const)
  const asked = await inProbe(cluster, cell.worker, [script, question, address, String(times)])
  const base = { ...cell, via: 'pod', asked: times } as const
  if ('notProven' in asked) return { ...base, answered: 0, wrong: [], latencyMs: null, ...asked }
  return { ...base, ...sumUp(asked.pieces.map((piece) => read(piece, kubernetes))) }
}

/** Answers, errors and the median latency of what was told. */
export function sumUp(told: readonly Told[]): Pick<MatrixCell, 'answered' | 'wrong' | 'latencyMs'> {
  const times = told.flatMap((one) => (one.is === 'lost' ? [] : [one.ms])).sort((a, b) => a - b)
  return {
    answered: told.filter(({ is }) => is === 'right').length,
    wrong: [...new Set(told.flatMap((one) => (one.is === 'wrong' ? [one.got] : [])))],
    latencyMs: times[Math.floor(times.length / 2)] ?? null,
  }
}

/** The kinds of names, and the resolv.conf by which they are looked up. */
async function checkNames(
  cluster: ClusterReader,
  wanted: Wanted,
  worker: string,
): Promise<readonly NameCheck[]> {
  const { domain, dns } = wanted
  const conf = expectedResolvConf({
    namespace: PROBES.namespace,
    clusterDomain: domain,
    clusterDNS: [dns],
  })
  const names = namesFor({ ...wanted, conf })
  const asked = await inProbe(cluster, worker, [OWN_LOOKUPS, ...names.flatMap(({ ask }) => ask)])
  if ('notProven' in asked) {
    return names.map(({ name, kind, expected }) => {
      return { worker, name, kind, expected, got: asked.notProven, ok: false }
    })
  }
  const [file, ...answers] = asked.pieces
  return [
    { worker, ...resolvConfCheck(conf, file) },
    ...names.map((name) => judgeName(worker, name, answers)),
  ]
}

function resolvConfCheck(expected: ResolvConf, conf?: Piece): Omit<NameCheck, 'worker'> {
  const wanted = `nameserver ${expected.nameservers.join(', ')}`
  const text = conf === undefined ? '' : `${conf.head}\n${conf.text}`
  const faults = compareResolvConf(parseResolvConf(text), expected)
  return {
    name: 'resolv.conf',
    kind: 'resolv.conf',
    expected: wanted,
    got: faults.length === 0 ? wanted : faults.join('; '),
    ok: faults.length === 0,
  }
}

async function inProbe(
  cluster: ClusterReader,
  worker: string,
  [script = '', ...parameters]: readonly string[],
): Promise<{ readonly pieces: readonly Piece[] } | { readonly notProven: string }> {
  const of = { namespace: PROBES.namespace, pod: probeName(worker) }
  try {
    const { stdout } = await cluster.exec(of, ['sh', '-c', script, 'lookups', ...parameters], {
      timeoutMs: PATIENCE_MS,
      partial: true,
    })
    return { pieces: piecesOf(stdout) }
  } catch (error) {
    if (error instanceof StepError) return { notProven: error.explanation.problem }
    throw error
  }
}

/** As printf takes it: the shell's own strings hold no zero byte. */
function octal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
