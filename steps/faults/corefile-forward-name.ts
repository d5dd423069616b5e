import { chapterObject, withCorefileLine } from '../../lib/faults/chapter-object.ts'
import { corednsPodsOf, restartCorednsPods, seeCrashing } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const corefileForwardName: FaultOf = (lab) => ({
  id: 'corefile-forward-name',
  code: 'C13',
  title:
    'Write a Corefile that a running CoreDNS goes on without, and a new one does not start with',
  chapter: { section: '14.1', command: 'kubectl -n kube-system edit configmap coredns' },
  requires: 'the chapter',
  async plan(ctx) {
    const object = await chapterObject(ctx, lab, 'ConfigMap')
    return {
      subject: 'coredns',
      objects: [withCorefileLine(object, 'forward . dns.consul.svc.cluster.local')],
    }
  },
  // As a pod is made again on another worker, days after: the others serve by the Corefile before.
  async restartAffected(ctx, { mended }) {
    const [first] = await corednsPodsOf(ctx)
    await restartCorednsPods(ctx, ({ name, ready }) => (mended ? !ready : name === first?.name))
  },
  waitUntilVisible: (ctx) => seeCrashing(ctx, 'Error'),
})
