import { counted } from '../../lib/core/counted.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Observation } from '../../lib/core/observation.ts'
import { until } from '../../lib/core/until.ts'
import type { Process } from '../../lib/ports/resources.ts'
import { textAt } from '../../lib/core/json.ts'
import { nodeSeen, unreadyTaints } from '../../lib/objects/node.ts'
import { condition, isReady } from '../../lib/objects/pod.ts'
import { endedDaemons } from '../../lib/lab/daemon.ts'
import { kubeProxy, kubeProxyFile } from '../../lib/lab/daemons/kube-proxy.ts'
import { kubelet, kubeletFile, resolvConfFile } from '../../lib/lab/daemons/kubelet.ts'
import type { Lab } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { all } from '../../lib/ports/refs.ts'

export const startWorkers = (lab: Lab) => {
  const { workers } = lab.inventory.lab
  const daemons = workers.flatMap((worker) => [kubelet(lab, worker), kubeProxy(lab, worker)])
  return resourceStep({
    id: 'start-workers',
    title: 'Start the workers',
    chapter: { section: '9', command: 'systemctl start kubelet kube-proxy' },
    touches: ['hosts'],
    provides: ['kubelet', 'kube-proxy'],
    resources: [
      ...workers.flatMap((worker) => [
        resolvConfFile(lab, worker),
        kubeletFile(lab, worker),
        kubeProxyFile(lab, worker),
      ]),
      ...daemons,
    ],
    because: `kubelet and kube-proxy run on ${workers.map(({ name }) => name).join(', ')}`,
    health: {
      what: counted(workers.length, 'ready node'),
      deadlineMs: lab.inventory.limits.nodesMs,
      intervalMs: 500,
      look: (ctx) => lookAtNodes(ctx, lab),
    },
    prove: (ctx) => provenReady(ctx, lab, daemons),
  })
}

/** Processes that run are not enough: a node may not be ready for all that. */
async function lookAtNodes(ctx: Reading, lab: Lab): Promise<Observation> {
  try {
    return judge(lab, await ctx.cluster.list(all.nodes()))
  } catch (error) {
    if (ctx.signal.aborted || !(error instanceof StepError)) throw error
    return { missing: [error.explanation.problem] }
  }
}

function judge({ inventory }: Lab, nodes: readonly KubeObject[]): Observation {
  const names = inventory.lab.workers.map(({ name }) => name)
  return names.every((name) => nodes.some((node) => node.metadata.name === name && takesPods(node)))
    ? { proven: `${names.join(', ')} ready` }
    : { missing: names.map((name) => stateOf(name, nodes)) }
}

/** Ready, and the scheduler may see it as such: pods of the next step would else crowd on the other workers. */
function takesPods(node: KubeObject): boolean {
  return isReady(node) && unreadyTaints(nodeSeen(node)).length === 0
}

/** All nodes Ready, as the cluster itself sees it. */
async function provenReady(ctx: Reading, lab: Lab, daemons: readonly Process[]): Promise<string> {
  const { lab: hosts, limits } = lab.inventory
  try {
    return await until(ctx, {
      what: counted(hosts.workers.length, 'ready node'),
      deadlineMs: limits.nodesMs,
      watch: (signal) => ctx.cluster.watch(all.nodes(), signal),
      look: (nodes) => judge(lab, nodes),
    })
  } catch (error) {
    const ended = error instanceof StepError ? await endedDaemons(ctx, daemons) : null
    if (!(error instanceof StepError) || ended === null) throw error
    const { problem, seen = [] } = error.explanation
    throw new StepError(
      { ...error.explanation, ...ended, problem, seen: [...(ended.seen ?? []), ...seen] },
      { cause: error },
    )
  }
}

function stateOf(name: string, nodes: readonly KubeObject[]): string {
  const node = nodes.find((one) => one.metadata.name === name)
  if (node === undefined) return `${name} has not registered`
  if (takesPods(node)) return `${name} is ready`
  if (isReady(node))
    return `${name} is ready, and still tainted ${unreadyTaints(nodeSeen(node)).join(', ')}`
  return `${name} is not ready: ${textAt(condition(node, 'Ready'), 'message') ?? 'no condition yet'}`
}
