import type { Image } from '../../lib/ports/resources.ts'
import { containerdSocket, imagesOf, type Lab } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const importImages = ({ inventory, layout }: Lab) =>
  resourceStep({
    id: 'import-images',
    title: 'Import the images into each worker',
    chapter: { section: '9', command: 'ctr -n k8s.io images import coredns.tar' },
    touches: [],
    resources: inventory.lab.workers.flatMap(({ name }) =>
      imagesOf(inventory).map((image): Image => ({
        kind: 'image',
        host: name,
        socket: containerdSocket(layout, name),
        image,
      })),
    ),
    undo: "nothing by itself: containerd's store goes with the worker",
    because: `${imagesOf(inventory).join(', ')} are on every worker`,
  })
