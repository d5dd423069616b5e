import type { Fault } from '../../lib/faults/fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'
import type { Lab } from '../../lib/lab/lab.ts'
import { containerd } from '../../lib/lab/daemons/containerd.ts'

export const containerdStopped = (lab: Lab): Fault => ({
  id: 'containerd-stopped',
  code: 'A2',
  title: 'Stop containerd on a worker',
  chapter: { section: '9', command: 'systemctl stop containerd' },
  requires: 'a worker',
  async plan(ctx) {
    const [worker] = await twoWorkers(ctx, lab)
    const resource = containerd(lab, worker)
    return { subject: worker.name, resources: [{ kind: 'absent', resource }] }
  },
  waitUntilVisible: seeNodeNotReady,
})
