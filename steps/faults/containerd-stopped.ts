import type { Inventory } from '../../lib/inventory/inventory.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'
import type { Layout } from '../../lib/lab/layout.ts'
import { containerdOn } from '../lab/start-container-runtimes.ts'

export const containerdStopped = (inventory: Inventory, layout: Layout): Fault => ({
  id: 'containerd-stopped',
  code: 'A2',
  title: 'Stop containerd on a worker',
  chapter: { section: '9', command: 'systemctl stop containerd' },
  needs: 'a worker',
  async breaks(on) {
    const [{ name }] = await twoWorkers(on, inventory)
    const resource = containerdOn(layout, name)
    return { subject: name, resources: [{ kind: 'absent', resource }] }
  },
  felt: seeNodeNotReady,
})
