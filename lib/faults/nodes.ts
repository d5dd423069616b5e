import { textAt } from '../core/json.ts'
import type { Reading } from '../ports/step.ts'
import { condition, isReady } from './coredns-pods.ts'

/** Waits until the cluster itself has noticed that a worker does not work: the kubelet is silent, or says so. */
export function seeNodeNotReady(on: Reading, name: string): Promise<string> {
  return on.cluster.waitFor(
    { apiVersion: 'v1', kind: 'Node', fieldSelector: `metadata.name=${name}` },
    (nodes) => {
      const [node] = nodes
      if (node === undefined || isReady(node)) return undefined
      return `${name} is not ready: ${textAt(condition(node, 'Ready'), 'message') ?? ''}`
    },
    {
      // The controller manager waits 50 s for a silent kubelet (node-monitor-grace-period).
      deadlineMs: 180_000,
      what: `the cluster to notice that ${name} does not work`,
      signal: on.signal,
      say: on.say,
      describe: () => [`${name} still counts as ready`],
    },
  )
}
