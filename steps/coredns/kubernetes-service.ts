import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { firstAddress } from '../../lib/inventory/address.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { textAt } from '../../lib/core/json.ts'
import { ref } from '../../lib/ports/refs.ts'

export const kubernetesService = ({ inventory: { cluster, limits } }: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'kubernetes-service',
    title: 'Look at the Service kubernetes',
    chapter: { section: '14.2', command: 'kubectl get svc -o wide' },
    touches: ['hosts', 'objects'],
    satisfied: 'its ClusterIP is the first address of the service range',
    deadlineMs: limits.lookupMs,
    what: 'the Service kubernetes',
    async look(ctx) {
      const service = await ctx.cluster.get(ref.service('kubernetes'))
      const expected = firstAddress(cluster.serviceCIDR)
      const address = textAt(service ?? undefined, 'spec', 'clusterIP')
      if (address === expected) return { proven: `${address}, the first of ${cluster.serviceCIDR}` }
      const seen = `service/kubernetes has ${address ?? 'no clusterIP'}`
      if (address === undefined) return { missing: [seen] }
      return {
        missing: [seen],
        never: {
          problem: `the Service kubernetes has ${address}, not ${expected}`,
          seen: [seen],
          cause: `the API servers use another range than ${cluster.serviceCIDR} for Services`,
          remedy: `set cluster.serviceCIDR in inventory.yaml to what kube-apiserver has as --service-cluster-ip-range`,
        },
      }
    },
  })
