import { stringify } from 'yaml'
import type { Explanation } from '../../lib/core/errors.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { hostProbeName, hostProbeObject } from '../../lib/dns/host-probes.ts'
import {
  hasProberPlace,
  PROBE_LABEL,
  PROBES,
  probedWorkers,
  probePodObject,
  withProberPlace,
} from '../../lib/dns/probe-pods.ts'
import { untilStarted, waitsFor } from '../../lib/dns/starting-pods.ts'
import { all } from '../../lib/ports/refs.ts'
import type { Reading, Step } from '../../lib/ports/step.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

const PODS = all.pods({
  namespace: PROBES.namespace,
  labelSelector: `${PROBE_LABEL.key}=${PROBE_LABEL.value}`,
})

/** Somebody on every worker who can be asked to look names up; kept until rollback. */
export const dnsProbes = ({
  inventory,
  probes,
  supply,
}: Pick<Chapter, 'inventory' | 'probes' | 'supply'>): Step => {
  // The hosts of a lab are on this machine, and need nobody to look at them.
  const looksFromHosts = inventory.target.kind === 'cluster' && inventory.probe.hosts
  const objects = async (ctx: Reading) => {
    const [workers, reference, there] = await Promise.all([
      probedWorkers(inventory, ctx.cluster),
      probes(ctx),
      ctx.cluster.list(PODS),
    ])
    const askers = workers.map((worker) => {
      const pod = probePodObject(worker, reference)
      const live = there.find(({ metadata }) => metadata.name === pod.metadata.name)
      // A pod neither gets a volume later nor loses one: what an earlier version has made stays as it is.
      const hasPlace = live === undefined ? supply !== undefined : hasProberPlace(live)
      return hasPlace ? withProberPlace(pod) : pod
    })
    const lookers = looksFromHosts ? workers.map((one) => hostProbeObject(one, reference)) : []
    return [...askers, ...lookers]
  }
  const pods = objectsStep({
    id: 'dns-probes',
    title: 'Start a DNS probe on every worker',
    chapter: {
      section: '14.2',
      command: `kubectl run busybox --image=${inventory.probe.image} …, on every worker`,
    },
    touches: ['hosts', 'pods', 'observation'],
    objects,
    byHand: async (ctx) =>
      [
        `kubectl apply -f - <<'END'\n${(await objects(ctx)).map((one) => stringify(one)).join('---\n')}END`,
        `kubectl wait --for=condition=Ready pods -l ${PROBE_LABEL.key}=${PROBE_LABEL.value} --timeout=${inventory.limits.podsMs / 1000}s`,
      ].join('\n'),
  })
  return {
    ...pods,
    examines: ['client-pods'],
    about: {
      satisfied: looksFromHosts
        ? "two small pods run on every worker, whatever its taints: one asks names, one sees the worker's routes and settings"
        : 'one small pod runs on every worker, whatever its taints',
      undo: 'the pods made here are deleted',
    },
    async check(ctx) {
      const check = await pods.check(ctx)
      if (check.status === 'drifted' && check.blocked !== undefined) {
        return { ...check, blocked: withoutHosts(check.blocked) }
      }
      const changes = check.status === 'satisfied' ? waitsFor(await ctx.cluster.list(PODS)) : []
      return changes.length === 0 ? check : { status: 'drifted', changes, undo: [] }
    },
    async verify(ctx) {
      await pods.verify(ctx)
      const workers = await probedWorkers(inventory, ctx.cluster)
      const names = [
        ...workers.map(PROBES.nameOn),
        ...(looksFromHosts ? workers : []).map(hostProbeName),
      ]
      const what = 'a running DNS probe on every worker'
      const wait = { what, deadlineMs: inventory.limits.podsMs, pods: PODS }
      return untilStarted(ctx, wait, names, () => `one on each of ${workers.join(', ')}`)
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
