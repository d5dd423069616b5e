import { metaText } from '../objects/objects.ts'
import type { Resource } from '../ports/resources.ts'
import { at, textAt } from '../core/json.ts'
import type { Acting, Reading } from '../ports/step.ts'
import type { Worker } from '../inventory/inventory.ts'
import { containerd } from '../lab/daemons/containerd.ts'
import { kubelet } from '../lab/daemons/kubelet.ts'
import { containerdSocket, hostFolder, type Lab } from '../lab/layout.ts'
import { see } from './daemons.ts'
import { all } from '../ports/refs.ts'

/** What the containers of a worker hang on. */
export function runtimeOf(lab: Lab, worker: Worker) {
  return {
    containerd: containerd(lab, worker),
    kubelet: kubelet(lab, worker),
    /** containerd's, as the machine sees it. */
    socket: containerdSocket(lab.layout, worker.name),
  }
}

/**
 * Ends a worker's containers, all of them, and starts its containerd again: the kubelet makes each pod's
 * sandbox again, with a new address and resolv.conf. `between` is done while nothing runs.
 */
export async function restartContainers(
  ctx: Acting,
  { containerd, kubelet, socket }: ReturnType<typeof runtimeOf>,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  ctx.progress(`restarting all containers on ${containerd.host}`)
  const before = await running(ctx, containerd.host)
  // It ends for good where it starts before containerd answers.
  await ctx.host.put([{ kind: 'absent', resource: kubelet }], ctx.progress)
  await ctx.host.restore([{ resource: containerd, now: null }])
  await between()
  await ctx.host.put([containerd], ctx.progress)
  await see(ctx, `containerd on ${containerd.host}`, async () =>
    (await ctx.host.answering([socket]))[0] === true ? 'answers' : undefined,
  )
  await ctx.host.put([kubelet], ctx.progress)
  // Until the kubelet has told of them, the cluster has their old addresses.
  await see(ctx, `new containers on ${containerd.host}`, async () => {
    const now = await running(ctx, containerd.host)
    const waiting = [...before].filter(
      ([uid, id]) => id !== '' && ['', id].includes(now.get(uid) ?? 'gone'),
    )
    return waiting.length > 0 ? undefined : 'all new'
  })
}

/** The containers of a worker by the uid of their pod; empty where it does not run. */
async function running(ctx: Reading, worker: string): Promise<ReadonlyMap<string, string>> {
  const pods = await ctx.cluster.list(all.pods({ fieldSelector: `spec.nodeName=${worker}` }))
  return new Map(
    pods.map((pod) => {
      const status = at(pod, 'status', 'containerStatuses', 0)
      const id = at(status, 'state', 'running') === undefined ? '' : textAt(status, 'containerID')
      return [metaText(pod, 'uid') ?? '', id ?? ''] as const
    }),
  )
}

/**
 * All pods of a worker get addresses of the range that its configuration names by now; the first gets the one
 * after `lastAddress`, where that is given.
 */
export async function renumberPods(
  ctx: Acting,
  lab: Lab,
  worker: Worker,
  lastAddress?: string,
): Promise<void> {
  const { name } = worker
  // The plugin refuses a bridge that has the address of another range.
  const bridge = { kind: 'link', netns: name, name: 'cnio0', type: 'bridge' } as const
  const given = { kind: 'folder', path: addressesFolder(lab, name), mode: 0o755 } as const
  await restartContainers(ctx, runtimeOf(lab, worker), async () => {
    await ctx.host.restore([bridge, given].map((resource) => ({ resource, now: null })))
    if (lastAddress !== undefined) await setLastAddress(ctx, lab, worker, lastAddress)
  })
}

/** Where a worker's CNI plugin keeps which addresses are given away. */
function addressesFolder({ layout }: Lab, worker: string): string {
  return `${hostFolder(layout, worker)}/cni/networks/bridge`
}

/** The next pod on the worker gets the address after this one, where that is free. */
export async function setLastAddress(
  ctx: Acting,
  lab: Lab,
  { name }: Worker,
  address: string,
): Promise<void> {
  const folder = addressesFolder(lab, name)
  const resources: readonly Resource[] = [
    { kind: 'folder', path: folder, mode: 0o755 },
    { kind: 'file', path: `${folder}/last_reserved_ip.0`, mode: 0o644, text: address },
  ]
  await ctx.host.put(resources, ctx.progress)
}
