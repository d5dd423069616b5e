import type { Sysctl } from '../../lib/ports/resources.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'
import type { Lab } from '../../lib/lab/lab.ts'

export const ipForwardOff = (lab: Lab): Fault => {
  const off = (netns: string): Sysctl => ({
    kind: 'sysctl',
    netns,
    key: 'net.ipv4.ip_forward',
    value: '0',
  })
  return {
    id: 'ip-forward-off',
    code: 'E5',
    title: 'Let a worker forward nothing between its pods and the network',
    chapter: { section: '3', command: 'sysctl net.ipv4.ip_forward=0' },
    requires: 'two workers',
    async plan(ctx) {
      const [worker] = await twoWorkers(ctx, lab)
      return { subject: worker.name, resources: [off(worker.name)] }
    },
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `${subject} without ip_forward`, async () => {
        const [sighting] = await ctx.host.look([off(subject)])
        return sighting?.change === null ? `net.ipv4.ip_forward is 0 on ${subject}` : undefined
      }),
  }
}
