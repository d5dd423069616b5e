import { StepError } from '../../lib/core/errors.ts'
import { corednsPodsOf, restartCorednsPods, seeCorednsPods } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { kubeProxy } from '../../lib/lab/daemons/kube-proxy.ts'

/** A worker gives its addresses in turn; where it starts over, an old one may come again. */
const TRIES = 5

export const kubeProxyStopped: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'kube-proxy-stopped',
    code: 'D7',
    title: 'Stop kube-proxy on a worker',
    chapter: { section: '9', command: 'systemctl stop kube-proxy' },
    requires: 'a worker',
    resource: (worker) => ({ kind: 'absent', resource: kubeProxy(lab, worker) }),
    // The rules it leaves are right until a pod gets another address.
    async restartAffected(ctx, { mended }) {
      if (mended) return
      const old = (await corednsPodsOf(ctx)).map(({ ip }) => ip ?? '')
      for (let tried = 1; tried <= TRIES; tried += 1) {
        await restartCorednsPods(ctx)
        await seeCorednsPods(ctx, 'ready CoreDNS pods', (pods) =>
          pods.length >= old.length && pods.every(({ ready }) => ready) ? 'ready' : undefined,
        )
        if (!(await corednsPodsOf(ctx)).some(({ ip }) => old.includes(ip ?? ''))) return
      }
      throw new StepError({
        problem: `CoreDNS pods came up with their old addresses ${TRIES} times`,
        seen: old,
        remedy: 'try again: npx tsx run.ts lab break kube-proxy-stopped',
      })
    },
    async visible(ctx, subject) {
      const addresses = (await corednsPodsOf(ctx)).map(({ ip }) => ip ?? '')
      const unheard = addresses.length === 0 ? 'any new address' : addresses.join(', ')
      return `kube-proxy does not run on ${subject} and has not heard of ${unheard}`
    },
  })
