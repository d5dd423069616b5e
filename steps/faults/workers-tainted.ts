import type { Worker } from '../../lib/inventory/inventory.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { isReplayed } from '../../lib/faults/chapter-object.ts'
import { restartCorednsPods, seeCorednsPods } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const workersTainted: FaultOf = ({ inventory }) => ({
  id: 'workers-tainted',
  code: 'A10',
  title: 'Taint all workers, so that no new pod finds a place',
  chapter: { section: '9', command: 'kubectl taint nodes --all maintenance=planned:NoSchedule' },
  requires: 'a worker',
  plan: () => Promise.resolve({ subject: 'all', objects: inventory.lab.workers.map(tainted) }),
  // Those that run stay where they are; and the first worker to be mended would get both.
  restartAffected: (ctx) => restartCorednsPods(ctx),
  async waitUntilVisible(ctx) {
    // Put on before the chapter, it is the chapter's own run that feels it.
    if (!(await isReplayed(ctx))) return 'no new pod finds a place on any worker'
    return seeCorednsPods(ctx, 'pods that find no worker', (pods) => {
      const pod = pods.find(({ unscheduled }) => unscheduled !== null)
      return pod && `pod ${pod.name}: ${pod.unscheduled ?? ''}`
    })
  },
})

function tainted({ name }: Worker): KubeObject {
  const taints = [{ key: 'maintenance', value: 'planned', effect: 'NoSchedule' }]
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { taints } }
}
