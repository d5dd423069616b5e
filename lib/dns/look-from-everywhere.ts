import type { Explanation } from '../core/errors.ts'
import type { Observation } from '../core/observation.ts'
import type { Reading } from '../ports/step.ts'
import { forwards } from './corefile.ts'
import type { DnsFound } from './find-dns.ts'
import { isRed, proofOf, redOf, tableOf } from './matrix.ts'
import { targetsOf } from './matrix-targets.ts'
import { measureMatrix } from './measure-matrix.ts'
import type { Probes } from './probe-pods.ts'

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
}

/** One successful lookup proves one path. This asks every server from every worker, shows it, and judges it. */
export async function lookFromEverywhere(
  ctx: Reading,
  { dns, given, kubernetes, domain, workers, probes }: Everywhere,
): Promise<Observation> {
  if (kubernetes === undefined) return { missing: ['service/kubernetes has no clusterIP'] }
  const targets = targetsOf(dns)
  if (targets.length === 1) return { missing: ['no CoreDNS pod is ready'] }
  const matrix = await measureMatrix(ctx.cluster, {
    ...{ workers, probes, targets, kubernetes, domain, dns: given },
    // Where the Corefile is not known, any answer is one of whoever is asked further up.
    forwards: dns.corefile === null || forwards(dns.corefile.text),
  })
  ctx.show({ lines: tableOf(matrix), table: true, data: { matrix } })
  const red = redOf(matrix)
  if (red.length === 0) return { proven: proofOf(matrix) }
  const barred = matrix.cells.find(({ notProven }) => BARRED.test(notProven ?? ''))?.notProven
  const all = matrix.cells.length + matrix.names.length
  const failed = [...matrix.cells.filter(isRed), ...matrix.names.filter(({ ok }) => !ok)].length
  return {
    missing: red,
    data: { matrix },
    ...(barred === undefined ? {} : { never: notAllowed(barred, red) }),
    onTimeout: {
      problem: `DNS does not work from everywhere: ${failed} of ${all} checks failed`,
      seen: red,
      remedy: 'kubectl get pods,nodes -A -o wide; ip route on the workers that are named',
    },
  }
}

/** The reason of a refusal, as the cluster port gives it. */
const BARRED = /^user .* may not \w+ pods\/exec/

/** Nothing is asked without that right, however long it is waited for. */
function notAllowed(reason: string, seen: readonly string[]): Explanation {
  return {
    problem: `no pod can be asked for DNS: ${reason}`,
    seen,
    cause: 'no role bound to this user has that right',
    remedy: 'kubectl auth can-i create pods/exec; then have that right granted, and run again',
  }
}
