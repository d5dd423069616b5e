import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerNamed } from '../../lib/faults/subjects.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { kubeProxy } from '../../lib/lab/daemons/kube-proxy.ts'
import { kubelet } from '../../lib/lab/daemons/kubelet.ts'
import { portOf } from '../../lib/lab/network.ts'

/** Less than the bridge of the pods takes, and more than a short answer has. */
const BYTES = 1300

export const largePacketsLost: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'large-packets-lost',
    code: 'E7',
    title: 'Let a worker take smaller packets than its pods are sent',
    chapter: { section: '3', command: `ip link set dev eth0 mtu ${String(BYTES)}` },
    requires: 'two workers',
    resource: ({ name }) => ({
      ...{ kind: 'mtu', netns: name, link: 'eth0', bytes: BYTES },
      port: portOf(lab, name),
    }),
    async restartAffected(ctx, { subject, mended }) {
      if (mended) return
      // What they are connected by is still sent larger packets. On a host that came up so it never was.
      const worker = workerNamed(lab, subject)
      for (const resource of [kubelet(lab, worker), kubeProxy(lab, worker)]) {
        await ctx.host.put([{ kind: 'absent', resource }], ctx.progress)
        await ctx.host.put([resource], ctx.progress)
      }
    },
    visible: `the mtu of eth0 is ${String(BYTES)}`,
  })
