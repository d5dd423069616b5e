import { judgePods, POD_LABEL } from '../../lib/dns/coredns-pods.ts'
import { lookStep } from '../../lib/engine/look-step.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'

export const corednsPods = (inventory: Inventory) =>
  lookStep({
    id: 'coredns-pods',
    title: 'Wait for the CoreDNS pods on different workers',
    chapter: { section: '14.1', command: 'kubectl get pods --namespace kube-system -o wide' },
    deadlineMs: inventory.limits.podsMs,
    what: 'CoreDNS pods',
    async look(on) {
      const [deployment, pods, nodes] = await Promise.all([
        on.cluster.get({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'kube-system',
          name: 'coredns',
        }),
        on.cluster.list({
          apiVersion: 'v1',
          kind: 'Pod',
          namespace: 'kube-system',
          labelSelector: POD_LABEL,
        }),
        on.cluster.list({ apiVersion: 'v1', kind: 'Node' }),
      ])
      return judgePods({ deployment, pods, nodes, workers: inventory.workers })
    },
  })
