import type { Explanation } from '../core/errors.ts'
import type { Matrix } from '../core/look-data.ts'
import type { Missing, Observation } from '../core/observation.ts'
import type { ClusterReader } from '../ports/cluster.ts'
import type { Reading } from '../ports/step.ts'
import { outside } from '../corefile/outside.ts'
import type { KubeletSettings } from './discover.ts'
import { corefileOf, type DnsFound } from './find-dns.ts'
import { isRed, notProvenIn, proofOf, redOf, tableOf } from './matrix.ts'
import { targetsOf } from './matrix-targets.ts'
import { measureMatrix, type Wanted } from './measure-matrix.ts'
import { EXTERNAL } from './name-checks.ts'
import type { Probes } from './probe-pods.ts'
import { orWhereRefused } from './unless-refused.ts'

/** Who asks whom. */
export type Everywhere = {
  readonly dns: DnsFound
  /** The server that is written into the resolv.conf of pods. */
  readonly given: string
  /** ClusterIP of the Service kubernetes; undefined where it has none. */
  readonly kubernetes: string | undefined
  readonly domain: string
  readonly workers: readonly string[]
  readonly probes: Probes
  /** Of any cluster; left out for a lab and its chapter, where all has to be measured. */
  readonly lenient?: {
    readonly settings: readonly KubeletSettings[]
    /** From where it is not proven, and why; a line each. */
    readonly notProven: readonly string[]
  }
}

/** One successful lookup proves one path. This asks every server from every worker, shows it, and judges it. */
export async function lookFromEverywhere(
  ctx: Reading,
  { dns, given, kubernetes, domain, workers, probes, lenient }: Everywhere,
): Promise<Observation> {
  if (kubernetes === undefined) return { missing: ['service/kubernetes has no clusterIP'] }
  if (targetsOf(dns).length === 1 && dns.servers.every(({ ready }) => !ready)) {
    return { missing: ['no DNS server is ready'] }
  }
  const settings = lenient === undefined ? {} : { settings: lenient.settings }
  const asked = { dns, given, kubernetes, domain, workers, probes, ...settings }
  const matrix = await measureEverywhere(ctx.cluster, asked)
  const { cells: unknown, lines } = notProvenIn(matrix, probes.nameOn)
  const notProven = lenient === undefined ? [] : [...lenient.notProven, ...lines]
  ctx.show({ lines: tableOf(matrix), table: true, data: { matrix } })
  const cells =
    lenient === undefined ? matrix.cells : matrix.cells.filter((one) => !unknown.has(one))
  const measured = { ...matrix, cells }
  if (redOf(measured).length > 0) return whatFails(measured, matrix, notProven)
  if (workers.length > 0 && measured.names.length === 0) return fromNowhere(notProven)
  return { proven: [proofOf(measured), ...notProven].join('; ') }
}

/** Asks every server that is there from all these workers. */
export async function measureEverywhere(
  cluster: ClusterReader,
  { dns, given, ...wanted }: Measured,
): Promise<Matrix> {
  const corefile = await orWhereRefused(null, () => corefileOf(cluster, dns))
  return measureMatrix(cluster, {
    ...{ ...wanted, targets: targetsOf(dns), dns: given },
    outside: corefile === null ? 'unknown' : outside(corefile.text, EXTERNAL),
  })
}

type Measured = Omit<Everywhere, 'lenient' | 'kubernetes'> &
  Pick<Wanted, 'kubernetes' | 'settings' | 'patienceMs'>

function whatFails(measured: Matrix, matrix: Matrix, notProven: readonly string[]): Missing {
  const { cells, names } = measured
  const red = redOf(measured)
  const barred = cells.find(({ lacksRight }) => lacksRight === true)?.notProven
  const failed = cells.filter(isRed).length + names.filter(({ ok }) => !ok).length
  return {
    missing: red,
    data: { matrix },
    ...(barred === undefined ? {} : { never: notAllowed(barred, red) }),
    onTimeout: {
      problem: `DNS does not work from everywhere: ${failed} of ${cells.length + names.length} checks failed`,
      seen: [...red, ...notProven],
      remedy: 'kubectl get pods,nodes -A -o wide\n# on the workers that are named: ip route',
    },
  }
}

/** There should be somebody to ask, and nobody could be asked: that is no word about DNS. */
export function fromNowhere(seen: readonly string[]): Observation {
  const never = {
    problem: 'DNS could not be asked from any node',
    seen,
    cause: 'no probe could be started, or none could be told to ask',
    remedy:
      'fix what is named, or prove less: npx tsx run.ts prove --no-probes; the rights that are needed: npx tsx run.ts prove --rbac',
  }
  return { missing: seen, never, obstacle: true }
}

/** Nothing is asked without that right, however long it is waited for. */
function notAllowed(reason: string, seen: readonly string[]): Explanation {
  return {
    problem: `no pod can be asked for DNS: ${reason}`,
    seen,
    cause: 'no role bound to this user has that right',
    remedy: 'kubectl auth can-i create pods/exec; then have that right granted, and run again',
  }
}
