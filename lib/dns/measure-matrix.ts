import type { ClusterReader } from '../ports/cluster.ts'
import { StepError } from '../core/errors.ts'
import type { Outside } from '../corefile/outside.ts'
import { askDirectly } from './ask-directly.ts'
import { type AskedPod, askFrom } from './ask-from.ts'
import type { Questions, Told } from './asking.ts'
import { bounded } from '../core/bounded.ts'
import type { KubeletSettings } from './discover.ts'
import { givenBesides } from './matrix-targets.ts'
import {
  compareResolvConf,
  expectedResolvConf,
  parseResolvConf,
  type ResolvConf,
} from './resolv-conf.ts'
import type { Matrix, MatrixCell, MatrixTarget, NameCheck } from '../core/look-data.ts'
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
  /** What the Corefile has CoreDNS say for a name of the world outside. */
  readonly outside: Outside
  /** What pods of a worker are given, where that is known of it by itself; else `dns` and `domain`. */
  readonly settings?: readonly KubeletSettings[]
  /** What has not answered by then counts as lost; else as long as the probes take. */
  readonly patienceMs?: number
}

/** Workers at a time: an API server has other things to do as well. */
const AT_ONCE = 6
/**
 * Fresh source ports a cell, where each costs a process. kube-proxy picks a backend a port: with one of two backends
 * dead, so many questions are all answered once in four thousand times.
 */
const FEW = { service: 12, pod: 4, host: 4 } as const

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
  const { domain, dns, kubernetes, probes } = wanted
  const own = wanted.settings?.find(({ node }) => node === worker)
  const clusterDNS = own === undefined || own.servers.length === 0 ? [dns] : own.servers
  const targets = [...wanted.targets, ...givenBesides(clusterDNS, wanted.targets)]
  const conf = expectedResolvConf({
    namespace: probes.namespace,
    clusterDomain: own?.domain ?? domain,
    clusterDNS,
  })
  const names = namesFor({ ...wanted, namespace: probes.namespace, conf })
  const asked = await askedFrom(
    cluster,
    {
      ...{ namespace: probes.namespace, pod: probes.nameOn(worker), node: worker },
      supply: probes.supply,
    },
    {
      servers: targets.map(({ kind, address }) => {
        return { address, few: FEW[kind], ...(kind === 'pod' ? { large: true } : {}) }
      }),
      full: `kubernetes.default.svc.${domain}`,
      ...{ address: kubernetes, names },
    },
    wanted.patienceMs,
  )
  const cellOf = (target: MatrixTarget, protocol: 'udp' | 'tcp'): MatrixCell => {
    const base = { worker, target, protocol, via: 'pod' } as const
    if ('told' in asked) return { ...base, ...asked.told.cell(target.address, protocol) }
    return { ...base, asked: FEW[target.kind], answered: 0, wrong: [], ...asked }
  }
  return {
    cells: targets.flatMap((target) => [cellOf(target, 'udp'), cellOf(target, 'tcp')]),
    names:
      'told' in asked
        ? [
            { worker, ...resolvConfCheck(conf, asked.told.resolvConf) },
            ...names.map((name) => judgeName(worker, name, asked.told.name(name))),
          ]
        : [],
  }
}

function resolvConfCheck(expected: ResolvConf, file: string): Omit<NameCheck, 'worker'> {
  const wanted = `nameserver ${expected.nameservers.join(', ')}`
  const found = parseResolvConf(file)
  const faults = compareResolvConf(found, expected)
  const hostSearch = found.search.filter((domain) => !expected.search.includes(domain))
  return {
    ...(hostSearch.length > 0 ? { hostSearch } : {}),
    name: 'resolv.conf',
    kind: 'resolv.conf',
    expected: wanted,
    got: faults.length === 0 ? wanted : faults.join('; '),
    ok: faults.length === 0,
  }
}

/** Where the probe cannot be asked, nothing of this worker is proven. */
async function askedFrom(
  cluster: ClusterReader,
  of: AskedPod,
  questions: Questions,
  patienceMs: number | undefined,
): Promise<
  { readonly told: Told } | (Pick<MatrixCell, 'lacksRight'> & { readonly notProven: string })
> {
  try {
    return { told: await askFrom(cluster, of, questions, patienceMs) }
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    return { notProven: error.reason, ...(error.lacksRight ? { lacksRight: true } : {}) }
  }
}
