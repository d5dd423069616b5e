import { bounded } from '../core/bounded.ts'
import type { Clock } from '../core/clock.ts'
import { StepError } from '../core/errors.ts'
import { stoppable } from '../core/stoppable.ts'
import { until } from '../core/until.ts'
import { isMissing, notStarted } from '../dns/ask-by-prober.ts'
import { type AskedPod, placesOf } from '../dns/ask-from.ts'
import type { ProberSupply } from '../dns/prober-supply.ts'
import { removeLeftProbes } from '../dns/left-probes.ts'
import { PROBE_LABEL, PROBES, provePodObject, proveProbes } from '../dns/probe-pods.ts'
import { probeStates, probeStatesNow, proveProbePods } from '../dns/started-probes.ts'
import { metaText } from '../objects/objects.ts'
import { isLeaving, isReady } from '../objects/pod.ts'
import { type Cluster, type ClusterReader, type KubeObject, refOf } from '../ports/cluster.ts'
import { PROBER, PUT_PROBER } from '../ports/prober-commands.ts'
import { all } from '../ports/refs.ts'
import type { Asker, Trouble } from './ask-steadily.ts'

/** Who asks, and from which workers nobody does. */
export type Askers = {
  readonly askers: readonly Asker[]
  readonly silent: readonly Trouble[]
}

/** Pods that are made only to ask. */
export interface OwnAskers {
  start(workers: readonly string[]): Promise<Askers>
  /** Takes them away, also those that have not started. */
  remove(): Promise<void>
}

/** What they are made and taken away with; the signal ends their start. */
type Acting = {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly signal: AbortSignal
}

const AT_ONCE = 6
const PATIENCE_MS = 4_000
const START_MS = 30_000

/**
 * The chapter's probes where they run and have the prober, or can be given it by `supply`; and pods of its own on the other
 * workers, if it may make some.
 */
export async function askersOn(
  cluster: ClusterReader,
  workers: readonly string[],
  own: OwnAskers | null,
  supply?: ProberSupply,
): Promise<Askers> {
  const probes = await chapterProbes(cluster, workers)
  const there = await withProber(
    cluster,
    probes.map((of) => ({ ...of, supply })),
  )
  const others = workers.filter((name) => there.askers.every(({ worker }) => worker !== name))
  if (own === null || others.length === 0) return { ...there, silent: whyNot(others, there) }
  const started = await own.start(others)
  return { askers: [...there.askers, ...started.askers], silent: started.silent }
}

function whyNot(workers: readonly string[], { silent }: Askers): readonly Trouble[] {
  return workers.map((worker) => ({
    worker,
    because:
      silent.find((one) => one.worker === worker)?.because ?? 'no probe of the chapter runs there',
  }))
}

async function chapterProbes(
  cluster: ClusterReader,
  workers: readonly string[],
): Promise<readonly AskedPod[]> {
  const labelSelector = `${PROBE_LABEL.key}=${PROBE_LABEL.value}`
  const pods = await cluster.list(all.pods({ namespace: PROBES.namespace, labelSelector }))
  const running = pods.filter((pod) => isReady(pod) && !isLeaving(pod))
  return workers.flatMap((worker) => {
    const pod = PROBES.nameOn(worker)
    const runs = running.some(({ metadata }) => metadata.name === pod)
    return runs ? [{ namespace: PROBES.namespace, pod, node: worker }] : []
  })
}

async function withProber(cluster: ClusterReader, pods: readonly AskedPod[]): Promise<Askers> {
  const tried = await bounded(pods, AT_ONCE, (pod) => proberIn(cluster, pod))
  return {
    askers: tried.flatMap((one) => ('pod' in one ? [one] : [])),
    silent: tried.flatMap((one) => ('because' in one ? [one] : [])),
  }
}

async function proberIn(
  cluster: ClusterReader,
  { node: worker, supply, ...of }: AskedPod,
): Promise<Asker | Trouble> {
  try {
    for (const prober of placesOf(supply)) {
      if (await hasProber(cluster, { ...of, prober })) return { ...of, worker, prober }
    }
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    return { worker, because: error.reason }
  }
  if (supply === undefined) return { worker, because: `its probe has no ${PROBER}` }
  const because = await supply.put(of, worker)
  return because === null ? { ...of, worker, prober: PUT_PROBER } : { worker, because }
}

/** @throws StepError where that cannot be told */
async function hasProber(
  cluster: ClusterReader,
  { prober, ...of }: Omit<Asker, 'worker'>,
): Promise<boolean> {
  try {
    return !notStarted(await cluster.exec(of, [prober, 'conf'], { timeoutMs: PATIENCE_MS }))
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/**
 * Pods by an image with the prober, or one that `supply` puts it into, in that namespace; none where it has none to put.
 * Their kubelets end them after `lifetimeS` if nobody else does, and `run`, six characters of a name, tells them from
 * others'.
 */
export function ownAskers(
  ctx: Acting,
  wanted: {
    readonly image: () => Promise<string>
    readonly supply?: ProberSupply | undefined
    /** Nothing but `supply` gives it the prober: where that has none, no pod is made. */
    readonly needsSupply?: boolean
    readonly namespace: string
    readonly run: string
    readonly lifetimeS: number
  },
): OwnAskers {
  // What is in flight when it is stopped has to be known, to be taken away.
  const { cluster, signal } = ctx
  const looking = stoppable(cluster, signal)
  const { supply } = wanted
  const probes = proveProbes(wanted.namespace, wanted.run, supply)
  const made: KubeObject[] = []
  return {
    async start(workers) {
      const lacking = wanted.needsSupply === true ? await supply?.lacking(workers) : null
      if (typeof lacking === 'string') {
        return { askers: [], silent: workers.map((worker) => ({ worker, because: lacking })) }
      }
      const image = await wanted.image()
      // Those of one that was killed.
      await removeLeftProbes(looking, probes, ctx.clock.now())
      const refused = await bounded(workers, AT_ONCE, async (worker): Promise<Trouble | null> => {
        try {
          signal.throwIfAborted()
          const pod = provePodObject(worker, image, probes, wanted.lifetimeS)
          made.push(await cluster.create(pod))
          return null
        } catch (error) {
          if (!(error instanceof StepError)) throw error
          return { worker, because: error.reason }
        }
      })
      const silent = refused.filter((one) => one !== null)
      const there = workers.filter((name) => silent.every(({ worker }) => worker !== name))
      const started = await running({ ...ctx, cluster: looking }, probes, there)
      const pods = started.map((node) => {
        return { namespace: wanted.namespace, pod: probes.nameOn(node), node, supply }
      })
      const able = await withProber(looking, pods)
      const { failed } = await probeStatesNow(looking, probes, there)
      const late = failed.map(({ name, because }) => ({ worker: name, because }))
      return { askers: able.askers, silent: [...silent, ...late, ...able.silent] }
    },
    async remove() {
      await Promise.all(
        made.splice(0).map((pod) => cluster.remove(refOf(pod), metaText(pod, 'uid') ?? '')),
      )
    },
  }
}

/** Those on which one has started; the others are not waited for for ever. */
async function running(
  ctx: Acting,
  probes: ReturnType<typeof proveProbes>,
  workers: readonly string[],
): Promise<readonly string[]> {
  if (workers.length === 0) return []
  const pods = proveProbePods(probes)
  try {
    return await until(ctx, {
      what: 'a running probe on every worker',
      deadlineMs: START_MS,
      watch: (signal) => ctx.cluster.watch(pods, signal),
      look(found) {
        const { started, starting } = probeStates(found, probes, workers)
        return starting.length > 0
          ? { missing: starting.map(({ name }) => name) }
          : { proven: started }
      },
    })
  } catch (error) {
    ctx.signal.throwIfAborted()
    if (!(error instanceof StepError)) throw error
    return (await probeStatesNow(ctx.cluster, probes, workers)).started
  }
}
