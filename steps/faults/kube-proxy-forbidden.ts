import type { ObjectRef } from '../../lib/ports/cluster.ts'
import { corednsPodsOf } from '../../lib/faults/coredns-pods.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { restartUntil } from '../../lib/faults/fresh-pods.ts'
import { twoWorkers, workerNamed } from '../../lib/faults/subjects.ts'
import { kubeProxy } from '../../lib/lab/daemons/kube-proxy.ts'

/** Every API server makes it when it starts, and never again. */
const BINDING: ObjectRef = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  name: 'system:node-proxier',
}

export const kubeProxyForbidden: FaultOf = (lab) => ({
  id: 'kube-proxy-forbidden',
  code: 'D8',
  title: 'Take from kube-proxy the right to read Services, and restart one',
  chapter: { section: '9', command: 'kubectl delete clusterrolebinding system:node-proxier' },
  requires: 'two workers',
  needsDns: true,
  async plan(ctx) {
    const [{ name }] = await twoWorkers(ctx, lab)
    return { subject: name, gone: [BINDING] }
  },
  async restartAffected(ctx, { subject, mended }) {
    // The watch that it has goes on without the right to begin one; after a refusal it asks again within a minute.
    const resource = kubeProxy(lab, workerNamed(lab, subject))
    await ctx.host.put([{ kind: 'absent', resource }], ctx.progress)
    await ctx.host.put([resource], ctx.progress)
    if (mended) return
    // The rules that it left are right until a pod gets another address.
    const old = (await corednsPodsOf(ctx)).map(({ ip }) => ip ?? '')
    await restartUntil(ctx, {
      fault: 'kube-proxy-forbidden',
      isWanted: (pods) => !pods.some(({ ip }) => old.includes(ip ?? '')),
    })
  },
  waitUntilVisible: (ctx, subject) =>
    see(ctx, 'nobody bound to system:node-proxier', async () =>
      (await ctx.cluster.get(BINDING)) === null
        ? `nobody is bound to system:node-proxier, and kube-proxy on ${subject} was restarted`
        : undefined,
    ),
})
