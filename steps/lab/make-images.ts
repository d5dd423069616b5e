import { IMAGES } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const makeImages = () =>
  resourceStep({
    id: 'make-images',
    title: 'Get the images of CoreDNS, busybox and the pod sandbox',
    chapter: { section: '9', command: 'docker pull coredns/coredns:1.6.2 busybox:1.28 pause' },
    resources: IMAGES.map((image) => ({ kind: 'image-archive', image }) as const),
    undo: 'nothing: the cache stays for the next lab (npx tsx run.ts cache --empty)',
    because: `the images ${IMAGES.join(', ')} are in the cache`,
  })
