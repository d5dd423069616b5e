import type { Matrix } from '../core/look-data.ts'
import { findDns } from '../dns/find-dns.ts'
import { measureEverywhere } from '../dns/look-from-everywhere.ts'
import { textAt } from '../core/json.ts'
import { ref } from '../ports/refs.ts'
import type { Gathering } from './channel.ts'
import type { Evidence, FailureSeen, Looked } from './evidence.ts'
import { isAskedFrom } from './pods.ts'

/** Lost questions are not waited for any longer: the whole gathering has little more. */
const PATIENCE_MS = 3_000

/**
 * What the step has measured; where it has measured nothing, its question was lost on the way, and no host can
 * be looked at, the same from every worker that has a probe.
 */
export async function matrixOf(
  gathering: Gathering,
  brought: Matrix | undefined,
  { step, touches }: FailureSeen,
  { pods: listed, may }: { readonly pods: Promise<Evidence['pods']>; readonly may: boolean },
): Promise<Looked<Matrix>> {
  if (brought !== undefined) return { found: brought }
  const { cluster, ask, scene } = gathering
  const isLost = touches.includes('network') && touches.includes('client')
  if (!may || !isLost || scene.layout !== null) return { notLooked: `${step} measures none` }
  const pods = await listed
  if (!('found' in pods)) return pods
  const { probes, inventory } = scene
  const workers = pods.found
    .filter((pod) => isAskedFrom(pod) && pod.ready && pod.namespace === probes.namespace)
    .flatMap(({ name, node }) => (node !== null && probes.nameOn(node) === name ? [node] : []))
  if (workers.length === 0) return { notLooked: 'no probe runs on any worker' }
  const { domain, dnsAddress } = inventory.cluster
  const measured = await ask(async () => {
    const [dns, kubernetes] = await Promise.all([
      findDns(cluster, dnsAddress === '' ? null : dnsAddress),
      cluster.get(ref.service('kubernetes')),
    ])
    if ('missing' in dns) return null
    return measureEverywhere(cluster, {
      ...{ dns, workers, probes, domain, given: dns.address, patienceMs: PATIENCE_MS },
      kubernetes: textAt(kubernetes ?? undefined, 'spec', 'clusterIP') ?? '',
    })
  })
  if (!('found' in measured)) return measured
  return measured.found === null
    ? { notLooked: 'no cluster DNS was found' }
    : { found: measured.found }
}
