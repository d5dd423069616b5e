import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import { startingOf } from '../../lib/dns/starting-pods.ts'
import { podSeen, startOf } from '../../lib/objects/pod.ts'
import { hostProbeName, hostProbeObject } from '../../lib/dns/host-probes.ts'
import { PROBE_LABEL, PROBES, probedWorkers, probePodObject } from '../../lib/dns/probe-pods.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { until } from '../../lib/core/until.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import type { Reading, Step } from '../../lib/ports/step.ts'
import { all } from '../../lib/ports/refs.ts'

const PODS = all.pods({
  namespace: PROBES.namespace,
  labelSelector: `${PROBE_LABEL.key}=${PROBE_LABEL.value}`,
})

/** Somebody on every worker who can be asked to look names up; kept until rollback. */
export const dnsProbes = ({ inventory, image }: Pick<Chapter, 'inventory' | 'image'>): Step => {
  // The hosts of a lab are on this machine, and need nobody to look at them.
  const looksFromHosts = inventory.target.kind === 'cluster' && inventory.probe.hosts
  const pods = objectsStep({
    id: 'dns-probes',
    title: 'Start a DNS probe on every worker',
    chapter: {
      section: '14.2',
      command: `kubectl run busybox --image=${inventory.probe.image} …, on every worker`,
    },
    touches: ['hosts', 'pods', 'observation'],
    async objects(on) {
      const workers = await probedWorkers(inventory, on.cluster)
      const reference = await image(on)
      const askers = workers.map((worker) => probePodObject(worker, reference))
      const lookers = looksFromHosts ? workers.map((one) => hostProbeObject(one, reference)) : []
      return [...askers, ...lookers]
    },
  })
  const ready = async (on: Reading): Promise<string> => {
    const workers = await probedWorkers(inventory, on.cluster)
    const names = workers.flatMap((worker) =>
      looksFromHosts ? [PROBES.nameOn(worker), hostProbeName(worker)] : [PROBES.nameOn(worker)],
    )
    return until(on, {
      what: 'a running DNS probe on every worker',
      deadlineMs: inventory.limits.podsMs,
      watch: (signal) => on.cluster.watch(PODS, signal),
      look: (found) =>
        startingOf(found, names) ?? { proven: `one on each of ${workers.join(', ')}` },
    })
  }
  return {
    ...pods,
    examines: ['client-pods'],
    about: {
      satisfied: looksFromHosts
        ? "two small pods run on every worker, whatever its taints: one asks names, one sees the worker's routes and settings"
        : 'one small pod runs on every worker, whatever its taints',
      undo: 'the pods made here are deleted',
    },
    async check(on) {
      const check = await pods.check(on)
      if (check.status === 'drifted' && check.blocked !== undefined) {
        return { ...check, blocked: withoutHosts(check.blocked) }
      }
      if (check.status !== 'satisfied') return check
      const found = await on.cluster.list(PODS)
      const slow = found.map(podSeen).filter(({ ready }) => !ready)
      if (slow.length === 0) return check
      const changes = slow.map(
        (pod) => ({ action: 'wait', what: `pod/${pod.name}`, note: startOf(pod) }) as const,
      )
      return { status: 'drifted', changes, undo: [] }
    },
    async verify(on) {
      await pods.verify(on)
      return ready(on)
    },
  }
}

/** A namespace may be closed to pods on their host's network (Pod Security Standards, baseline); one can do without. */
function withoutHosts(blocked: Explanation): Explanation {
  const refused = (blocked.seen ?? []).some((line) => line.includes('hostNetwork=true'))
  if (!refused) return blocked
  return {
    ...blocked,
    cause: `namespace ${PROBES.namespace} takes no pods that are on their host's network`,
    remedy:
      'set probe.hosts to false in the inventory: routes and settings of workers are then inferred, no longer seen',
  }
}
