import type { FaultOf } from '../../lib/faults/fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { kubelet } from '../../lib/lab/daemons/kubelet.ts'

export const kubeletStopped: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'kubelet-stopped',
    code: 'G3',
    title: 'Stop the kubelet on a worker',
    chapter: { section: '9', command: 'systemctl stop kubelet' },
    requires: 'a worker',
    resource: (worker) => ({ kind: 'absent', resource: kubelet(lab, worker) }),
    visible: seeNodeNotReady,
  })
