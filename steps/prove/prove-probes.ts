import { PROVE_LABEL, provePodObject } from '../../lib/dns/probe-pods.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { untilStarted } from '../../lib/dns/starting-pods.ts'
import type { Step } from '../../lib/ports/step.ts'
import { all } from '../../lib/ports/refs.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

/** Where this step fails, nothing is proven; where another one does, DNS is not healthy. */
export const PROVE_PROBES = 'prove-probes'

/** Somebody on every node who can be asked to look names up, for as long as this takes. */
export const proveProbes = ({ discovered, inventory, image, probes }: Prove): Step => {
  const { nodes } = discovered
  const { namespace, nameOn } = probes
  const pods = all.pods({ namespace, labelSelector: `${PROVE_LABEL.key}=${PROVE_LABEL.value}` })
  const step = objectsStep({
    id: PROVE_PROBES,
    title: 'Start a probe on every node',
    chapter: { section: '14.2', command: `kubectl run --image=${image} …, on every node` },
    touches: ['hosts', 'pods', 'observation'],
    objects: () => Promise.resolve(nodes.map((node) => provePodObject(node, image, probes))),
  })
  return {
    ...step,
    examines: ['client-pods'],
    about: {
      satisfied: 'one small pod runs on every node that is ready, whatever its taints',
      undo: 'the pods are deleted; their kubelets end them ten minutes later in any case',
    },
    async verify(ctx) {
      await step.verify(ctx)
      const what = 'a running probe on every node'
      const wait = { what, deadlineMs: inventory.limits.podsMs, pods }
      return untilStarted(ctx, wait, nodes.map(nameOn), () => `one on each of ${nodes.join(', ')}`)
    },
  }
}
