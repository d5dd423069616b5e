import { judgePods, POD_LABEL } from '../../lib/dns/coredns-pods.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { all, ref } from '../../lib/ports/refs.ts'

export const corednsPods = ({ inventory: { workers, limits } }: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'coredns-pods',
    title: 'Wait for the CoreDNS pods on different workers',
    chapter: { section: '14.1', command: 'kubectl get pods --namespace kube-system -o wide' },
    satisfied:
      'as many pods as replicas are Running and Ready, on different workers, each with an address of its own worker',
    what: 'CoreDNS pods',
    deadlineMs: limits.podsMs,
    watch: all.pods({ namespace: 'kube-system', labelSelector: POD_LABEL }),
    async look({ cluster }, pods) {
      const [deployment, nodes] = await Promise.all([
        cluster.get(ref.deployment('coredns', 'kube-system')),
        cluster.list(all.nodes()),
      ])
      return judgePods({ deployment, nodes, pods, workers })
    },
  })
