import type { Process } from '../../lib/ports/resources.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { twoWorkers, workerNamed } from '../../lib/faults/subjects.ts'
import type { Lab } from '../../lib/lab/lab.ts'
import { kubelet } from '../../lib/lab/daemons/kubelet.ts'

export const kubeletStopped = (lab: Lab): Fault => {
  const kubeletOf = (name: string): Process => kubelet(lab, workerNamed(lab, name))
  return {
    id: 'kubelet-stopped',
    code: 'G3',
    title: 'Stop the kubelet on a worker',
    chapter: { section: '9', command: 'systemctl stop kubelet' },
    requires: 'a worker',
    async plan(ctx) {
      const [worker] = await twoWorkers(ctx, lab)
      const resource = kubeletOf(worker.name)
      return { subject: worker.name, resources: [{ kind: 'absent', resource }] }
    },
    waitUntilVisible: seeNodeNotReady,
  }
}
