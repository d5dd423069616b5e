import { textAt } from '../core/json.ts'
import { until } from '../core/until.ts'
import type { Reading } from '../ports/step.ts'
import { condition, isReady } from '../objects/pod.ts'
import { all } from '../ports/refs.ts'

/** Waits until the cluster itself has noticed that a worker does not work: the kubelet is silent, or says so. */
export function seeNodeNotReady(ctx: Reading, name: string): Promise<string> {
  const selection = all.nodes({ fieldSelector: `metadata.name=${name}` })
  return until(ctx, {
    what: `the cluster to notice that ${name} does not work`,
    // The controller manager waits 50 s for a silent kubelet (node-monitor-grace-period).
    deadlineMs: 180_000,
    watch: (signal) => ctx.cluster.watch(selection, signal),
    look([node]) {
      if (node === undefined || isReady(node)) return { missing: [`${name} still counts as ready`] }
      const why = textAt(condition(node, 'Ready'), 'message') ?? ''
      return { proven: `${name} is not ready: ${why}` }
    },
  })
}
