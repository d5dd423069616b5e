import type { Process } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { twoWorkers, workerNamed } from '../../lib/faults/subjects.ts'
import type { Layout } from '../../lib/lab/layout.ts'
import { kubelet } from '../lab/start-workers.ts'

export const kubeletStopped = (inventory: Inventory, layout: Layout): Fault => {
  const kubeletOf = (name: string): Process => kubelet(layout, workerNamed(inventory, name))
  return {
    id: 'kubelet-stopped',
    code: 'G3',
    title: 'Stop the kubelet on a worker',
    chapter: { section: '9', command: 'systemctl stop kubelet' },
    needs: 'a worker',
    async breaks(on) {
      const [worker] = await twoWorkers(on, inventory)
      const resource = kubeletOf(worker.name)
      return { subject: worker.name, resources: [{ kind: 'absent', resource }] }
    },
    felt: seeNodeNotReady,
  }
}
