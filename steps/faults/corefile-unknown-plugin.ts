import { chapterObject, withCorefileLine } from '../../lib/faults/chapter-object.ts'
import { restartCorednsPods, seeCrashing } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const corefileUnknownPlugin: FaultOf = (lab) => ({
  id: 'corefile-unknown-plugin',
  code: 'C3',
  title: 'Write a plugin into the Corefile that CoreDNS does not have',
  chapter: { section: '14.1', command: 'kubectl -n kube-system edit configmap coredns' },
  requires: 'the chapter',
  async plan(ctx) {
    const object = await chapterObject(ctx, lab, 'ConfigMap')
    return { subject: 'coredns', objects: [withCorefileLine(object, 'proxy . /etc/resolv.conf')] }
  },
  restartAffected: (ctx) => restartCorednsPods(ctx),
  waitUntilVisible: (ctx) => seeCrashing(ctx, 'Error'),
})
