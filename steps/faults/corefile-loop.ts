import { chapterObject, withCorefileLine } from '../../lib/faults/chapter-object.ts'
import { restartCorednsPods, seeCrashing } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const corefileLoop: FaultOf = (lab) => ({
  id: 'corefile-loop',
  code: 'C1',
  title: 'Let CoreDNS forward to itself',
  chapter: { section: '14.1', command: 'kubectl -n kube-system edit configmap coredns' },
  requires: 'the chapter',
  async plan(ctx) {
    const object = await chapterObject(ctx, lab, 'ConfigMap')
    return { subject: 'coredns', objects: [withCorefileLine(object, 'forward . 127.0.0.1')] }
  },
  restartAffected: (ctx) => restartCorednsPods(ctx),
  waitUntilVisible: (ctx) => seeCrashing(ctx, 'Error'),
})
