import { StepError } from '../core/errors.ts'
import type { Reading } from '../ports/step.ts'
import { corednsPodsOf } from './coredns-pods.ts'

/**
 * CoreDNS lists three kinds of objects, each about once a second. After fewer refusals it may still go on over
 * another of its first connections, to another API server.
 */
const REFUSALS = 9

/** The CoreDNS pods that do not get ready because their token is refused, again and again. */
export async function refusedPods(ctx: Reading): Promise<readonly string[]> {
  const waiting = (await corednsPodsOf(ctx)).filter(({ ready }) => !ready)
  const names = waiting.map(({ name }) => name)
  const logs = await Promise.all(names.map((name) => logOf(ctx, name)))
  return names.filter((_, i) => (logs[i]?.match(/: Unauthorized$/gm) ?? []).length >= REFUSALS)
}

async function logOf(ctx: Reading, pod: string): Promise<string> {
  try {
    return await ctx.cluster.logs({ namespace: 'kube-system', pod }, { lines: 50 })
  } catch (error) {
    // A container that is not started yet has none.
    if (error instanceof StepError) return ''
    throw error
  }
}
