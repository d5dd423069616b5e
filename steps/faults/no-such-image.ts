import { chapterObject, withContainer } from '../../lib/faults/chapter-object.ts'
import { restartCorednsPods, seeCorednsPods, troubles } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

/** A registry of the name does not exist (RFC 6761 keeps `.invalid` free), so nobody is asked for it. */
const IMAGE = 'registry.invalid/coredns:0.0.0'

export const noSuchImage: FaultOf = (lab) => ({
  id: 'no-such-image',
  code: 'A6',
  title: 'Give CoreDNS an image that does not exist',
  chapter: { section: '14.1', command: 'kubectl -n kube-system set image deployment/coredns …' },
  requires: 'the chapter',
  async plan(ctx) {
    const object = await chapterObject(ctx, lab, 'Deployment')
    const broken = withContainer(object, (container) => ({ ...container, image: IMAGE }))
    return { subject: 'coredns', objects: [broken] }
  },
  restartAffected: (ctx) => restartCorednsPods(ctx),
  waitUntilVisible: (ctx) =>
    seeCorednsPods(ctx, 'a pod that cannot get its image', (pods) => {
      const pod = pods.find((one) =>
        troubles(one).some((reason) => ['ErrImagePull', 'ImagePullBackOff'].includes(reason)),
      )
      return pod && `pod ${pod.name}: ${troubles(pod)[0] ?? ''}`
    }),
})
