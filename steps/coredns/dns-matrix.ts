import { LAYERS } from '../../lib/core/layers.ts'
import { findDns } from '../../lib/dns/find-dns.ts'
import { lookFromEverywhere } from '../../lib/dns/look-from-everywhere.ts'
import { PROBE_LABEL, PROBES, provenFrom } from '../../lib/dns/probe-pods.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { textAt } from '../../lib/core/json.ts'
import { ref } from '../../lib/ports/refs.ts'

/** One successful lookup proves one path. This asks every server from every worker. */
export const dnsMatrix = ({ inventory, supply }: Pick<Chapter, 'inventory' | 'supply'>) =>
  lookStep({
    id: 'dns-matrix',
    title: 'Ask every DNS server from every worker',
    chapter: {
      section: '14.2',
      command: 'kubectl exec … -- nslookup kubernetes, from every worker',
    },
    byHand: () =>
      Promise.resolve(
        [
          `for pod in $(kubectl get pods -l ${PROBE_LABEL.key}=${PROBE_LABEL.value},network!=host -o name); do`,
          '  kubectl exec "$pod" -- nslookup kubernetes || true',
          'done',
        ].join('\n'),
      ),
    touches: LAYERS,
    examines: ['probes'],
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
      if ('missing' in dns) return dns
      if (workers.length === 0) return { missing: ['no worker to ask from'] }
      return lookFromEverywhere(ctx, {
        ...{ dns, workers, probes: { ...PROBES, supply }, given: dns.address },
        kubernetes: textAt(kubernetes ?? undefined, 'spec', 'clusterIP'),
        domain: inventory.cluster.domain,
      })
    },
  })
