import { at, textAt } from '../core/json.ts'
import { metaText } from '../objects/objects.ts'
import type { Cluster, KubeObject } from '../ports/cluster.ts'
import { refOf } from '../ports/cluster.ts'
import { LIFETIME_S, type Probes } from './probe-pods.ts'
import { proveProbePods } from './started-probes.ts'
import { orWhereRefused } from './unless-refused.ts'

/** Another machine's clock may differ; a kubelet that is away ends nothing. */
const SURELY_OVER = 2

/**
 * Removes the probes that somebody has left who was killed, wherever that was: those that their kubelets have
 * ended, and those far past their lifetime. Younger ones may be at work. Returns how many; what may not be
 * removed stays.
 */
export async function removeLeftProbes(
  cluster: Cluster,
  probes: Pick<Probes, 'namespace'>,
  now: Date,
): Promise<number> {
  // Whoever may not list or delete pods is told so by the step that makes them.
  return orWhereRefused(0, async () => {
    const found = await cluster.list(proveProbePods(probes))
    const over = found.filter((pod) => isOver(pod, now))
    await Promise.all(over.map((pod) => cluster.remove(refOf(pod), metaText(pod, 'uid') ?? '')))
    return over.length
  })
}

function isOver(pod: KubeObject, now: Date): boolean {
  const phase = textAt(pod, 'status', 'phase') ?? ''
  const born = Date.parse(metaText(pod, 'creationTimestamp') ?? '')
  const lifetime = at(pod, 'spec', 'activeDeadlineSeconds')
  const lastsMs = (typeof lifetime === 'number' ? lifetime : LIFETIME_S) * 1000
  const isOld = now.getTime() - born > SURELY_OVER * lastsMs
  return phase === 'Failed' || phase === 'Succeeded' || isOld
}
