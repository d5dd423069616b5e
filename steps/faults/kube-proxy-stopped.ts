import { corednsPodsOf } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { restartUntil } from '../../lib/faults/fresh-pods.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { kubeProxy } from '../../lib/lab/daemons/kube-proxy.ts'

export const kubeProxyStopped: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'kube-proxy-stopped',
    code: 'D7',
    title: 'Stop kube-proxy on a worker',
    chapter: { section: '9', command: 'systemctl stop kube-proxy' },
    requires: 'a worker',
    needsDns: true,
    resource: (worker) => ({ kind: 'absent', resource: kubeProxy(lab, worker) }),
    // The rules it leaves are right until a pod gets another address.
    async restartAffected(ctx, { mended }) {
      if (mended) return
      const old = (await corednsPodsOf(ctx)).map(({ ip }) => ip ?? '')
      await restartUntil(ctx, {
        fault: 'kube-proxy-stopped',
        isWanted: (pods) => !pods.some(({ ip }) => old.includes(ip ?? '')),
      })
    },
    async visible(ctx, subject) {
      const addresses = (await corednsPodsOf(ctx)).map(({ ip }) => ip ?? '')
      const unheard = addresses.length === 0 ? 'any new address' : addresses.join(', ')
      return `kube-proxy does not run on ${subject} and has not heard of ${unheard}`
    },
  })
