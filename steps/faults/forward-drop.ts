import type { ChainPolicy } from '../../lib/ports/resources.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'
import type { Lab } from '../../lib/lab/lab.ts'
import { binOf } from '../../lib/lab/layout.ts'

export const forwardDrop = (lab: Lab): Fault => {
  const drop = (netns: string): ChainPolicy => ({
    kind: 'chain-policy',
    netns,
    chain: 'FORWARD',
    policy: 'DROP',
    program: `${binOf(lab.layout, 'iptables')}/iptables`,
  })
  return {
    id: 'forward-drop',
    code: 'D10',
    title: 'Let a worker drop what it should forward, as Docker does',
    chapter: { section: '9', command: 'iptables -P FORWARD DROP' },
    requires: 'two workers',
    async plan(ctx) {
      const [worker] = await twoWorkers(ctx, lab)
      return { subject: worker.name, resources: [drop(worker.name)] }
    },
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `${subject} with FORWARD DROP`, async () => {
        const [sighting] = await ctx.host.look([drop(subject)])
        return sighting?.change === null
          ? `the policy of chain FORWARD on ${subject} is DROP`
          : undefined
      }),
  }
}
