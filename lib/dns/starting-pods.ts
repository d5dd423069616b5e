import type { Change } from '../core/change.ts'
import type { Missing } from '../core/observation.ts'
import { until } from '../core/until.ts'
import { podSeen, startOf } from '../objects/pod.ts'
import type { KubeObject, Selection } from '../ports/cluster.ts'
import type { Reading } from '../ports/step.ts'

/** What the pods of these names still wait for; null where all run. */
export function startingOf(found: readonly KubeObject[], names: readonly string[]): Missing | null {
  const pods = found.map(podSeen).filter(({ name }) => names.includes(name))
  const starting = pods.filter(({ ready }) => !ready)
  if (starting.length === 0 && pods.length === names.length) return null
  const missing = names.map((name) => {
    const pod = pods.find((one) => one.name === name)
    return `pod ${name}: ${pod === undefined ? 'not there yet' : startOf(pod)}`
  })
  const never = starting.map(({ name }) => name).join(', ')
  return { missing, problem: `pod ${never} will never start`, data: { pods: starting } }
}

/** One `wait` for each of the pods that is not ready. */
export function waitsFor(found: readonly KubeObject[]): readonly Change[] {
  const starting = found.map(podSeen).filter(({ ready }) => !ready)
  return starting.map((pod) => ({ action: 'wait', what: `pod/${pod.name}`, note: startOf(pod) }))
}

/** Waits until the pods of these names run; `proof` says in one line what is proven then. */
export function untilStarted(
  ctx: Reading,
  wait: { readonly what: string; readonly deadlineMs: number; readonly pods: Selection },
  names: readonly string[],
  proof: (found: readonly KubeObject[]) => string,
): Promise<string> {
  return until(ctx, {
    ...wait,
    watch: (signal) => ctx.cluster.watch(wait.pods, signal),
    look: (found) => startingOf(found, names) ?? { proven: proof(found) },
  })
}
