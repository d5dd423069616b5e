import type { Missing } from '../core/observation.ts'
import { podSeen, startOf } from '../objects/pod.ts'
import type { KubeObject } from '../ports/cluster.ts'

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
