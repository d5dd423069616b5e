import type { ClusterReader, PodContainer } from '../ports/cluster.ts'
import { LOOKUPS, NAMES } from '../ports/lookup-script.ts'
import { StepError } from '../core/errors.ts'
import { askDirectly } from './ask-directly.ts'
import { bounded } from '../core/bounded.ts'
import type { KubeletSettings } from './discover.ts'
import { givenBesides } from './matrix-targets.ts'
import {
  compareResolvConf,
  expectedResolvConf,
  parseResolvConf,
  type ResolvConf,
} from './resolv-conf.ts'
import { type Piece, type LookupResult, piecesOf, resultIn } from './lookup-pieces.ts'
import type { Matrix, MatrixCell, MatrixTarget, NameCheck } from '../core/look-data.ts'
import { tcpQuery } from './message.ts'
import { judgeName, namesFor } from './name-checks.ts'
import type { Probes } from './probe-pods.ts'

/** What is asked, and what the right answers are. */
export type Wanted = {
  readonly workers: readonly string[]
  /** Who asks there. */
  readonly probes: Probes
  readonly targets: readonly MatrixTarget[]
  /** The cluster's domain. */
  readonly domain: string
  /** ClusterIP of the Service kubernetes, as the API has it. */
  readonly kubernetes: string
  /** ClusterIP of the Service kube-dns. */
  readonly dns: string
  /** Whether the Corefile sends on what it does not know. */
  readonly forwards: boolean
  /** What pods of a worker are given, where that is known of it by itself; else `dns` and `domain`. */
  readonly settings?: readonly KubeletSettings[]
}

/** Workers at a time: an API server has other things to do as well. */
const AT_ONCE = 6
/** What has not answered by then counts as lost; a healthy answer takes milliseconds. */
const PATIENCE_MS = 4_000
/**
 * Fresh source ports a cell. kube-proxy picks a backend a port: with one of two backends dead, so many
 * questions are all answered once in four thousand times.
 */
const TIMES = { service: 12, pod: 4, host: 4 } as const
/** Questions in one exec, all at once: those of two CoreDNS pods took 16 MB of the probe's 64. */
const IN_ONE_EXEC = 40

/** Asks every server from every worker. Reads only; what cannot be measured is in the matrix, not thrown. */
export async function measureMatrix(cluster: ClusterReader, wanted: Wanted): Promise<Matrix> {
  const pods = wanted.targets.filter(({ kind }) => kind === 'pod')
  const [from, direct] = await Promise.all([
    bounded(wanted.workers, AT_ONCE, (worker) => measureFrom(cluster, wanted, worker)),
    bounded(pods, AT_ONCE, (target) => askDirectly(cluster, wanted, target)),
  ])
  return {
    cells: [...from.flatMap(({ cells }) => cells), ...direct],
    names: from.flatMap(({ names }) => names),
  }
}

/** One worker's row, and what its pods get for names. */
async function measureFrom(
  cluster: ClusterReader,
  wanted: Wanted,
  worker: string,
): Promise<Matrix> {
  const { domain, dns, kubernetes } = wanted
  const full = `kubernetes.default.svc.${domain}`
  const own = wanted.settings?.find(({ node }) => node === worker)
  const clusterDNS = own === undefined || own.servers.length === 0 ? [dns] : own.servers
  const targets = [...wanted.targets, ...givenBesides(clusterDNS, wanted.targets)]
  const conf = expectedResolvConf({
    namespace: wanted.probes.namespace,
    clusterDomain: own?.domain ?? domain,
    clusterDNS,
  })
  const names = namesFor({ ...wanted, namespace: wanted.probes.namespace, conf })
  const servers = targets.flatMap(({ kind, address }) =>
    Array.from({ length: TIMES[kind] }, () => address),
  )
  const { namespace, nameOn } = wanted.probes
  const asked = await inProbe(
    cluster,
    { namespace, pod: nameOn(worker) },
    inParts(servers, IN_ONE_EXEC).map((part, i) => [
      ...[octalQuery(full), full, ...part],
      ...[NAMES, ...(i === 0 ? names.flatMap(({ ask }) => ask) : [])],
    ]),
  )
  const cellOf = (target: MatrixTarget, protocol: 'udp' | 'tcp'): MatrixCell => {
    const base = { worker, target, protocol, via: 'pod', asked: TIMES[target.kind] } as const
    if ('notProven' in asked) return { ...base, answered: 0, wrong: [], latencyMs: null, ...asked }
    const told = asked.pieces.filter(({ what, of }) => what === protocol && of === target.address)
    return { ...base, ...sumUp(told.map((piece) => resultIn(piece, kubernetes))) }
  }
  return {
    cells: targets.flatMap((target) => [cellOf(target, 'udp'), cellOf(target, 'tcp')]),
    names:
      'notProven' in asked
        ? []
        : [
            { worker, ...resolvConfCheck(conf, asked.pieces) },
            ...names.map((name) => judgeName(worker, name, asked.pieces)),
          ],
  }
}

/** Answers, errors and the quickest of what was told. */
function sumUp(
  told: readonly LookupResult[],
): Pick<MatrixCell, 'answered' | 'wrong' | 'latencyMs'> {
  const times = told.flatMap((one) => (one.is === 'lost' ? [] : [one.ms]))
  return {
    answered: told.filter(({ is }) => is === 'right').length,
    wrong: [...new Set(told.flatMap((one) => (one.is === 'wrong' ? [one.got] : [])))],
    latencyMs: times.length === 0 ? null : Math.min(...times),
  }
}

function resolvConfCheck(
  expected: ResolvConf,
  pieces: readonly Piece[],
): Omit<NameCheck, 'worker'> {
  const wanted = `nameserver ${expected.nameservers.join(', ')}`
  const file = pieces.find(({ what }) => what === 'file')
  const faults = compareResolvConf(parseResolvConf(file?.text ?? ''), expected)
  return {
    name: 'resolv.conf',
    kind: 'resolv.conf',
    expected: wanted,
    got: faults.length === 0 ? wanted : faults.join('; '),
    ok: faults.length === 0,
  }
}

/** One exec after the other; where one fails, nothing of this worker is proven. */
async function inProbe(
  cluster: ClusterReader,
  of: PodContainer,
  parts: readonly (readonly string[])[],
): Promise<
  | { readonly pieces: readonly Piece[] }
  | (Pick<MatrixCell, 'lacksRight'> & { readonly notProven: string })
> {
  const pieces: Piece[] = []
  try {
    for (const part of parts) {
      const { stdout } = await cluster.exec(of, ['sh', '-c', LOOKUPS, 'lookups', ...part], {
        timeoutMs: PATIENCE_MS,
        partial: true,
      })
      pieces.push(...piecesOf(stdout))
    }
    return { pieces }
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    return { notProven: error.reason, ...(error.lacksRight ? { lacksRight: true } : {}) }
  }
}

function inParts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.max(1, Math.ceil(items.length / size))
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** The question for a name by TCP, as printf takes it: the shell's own strings hold no zero byte. */
export function octalQuery(name: string): string {
  return [...tcpQuery(name, 'A')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
