import { askFrom } from '../dns/ask-from.ts'
import type { CellTold, Told } from '../dns/asking.ts'
import { hostsOf } from '../lab/daemon.ts'
import { binOf } from '../lab/layout.ts'
import type { Barrier, Filters } from '../ports/host.ts'
import type { Gathering } from './channel.ts'
import { type DnsNames, runsDns } from './cluster-dns.ts'
import { cutOffDaemon } from './daemon-filters.ts'
import { type BarrierSeen, type Evidence, type FiltersSeen, itemsOf, valueOf } from './evidence.ts'
import { isAskedFrom } from './pods.ts'

/** By UDP and by TCP, of each server, from each probe. */
const TIMES = 6
/** Probes and CoreDNS pods that are asked at most. */
const MOST = 4
/** Lost questions are not waited for: what stops them has counted them by then, as it has who asks a kubelet again. */
const PATIENCE_MS = 2_000

/**
 * What stops packets on the hosts of a lab. Where anything does, DNS is asked from its pods, and looked at
 * once more: what stops the questions or their answers has counted them.
 */
export async function filtersSeen(
  gathering: Gathering,
  dns: Promise<DnsNames>,
  pods: Promise<Evidence['pods']>,
): Promise<Evidence['filters']> {
  const { host, ask, scene, clock } = gathering
  const { inventory, layout, has } = scene
  if (layout === null) {
    return { notLooked: 'not proven from here: the hosts are not on this machine' }
  }
  if (!has('hosts')) return { notLooked: 'no host was made yet' }
  const programs = { iptables: binOf(layout, 'iptables'), nftables: binOf(layout, 'nftables') }
  const look = () =>
    Promise.all(
      hostsOf(inventory.lab).map(async ({ name }): Promise<Look> => {
        const found = valueOf(await ask(() => host.filters(name, programs)))
        return { host: name, filters: found === undefined ? null : withoutKubeProxys(found) }
      }),
    )
  const before = seenOnce(await look(), 0)
  const cuts = before.flatMap(({ barriers }) => barriers).map(cutOffDaemon)
  // What only cuts off a daemon stops no questions; the kubelets are asked anyhow.
  const isAsked = cuts.includes(null)
  if (!isAsked && !cuts.includes('kubelet')) return { found: before }
  const { asked, through } = isAsked ? await askAll(gathering, await dns, await pods) : NOTHING
  if (asked === 0) await clock.sleep(PATIENCE_MS, new AbortController().signal)
  const after = seenOnce(await look(), asked).map((one) => risen(before, one))
  return {
    found: after.map((one) => (through.has(one.host) ? { ...one, lets: true as const } : one)),
  }
}

/** Kube-proxy writes what is missing of its own again. */
function withoutKubeProxys({ read, barriers }: Filters): Filters {
  const own = ({ chain, table }: Barrier) =>
    chain.startsWith('KUBE-') || table.endsWith(' kube-proxy')
  return { read, barriers: barriers.filter((one) => !own(one)) }
}

type Look = { readonly host: string; readonly filters: Filters | null }

function seenOnce(looks: readonly Look[], asked: number): readonly FiltersSeen[] {
  return looks.flatMap(({ host, filters }) => {
    if (filters === null) return []
    const barriers = filters.barriers.map((one) => ({ ...one, rose: null }))
    return [{ host, read: filters.read, asked, barriers }]
  })
}

function risen(before: readonly FiltersSeen[], after: FiltersSeen): FiltersSeen {
  const old = before.find(({ host }) => host === after.host)?.barriers ?? []
  return {
    ...after,
    barriers: after.barriers.map((one): BarrierSeen => {
      const was = old.find(({ undo }) => undo === one.undo)
      const counts = one.stopped !== null && was !== undefined && was.stopped !== null
      return { ...one, rose: counts ? one.stopped - was.stopped : null }
    }),
  }
}

/** What came of the questions, each of which was asked of each server by each protocol. */
type Asked = {
  /** How many from each probe. */
  readonly asked: number
  /** Hosts whose probe got an answer from a pod at its own address. */
  readonly through: ReadonlySet<string>
}

const NOTHING: Asked = { asked: 0, through: new Set() }

async function askAll(
  { cluster, ask, scene: { inventory } }: Gathering,
  names: DnsNames,
  pods: Evidence['pods'],
): Promise<Asked> {
  const probes = itemsOf(pods).filter((pod) => isAskedFrom(pod) && pod.ready)
  const servers = itemsOf(pods)
    .flatMap((pod) => (runsDns(names, pod) && pod.ready && pod.ip !== null ? [pod.ip] : []))
    .slice(0, MOST)
  const { domain, dnsAddress } = inventory.cluster
  const full = `kubernetes.default.svc.${domain}`
  const questions = {
    servers: [dnsAddress, ...servers].map((address) => ({ address, few: TIMES })),
    ...{ full, address: '', names: [] },
  }
  const asking = probes.slice(0, MOST).map(async ({ namespace, name: pod, node }) => {
    const of = { namespace, pod, node: node ?? '' }
    const told = valueOf(await ask(() => askFrom(cluster, of, questions, PATIENCE_MS)))
    return told === undefined ? [] : [{ told, node: node ?? '' }]
  })
  const answers = (await Promise.all(asking)).flat()
  const isHeard = (told: Told): boolean =>
    servers.some((ip) => (['udp', 'tcp'] as const).some((by) => isTold(told.cell(ip, by))))
  const asked = answers.map(({ told }) => told.cell(dnsAddress, 'udp').asked)
  return {
    asked: asked.length === 0 ? 0 : Math.min(...asked),
    through: new Set(answers.flatMap(({ told, node }) => (isHeard(told) ? [node] : []))),
  }
}

function isTold({ answered, wrong }: CellTold): boolean {
  return answered > 0 || wrong.length > 0
}
