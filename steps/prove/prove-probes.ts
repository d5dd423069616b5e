import { provePodObject } from '../../lib/dns/probe-pods.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { startingOf } from '../../lib/dns/starting-pods.ts'
import { until } from '../../lib/core/until.ts'
import type { Step } from '../../lib/ports/step.ts'
import { all } from '../../lib/ports/refs.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

/** Somebody on every node who can be asked to look names up, for as long as this takes. */
export const proveProbes = ({ discovered, inventory, image, probes }: Prove): Step => {
  const { nodes } = discovered
  const { namespace, nameOn } = probes
  const pods = objectsStep({
    id: 'prove-probes',
    title: 'Start a probe on every node',
    chapter: { section: '14.2', command: `kubectl run --image=${image} …, on every node` },
    touches: ['hosts', 'pods', 'observation'],
    objects: () => Promise.resolve(nodes.map((node) => provePodObject(node, image, probes))),
  })
  return {
    ...pods,
    examines: ['client-pods'],
    about: {
      satisfied: 'one small pod runs on every node that is ready, whatever its taints',
      undo: 'the pods are deleted; their kubelets end them ten minutes later in any case',
    },
    async verify(ctx) {
      await pods.verify(ctx)
      return until(ctx, {
        what: 'a running probe on every node',
        deadlineMs: inventory.limits.podsMs,
        watch: (signal) =>
          ctx.cluster.watch(all.pods({ namespace, labelSelector: 'hardway/prove=probe' }), signal),
        look: (found) =>
          startingOf(found, nodes.map(nameOn)) ?? { proven: `one on each of ${nodes.join(', ')}` },
      })
    },
  }
}
