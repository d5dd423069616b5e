import type { FaultOf } from '../../lib/faults/fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { containerd } from '../../lib/lab/daemons/containerd.ts'

export const containerdStopped: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'containerd-stopped',
    code: 'A2',
    title: 'Stop containerd on a worker',
    chapter: { section: '9', command: 'systemctl stop containerd' },
    requires: 'a worker',
    resource: (worker) => ({ kind: 'absent', resource: containerd(lab, worker) }),
    visible: seeNodeNotReady,
  })
