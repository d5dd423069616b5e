import { StepError } from '../core/errors.ts'
import type { Reading } from '../ports/step.ts'
import { corednsPodsOf, isReady } from './coredns-pods.ts'

/**
 * CoreDNS lists three kinds of objects, each about once a second. After fewer refusals it may still go on over
 * another of its first connections, to another API server.
 */
const REFUSALS = 9

/** The CoreDNS pods that do not get ready because their token is refused, again and again. */
export async function refusedPods(on: Reading): Promise<readonly string[]> {
  const waiting = (await corednsPodsOf(on)).filter((pod) => !isReady(pod))
  const logs = await Promise.all(waiting.map((pod) => logOf(on, pod.metadata.name)))
  return waiting
    .map(({ metadata }) => metadata.name)
    .filter((_, i) => (logs[i]?.match(/: Unauthorized$/gm) ?? []).length >= REFUSALS)
}

async function logOf(on: Reading, pod: string): Promise<string> {
  try {
    return await on.cluster.logs({ namespace: 'kube-system', pod }, { lines: 50 })
  } catch (error) {
    // A container that is not started yet has none.
    if (error instanceof StepError) return ''
    throw error
  }
}
