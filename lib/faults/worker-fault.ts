import type { Worker } from '../inventory/inventory.ts'
import type { Lab } from '../lab/layout.ts'
import type { Resource } from '../ports/resources.ts'
import type { Reading } from '../ports/step.ts'
import { see } from './daemons.ts'
import type { Fault } from './fault.ts'
import { twoWorkers, workerNamed } from './subjects.ts'

/** A fault of one worker, the first with a CoreDNS pod: one of its resources is another one. */
export interface WorkerFault extends Omit<Fault, 'plan' | 'waitUntilVisible'> {
  readonly resource: (worker: Worker) => Resource
  /** What shows that it is in force: `net.ipv4.ip_forward is 0`; or how that is waited for. */
  readonly visible: string | ((ctx: Reading, subject: string) => Promise<string>)
}

/** Makes a fault of it. */
export function workerFault(lab: Lab, { resource, visible, ...of }: WorkerFault): Fault {
  const seeResource = (ctx: Reading, subject: string): Promise<string> => {
    const proof = `${String(visible)} on ${subject}`
    return see(ctx, proof, async () => {
      const [sighting] = await ctx.host.look([resource(workerNamed(lab, subject))])
      return sighting?.change === null ? proof : undefined
    })
  }
  return {
    ...of,
    async plan(ctx) {
      const [worker] = await twoWorkers(ctx, lab)
      return { subject: worker.name, resources: [resource(worker)] }
    },
    waitUntilVisible: typeof visible === 'string' ? seeResource : visible,
  }
}
