import { at, textAt } from '../core/json.ts'
import { podSeen, startOf } from '../objects/pod.ts'
import type { ClusterReader, KubeObject, Selection } from '../ports/cluster.ts'
import { all } from '../ports/refs.ts'
import type { NodeLeftOut } from './discover.ts'
import { PROVE_LABEL, type Probes } from './probe-pods.ts'
import { orWhereRefused } from './unless-refused.ts'

/** How far the probes have come. */
export type ProbeStates = {
  readonly started: readonly string[]
  /** Never, as its kubelet says. */
  readonly failed: readonly NodeLeftOut[]
  readonly starting: readonly NodeLeftOut[]
}

/** Reasons of a kubelet that no waiting mends within the time of a proof. */
export const HOPELESS = /^(?:Err|Image|InvalidImage|CreateContainer|RunContainer|CrashLoop|Start)/

/** All probes in that namespace, those of others too. */
export function proveProbePods({ namespace }: Pick<Probes, 'namespace'>): Selection {
  return all.pods({ namespace, labelSelector: `${PROVE_LABEL.key}=${PROVE_LABEL.value}` })
}

export function probeStates(
  found: readonly KubeObject[],
  { nameOn }: Probes,
  nodes: readonly string[],
): ProbeStates {
  const states: Record<keyof ProbeStates, NodeLeftOut[]> = { started: [], failed: [], starting: [] }
  for (const name of nodes) {
    const { state, because } = stateOf(found.find(({ metadata }) => metadata.name === nameOn(name)))
    states[state].push({ name, because: `its probe ${because}` })
  }
  return { ...states, started: states.started.map(({ name }) => name) }
}

function stateOf(pod: KubeObject | undefined): {
  readonly state: keyof ProbeStates
  readonly because: string
} {
  if (pod === undefined) return { state: 'failed', because: 'is not there' }
  const seen = podSeen(pod)
  if (seen.phase === 'Failed' || seen.phase === 'Succeeded') {
    const [reason, message] = [textAt(pod, 'status', 'reason'), textAt(pod, 'status', 'message')]
    return { state: 'failed', because: `has ended: ${said(reason, message)}` }
  }
  const waiting = seen.containers.find((one) => one.waiting !== null)?.waiting ?? null
  const because = `does not run: ${said(startOf(seen), waiting?.message)}`
  // A planned one, of a dry run, has no status: it will start.
  if (seen.ready || at(pod, 'status') === undefined) return { state: 'started', because }
  return { state: HOPELESS.test(waiting?.reason ?? '') ? 'failed' : 'starting', because }
}

function said(...texts: readonly (string | undefined)[]): string {
  return texts.filter(Boolean).join(': ')
}

/** The same now; what has not started by then will not be waited for, with the last warning about it. */
export async function probeStatesNow(
  cluster: ClusterReader,
  probes: Probes,
  nodes: readonly string[],
): Promise<ProbeStates> {
  const { started, failed, starting } = probeStates(
    await cluster.list(proveProbePods(probes)),
    probes,
    nodes,
  )
  const late = await Promise.all(
    starting.map(async ({ name, because }) => {
      const warning = await lastWarning(cluster, probes.namespace, probes.nameOn(name))
      return { name, because: warning === '' ? because : `${because}: ${warning}` }
    }),
  )
  return { started, failed: [...failed, ...late], starting: [] }
}

async function lastWarning(
  cluster: ClusterReader,
  namespace: string,
  pod: string,
): Promise<string> {
  const fieldSelector = `type=Warning,involvedObject.name=${pod}`
  const events = await orWhereRefused([], () =>
    cluster.list(all.events({ namespace, fieldSelector })),
  )
  return textAt(events.at(-1), 'message') ?? ''
}

/** `not proven from w1: its probe does not run: ErrImagePull: …` */
export function notProvenFrom(left: readonly NodeLeftOut[]): readonly string[] {
  return left.map(({ name, because }) => `not proven from ${name}: ${because}`)
}
