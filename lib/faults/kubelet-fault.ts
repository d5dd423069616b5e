import type { Worker } from '../inventory/inventory.ts'
import { kubelet } from '../lab/daemons/kubelet.ts'
import type { Lab } from '../lab/layout.ts'
import type { Resource } from '../ports/resources.ts'
import type { Fault } from './fault.ts'
import { twoWorkers } from './subjects.ts'

/** A fault of one kubelet: what it reads is another, and it is started again. */
export interface KubeletFault extends Omit<Fault, 'plan'> {
  readonly reads: (worker: Worker) => readonly Resource[]
}

/** Makes a fault of it, on the first worker with a CoreDNS pod. */
export function kubeletFault(lab: Lab, { reads, ...of }: KubeletFault): Fault {
  return {
    ...of,
    async plan(ctx) {
      const [worker] = await twoWorkers(ctx, lab)
      return { subject: worker.name, resources: [...reads(worker), kubelet(lab, worker)] }
    },
  }
}
