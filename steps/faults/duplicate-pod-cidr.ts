import type { Resource } from '../../lib/ports/resources.ts'
import { nthAddress } from '../../lib/inventory/address.ts'
import type { Inventory, Worker } from '../../lib/inventory/inventory.ts'
import { addressOf, corednsPodsOf, restartCorednsPods, seeCorednsPods, workerOf } from '../../lib/faults/coredns-pods.ts'
import { isReady } from '../../lib/objects/pod.ts'
import {
  addressesFolder,
  restartContainers,
  type Runtime,
  setLastAddress,
} from '../../lib/faults/containers.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { twoWorkers, workerNamed } from '../../lib/faults/subjects.ts'
import { chapterObject, type Manifest } from '../../lib/faults/chapter-object.ts'
import { StepError } from '../../lib/core/errors.ts'
import { containerdSocket, type Layout } from '../../lib/lab/layout.ts'
import type { Acting } from '../../lib/ports/step.ts'
import { bridgeFile, containerdOn } from '../lab/start-container-runtimes.ts'
import { kubelet, kubeletFile } from '../lab/start-workers.ts'

/** A CoreDNS pod that was started anew may come up on a third worker; so often it is sent on. */
const TRIES = 8

/** The chapter's own fault: its listing shows both CoreDNS pods with 10.200.0.2, on two workers. */
export const duplicatePodCidr = (
  inventory: Inventory,
  layout: Layout,
  manifest: Manifest,
): Fault => {
  const withRangeOf = (worker: Worker, { podCIDR, address }: Worker): readonly Resource[] => {
    const route = { netns: worker.name, to: podCIDR, via: address, dev: 'eth0' }
    const wrong = { ...worker, podCIDR }
    return [
      // Who has the range itself needs no way to it, and `ip route add` finds it taken.
      { kind: 'absent', resource: { kind: 'route', ...route } },
      bridgeFile(layout, wrong),
      kubeletFile(inventory, layout, wrong),
      kubelet(layout, worker),
    ]
  }
  /** All its pods get addresses of the range that its configuration names by now. */
  const renumber = (on: Acting, worker: Worker, lastAddress?: string): Promise<void> =>
    restartContainers(on, runtimeOf(layout, worker), async () => {
      const { name } = worker
      // The plugin refuses a bridge that has the address of another range.
      const bridge = { kind: 'link', netns: name, name: 'cnio0', type: 'bridge' } as const
      const given = { kind: 'folder', path: addressesFolder(layout, name), mode: 0o755 } as const
      await on.host.restore([bridge, given].map((resource) => ({ resource, now: null })))
      if (lastAddress !== undefined) {
        await setLastAddress(on, layout, { worker: name, address: lastAddress })
      }
    })
  const pairOf = (subject: string): readonly [Worker, Worker] => {
    const [owner = '', other = ''] = subject.split(' ')
    return [workerNamed(inventory, owner), workerNamed(inventory, other)]
  }
  return {
    id: 'duplicate-pod-cidr',
    code: 'E1',
    title: 'Give two workers the same range of pod addresses',
    chapter: { section: '9', command: 'POD_CIDR=10.200.0.0/24, typed on two workers' },
    needs: 'two workers and the chapter',
    async breaks(on) {
      await chapterObject(on, manifest, 'Deployment')
      const [owner, other] = await twoWorkers(on, inventory)
      return { subject: `${owner.name} ${other.name}`, resources: withRangeOf(other, owner) }
    },
    async renew(on, { subject, mended }) {
      const [owner, other] = pairOf(subject)
      if (mended) return renumber(on, other)
      const [gateway, first] = [nthAddress(owner.podCIDR, 1), nthAddress(owner.podCIDR, 2)]
      // The first address is kept free for CoreDNS.
      for (const worker of [owner, other]) await renumber(on, worker, first)
      const inPlace = (pod: Parameters<typeof addressOf>[0]): boolean => addressOf(pod) === first
      for (let tried = 1; tried <= TRIES; tried += 1) {
        for (const { name } of [owner, other]) {
          await setLastAddress(on, layout, { worker: name, address: gateway })
        }
        await restartCorednsPods(on, (pod) => !inPlace(pod))
        await seeCorednsPods(on, 'ready CoreDNS pods', (pods) =>
          pods.length > 1 && pods.every((pod) => isReady(pod)) ? 'ready' : undefined,
        )
        if ((await corednsPodsOf(on)).filter(inPlace).length > 1) return
      }
      throw new StepError({
        problem: `no two CoreDNS pods came up on ${owner.name} and ${other.name}`,
        seen: (await corednsPodsOf(on)).map((pod) => `${workerOf(pod)} ${addressOf(pod)}`),
        remedy: 'npx tsx run.ts verify tells why; then try again',
      })
    },
    felt: (on, subject) =>
      seeCorednsPods(on, 'two CoreDNS pods with one address', (pods) => {
        const [owner, other] = pairOf(subject)
        const [one, two] = [owner, other].map(({ name }) =>
          pods.find((pod) => workerOf(pod) === name),
        )
        if (one === undefined || two === undefined) return undefined
        if (addressOf(one) !== addressOf(two)) return undefined
        return `both CoreDNS pods have ${addressOf(one)}, on ${owner.name} and on ${other.name}`
      }),
  }
}

/** What a worker's containers hang on. */
export function runtimeOf(layout: Layout, worker: Worker): Runtime {
  return {
    containerd: containerdOn(layout, worker.name),
    kubelet: kubelet(layout, worker),
    socket: containerdSocket(layout, worker.name),
  }
}
