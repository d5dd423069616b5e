import { LAYERS } from '../../lib/ports/layers.ts'
import { forwards } from '../../lib/dns/corefile.ts'
import { findDns } from '../../lib/dns/find-dns.ts'
import { proofOf, redOf, tableOf } from '../../lib/dns/matrix.ts'
import { targetsOf } from '../../lib/dns/matrix-targets.ts'
import { measureMatrix } from '../../lib/dns/measure-matrix.ts'
import { provenFrom } from '../../lib/dns/probe-pods.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { textAt } from '../../lib/core/json.ts'
import { ref } from '../../lib/ports/refs.ts'

/** One successful lookup proves one path. This asks every server from every worker. */
export const dnsMatrix = ({ inventory }: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'dns-matrix',
    title: 'Ask every DNS server from every worker',
    chapter: {
      section: '14.2',
      command: 'kubectl exec … -- nslookup kubernetes, from every worker',
    },
    touches: LAYERS,
    satisfied:
      'Service and each CoreDNS pod answer correctly and without loss, by UDP and TCP, from every worker and past the network; short, full, reverse, absent and external names give what they should',
    deadlineMs: inventory.limits.lookupMs,
    what: 'DNS from every worker',
    async look(ctx) {
      const [workers, kubernetes, dns] = await Promise.all([
        provenFrom(inventory, ctx.cluster),
        ctx.cluster.get(ref.service('kubernetes')),
        findDns(ctx.cluster, inventory.cluster.dnsAddress),
      ])
      const address = textAt(kubernetes ?? undefined, 'spec', 'clusterIP')
      if (address === undefined) return { missing: ['service/kubernetes has no clusterIP'] }
      if ('missing' in dns) return dns
      const targets = targetsOf(dns)
      if (targets.length === 1) return { missing: ['no CoreDNS pod is ready'] }
      if (workers.length === 0) return { missing: ['no worker to ask from'] }
      const matrix = await measureMatrix(ctx.cluster, {
        ...{ workers, targets, kubernetes: address, dns: dns.address },
        domain: inventory.cluster.domain,
        forwards: forwards(dns.corefile?.text ?? ''),
      })
      ctx.show({ lines: tableOf(matrix), data: { matrix: matrix } })
      const red = redOf(matrix)
      if (red.length === 0) return { proven: proofOf(matrix) }
      return {
        missing: red,
        data: { matrix },
        onTimeout: {
          problem: `DNS does not work from everywhere: ${red.length} of ${matrix.cells.length + matrix.names.length} checks failed`,
          seen: red,
          remedy: 'kubectl get pods,nodes -A -o wide; ip route on the workers that are named',
        },
      }
    },
  })
