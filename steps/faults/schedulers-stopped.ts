import { restartCorednsPods, seeCorednsPods } from '../../lib/faults/coredns-pods.ts'
import { isReplayed } from '../../lib/faults/chapter-object.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { scheduler } from '../../lib/lab/daemons/controllers.ts'

export const schedulersStopped: FaultOf = (lab) => ({
  id: 'schedulers-stopped',
  code: 'A13',
  title: 'Stop the schedulers, so that no new pod gets a worker',
  chapter: { section: '8', command: 'systemctl stop kube-scheduler, on each controller' },
  requires: 'nothing',
  plan: () =>
    Promise.resolve({
      subject: 'all',
      resources: lab.inventory.lab.controllers.map((controller) => ({
        kind: 'absent',
        resource: scheduler(lab, controller),
      })),
    }),
  // Those that run stay where they are.
  async restartAffected(ctx, { mended }) {
    if (!mended) await restartCorednsPods(ctx)
  },
  async waitUntilVisible(ctx) {
    if (!(await isReplayed(ctx))) return 'no scheduler runs, so no new pod gets a worker'
    return seeCorednsPods(ctx, 'pods that get no worker', (pods) => {
      const pod = pods.find(({ node }) => node === null)
      return pod && `pod ${pod.name} has no worker, and nobody looks for one`
    })
  },
})
