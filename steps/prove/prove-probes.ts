import { StepError } from '../../lib/core/errors.ts'
import type { Observation } from '../../lib/core/observation.ts'
import { until } from '../../lib/core/until.ts'
import { fromNowhere } from '../../lib/dns/look-from-everywhere.ts'
import { provePodObject } from '../../lib/dns/probe-pods.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import {
  notProvenFrom,
  probeStates,
  type ProbeStates,
  probeStatesNow,
  proveProbePods,
} from '../../lib/dns/started-probes.ts'
import type { Step } from '../../lib/ports/step.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

/** Where this step fails, nothing is proven; where another one does, DNS is not healthy. */
export const PROVE_PROBES = 'prove-probes'

/** Somebody on every node who can be asked to look names up, for as long as this takes. */
export const proveProbes = ({ discovered, inventory, image, probes }: Prove): Step => {
  const { nodes } = discovered
  const step = objectsStep({
    id: PROVE_PROBES,
    title: 'Start a probe on every node',
    chapter: { section: '14.2', command: `kubectl run --image=${image} …, on every node` },
    // Why a probe does not start its kubelet says; it is no fault of DNS.
    touches: [],
    objects: () => Promise.resolve(nodes.map((node) => provePodObject(node, image, probes))),
  })
  return {
    ...step,
    about: {
      satisfied: 'one small pod runs on every node that is ready, whatever its taints',
      undo: 'the pods are deleted; their kubelets end them ten minutes later in any case',
    },
    async verify(ctx) {
      await step.verify(ctx)
      const pods = proveProbePods(probes)
      try {
        return await until(ctx, {
          what: 'a running probe on every node',
          deadlineMs: inventory.limits.podsMs,
          watch: (signal) => ctx.cluster.watch(pods, signal),
          look: (found) => settled(probeStates(found, probes, nodes)),
        })
      } catch (error) {
        ctx.signal.throwIfAborted()
        if (!(error instanceof StepError) || error.obstacle) throw error
        const late = settled(await probeStatesNow(ctx.cluster, probes, nodes))
        if ('proven' in late) return late.proven
        throw new StepError(late.never ?? error.explanation, { obstacle: true })
      }
    },
  }
}

/** Some running probes are enough: what the others would have told is not proven. */
function settled({ started, failed, starting }: ProbeStates): Observation {
  if (starting.length > 0) {
    return { missing: starting.map(({ name, because }) => `${name}: ${because}`) }
  }
  if (started.length === 0) return fromNowhere(notProvenFrom(failed))
  return { proven: [`one on each of ${started.join(', ')}`, ...notProvenFrom(failed)].join('; ') }
}
