import type { Resource } from '../../lib/ports/resources.ts'
import type { Worker } from '../../lib/inventory/inventory.ts'
import { seeCorednsPods } from '../../lib/faults/coredns-pods.ts'
import { renumberPods } from '../../lib/faults/containers.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { shareFirstAddress } from '../../lib/faults/shared-address.ts'
import { twoWorkers, workerNamed } from '../../lib/faults/subjects.ts'
import { chapterObject } from '../../lib/faults/chapter-object.ts'
import { bridgeFile } from '../../lib/lab/daemons/containerd.ts'
import { kubelet, kubeletFile } from '../../lib/lab/daemons/kubelet.ts'

/** The chapter's own fault: its listing shows both CoreDNS pods with 10.200.0.2, on two workers. */
export const duplicatePodCidr: FaultOf = (lab) => {
  const withRangeOf = (worker: Worker, { podCIDR, address }: Worker): readonly Resource[] => {
    const route = { netns: worker.name, to: podCIDR, via: address, dev: 'eth0' }
    const wrong = { ...worker, podCIDR }
    return [
      // Who has the range itself needs no way to it, and `ip route add` finds it taken.
      { kind: 'absent', resource: { kind: 'route', ...route } },
      bridgeFile(lab, wrong),
      kubeletFile(lab, wrong),
      kubelet(lab, worker),
    ]
  }
  const workersOf = (subject: string): readonly [Worker, Worker] => {
    const [owner = '', other = ''] = subject.split(' ')
    return [workerNamed(lab, owner), workerNamed(lab, other)]
  }
  return {
    id: 'duplicate-pod-cidr',
    code: 'E1',
    title: 'Give two workers the same range of pod addresses',
    chapter: { section: '9', command: 'POD_CIDR=10.200.0.0/24, typed on two workers' },
    requires: 'two workers and the chapter',
    needsDns: true,
    async plan(ctx) {
      await chapterObject(ctx, lab, 'Deployment')
      const [owner, other] = await twoWorkers(ctx, lab)
      return { subject: `${owner.name} ${other.name}`, resources: withRangeOf(other, owner) }
    },
    async restartAffected(ctx, { subject, mended }) {
      const [owner, other] = workersOf(subject)
      if (mended) return renumberPods(ctx, lab, other)
      await shareFirstAddress(ctx, lab, [owner, other])
    },
    waitUntilVisible: (ctx, subject) =>
      seeCorednsPods(ctx, 'two CoreDNS pods with one address', (pods) => {
        const [owner, other] = workersOf(subject)
        const [one, two] = [owner, other].map(({ name }) => pods.find(({ node }) => node === name))
        const address = one?.ip ?? undefined
        if (address === undefined || address !== two?.ip) return undefined
        return `both CoreDNS pods have ${address}, on ${owner.name} and on ${other.name}`
      }),
  }
}
