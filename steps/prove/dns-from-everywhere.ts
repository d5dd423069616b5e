import { textAt } from '../../lib/core/json.ts'
import { findDns } from '../../lib/dns/find-dns.ts'
import { lookFromEverywhere } from '../../lib/dns/look-from-everywhere.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { LAYERS } from '../../lib/ports/layers.ts'
import { ref } from '../../lib/ports/refs.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'

export const dnsFromEverywhere = ({ discovered, inventory, probes, withProbes }: Prove) =>
  lookStep({
    id: 'dns-from-everywhere',
    title: 'Ask every DNS server from every node',
    chapter: { section: '14.2', command: 'kubectl exec … -- nslookup kubernetes, from every node' },
    touches: LAYERS,
    satisfied:
      'Service and servers answer correctly and without loss, by UDP and TCP, from every node; resolv.conf and all kinds of names are as they should be',
    deadlineMs: inventory.limits.lookupMs,
    what: 'DNS from every node',
    async look(ctx) {
      const [kubernetes, dns] = await Promise.all([
        ctx.cluster.get(ref.service('kubernetes')),
        findDns(ctx.cluster, discovered.given),
      ])
      if ('missing' in dns) return dns
      return lookFromEverywhere(ctx, {
        dns,
        given: discovered.given ?? dns.address,
        kubernetes: textAt(kubernetes ?? undefined, 'spec', 'clusterIP'),
        domain: discovered.domain,
        workers: withProbes ? discovered.nodes : [],
        probes,
      })
    },
  })
