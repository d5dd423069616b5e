import type { Sysctl } from '../../lib/ports/resources.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'
import type { Lab } from '../../lib/lab/lab.ts'

export const brNetfilterOff = (lab: Lab): Fault => {
  const off = (netns: string): Sysctl => ({
    kind: 'sysctl',
    netns,
    key: 'net.bridge.bridge-nf-call-iptables',
    value: '0',
  })
  return {
    id: 'br-netfilter-off',
    code: 'D9',
    title: "Let answers between pods of one worker bypass kube-proxy's rules",
    chapter: { section: '9', command: 'sysctl net.bridge.bridge-nf-call-iptables=0' },
    requires: 'a CoreDNS pod on a worker',
    async plan(ctx) {
      const [worker] = await twoWorkers(ctx, lab)
      return { subject: worker.name, resources: [off(worker.name)] }
    },
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `${subject} without bridge-nf-call-iptables`, async () => {
        const [sighting] = await ctx.host.look([off(subject)])
        return sighting?.change === null
          ? `net.bridge.bridge-nf-call-iptables is 0 on ${subject}`
          : undefined
      }),
  }
}
