import { imagesOf, type Lab } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const makeImages = ({ inventory }: Lab) => {
  const images = imagesOf(inventory)
  const coredns = {
    2020: 'coredns/coredns:1.6.2',
    current: 'registry.k8s.io/coredns/coredns:v1.14.6',
  }[inventory.edition]
  return resourceStep({
    id: 'make-images',
    title: 'Get the images of CoreDNS, busybox and the pod sandbox',
    chapter: { section: '9', command: `docker pull ${coredns} busybox:1.28 pause` },
    touches: [],
    provides: ['images'],
    resources: images.map((image) => ({ kind: 'image-archive', image }) as const),
    undo: 'nothing: the cache stays for the next lab (npx tsx run.ts cache --empty)',
    because: `the images ${images.join(', ')} are in the cache`,
  })
}
