import type { Clock } from '../core/clock.ts'
import { observed, ObservedError } from '../core/errors.ts'
import type { Observation } from '../core/observation.ts'
import { at } from '../core/json.ts'
import { stoppable } from '../core/stoppable.ts'
import { until } from '../core/until.ts'
import { type DnsFound, type DnsMissing, findDns } from '../dns/find-dns.ts'
import { HOPELESS } from '../dns/started-probes.ts'
import { isLeaving, isReady, podSeen } from '../objects/pod.ts'
import { noSupply, type ProberSupply } from '../dns/prober-supply.ts'
import type { Cluster, KubeObject } from '../ports/cluster.ts'
import type { Sink } from '../ports/events.ts'
import { all } from '../ports/refs.ts'
import { askedLines } from '../view/asked-picture.ts'
import type { AskedAll } from './asked-until.ts'
import { askedUntil } from './asked-until.ts'
import { type Askers, askersOn, type OwnAskers } from './askers.ts'
import type { Asking } from './while-changing.ts'

/** Whom a run asks while it changes what answers, who asks, and who is told. */
export type AskingOf = {
  readonly cluster: Cluster
  readonly clock: Clock
  /** The run's. */
  readonly signal: AbortSignal
  /** The address that pods ask, and the cluster's domain. */
  readonly dnsAddress: string
  readonly domain: string
  /** Null where only the chapter's probes may ask. */
  readonly own: OwnAskers | null
  /** Puts the prober into the chapter's probes, where they have none. */
  readonly supply?: ProberSupply | undefined
  readonly sink: Sink
}

/** In all, and of each worker at most: enough to see a gap of some milliseconds, and little to a CoreDNS. */
const A_SECOND = 600
const OF_EACH = 200
/** A run does not wait longer than this for those who ask. */
const PATIENCE_MS = 5_000
const SETTLED_MS = 30_000

/** Asks only from the first change on: a run that finds nothing to do costs nothing. */
export function asking(of: AskingOf): Asking {
  const { cluster, clock, signal, dnsAddress, domain, own, supply, sink } = of
  let now: { readonly stop: AbortController; readonly all: Promise<AskedAll> } | null = null
  let nobody: string | null = null

  const start = (dns: DnsFound, who: Askers): void => {
    const stop = new AbortController()
    const rate = Math.max(1, Math.min(OF_EACH, Math.floor(A_SECOND / who.askers.length)))
    const name = `kubernetes.default.svc.${domain}`
    const ctx = { cluster, clock, signal: AbortSignal.any([signal, stop.signal]) }
    const asked = askedUntil(ctx, { server: dns.address, name, rate }, who, (second) => {
      sink({ type: 'dns-second', ...second })
    })
    // Whoever ends it hears of a bug.
    asked.catch(() => undefined)
    now = { stop, all: asked }
  }
  return {
    notes: () => (nobody === null ? [] : [nobody]),
    async begin() {
      if (now !== null || nobody !== null) return
      try {
        const found = await within(PATIENCE_MS, of, async (looking) => {
          const dns = await findDns(looking, dnsAddress)
          if (!answers(dns)) return null
          const nodes = await looking.list(all.nodes())
          const workers = nodes.filter(isReady).map(({ metadata }) => metadata.name)
          // To put it there takes longer.
          const there = supply && noSupply()
          return { dns, workers, who: await askersOn(looking, workers, null, there) }
        })
        // Where nothing answers, nothing is lost.
        if (found === null) return
        const { dns, workers } = found
        const isWhole = found.who.silent.length === 0 || own === null
        const who = isWhole
          ? found.who
          : await askersOn(stoppable(cluster, signal), workers, own, supply)
        if (who.askers.length > 0) start(dns, who)
        else throw new ObservedError(who.silent[0]?.because ?? 'no node is ready')
      } catch (error) {
        nobody = `Nobody asked the DNS while it changed: ${observed(error)}.`
      }
    },
    async untilSettled(ctx) {
      if (now === null) return
      const wait = {
        what: 'the pods of the cluster DNS to be replaced',
        deadlineMs: SETTLED_MS,
        look: async () => settled(await findDns(ctx.cluster, dnsAddress)),
      }
      await until({ clock, signal, progress: ctx.progress }, wait).catch(observed)
    },
    async end() {
      try {
        if (now === null) return
        if (!signal.aborted) await untilGone(of)
        now.stop.abort()
        const { asked, seconds } = await now.all
        now = null
        sink({ type: 'dns-asked', ...asked, lines: askedLines(asked, seconds) })
      } finally {
        await own?.remove().catch(observed)
      }
    },
  }
}

function answers(dns: DnsFound | DnsMissing): dns is DnsFound {
  return !('missing' in dns) && dns.servers.some(({ ready }) => ready)
}

const GONE_MS = 10_000

/** Until the pods that were asked to go have gone: what they lose, they lose at their end. */
async function untilGone({ cluster, clock, signal, dnsAddress }: AskingOf): Promise<void> {
  const wait = {
    what: 'the pods that are going to have gone',
    deadlineMs: GONE_MS,
    look: async (): Promise<Observation> => {
      const dns = await within(PATIENCE_MS, { cluster, clock, signal }, (looking) =>
        findDns(looking, dnsAddress),
      )
      const leaving = 'missing' in dns ? [] : dns.pods.filter(isLeaving)
      return leaving.length === 0
        ? { proven: 'they have gone' }
        : { missing: leaving.map(({ metadata }) => metadata.name) }
    },
  }
  await until({ clock, signal }, wait).catch(observed)
}

/** No pod comes or goes any more. */
function settled(dns: DnsFound | DnsMissing): Observation {
  if ('missing' in dns) return { proven: 'it is gone' }
  const { pods, workload } = dns
  const coming = pods.filter((pod) => !isReady(pod) && !isHopeless(pod)).length
  const leaving = pods.filter(isLeaving).length
  const number = (...path: readonly string[]): number => Number(at(workload ?? {}, ...path) ?? 0)
  const isSeen = number('status', 'observedGeneration') >= number('metadata', 'generation')
  const isNew =
    pods.some(isHopeless) || number('status', 'updatedReplicas') >= number('spec', 'replicas')
  if (coming + leaving === 0 && isSeen && isNew) return { proven: 'settled' }
  const what =
    coming + leaving === 0
      ? 'new pods of the cluster DNS have not begun to come'
      : `pods of the cluster DNS: ${coming} not ready, ${leaving} going`
  return { missing: [`${what}; it is asked meanwhile`] }
}

/** Waiting will not help: what is given back may never have run. */
function isHopeless(pod: KubeObject): boolean {
  return podSeen(pod).containers.some(({ waiting }) => HOPELESS.test(waiting?.reason ?? ''))
}

/** What is not told in that time is not waited for. */
async function within<T>(
  ms: number,
  { cluster, clock, signal }: Pick<AskingOf, 'cluster' | 'clock' | 'signal'>,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const done = new AbortController()
  const reason = new ObservedError(`who could ask was not told within ${ms / 1000} s`)
  void clock
    .sleep(ms, done.signal)
    .then(() => late.abort(reason))
    .catch(() => undefined)
  try {
    return await work(stoppable(cluster, AbortSignal.any([signal, late.signal])))
  } finally {
    done.abort()
  }
}
