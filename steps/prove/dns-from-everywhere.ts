import { textAt } from '../../lib/core/json.ts'
import { mostFrequent } from '../../lib/dns/discover.ts'
import { findDns } from '../../lib/dns/find-dns.ts'
import { fromNowhere, lookFromEverywhere } from '../../lib/dns/look-from-everywhere.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { settingsOfProbes } from '../../lib/dns/settings-of-probes.ts'
import { notProvenFrom, probeStatesNow } from '../../lib/dns/started-probes.ts'
import { LAYERS } from '../../lib/core/layers.ts'
import { ref } from '../../lib/ports/refs.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'

export const dnsFromEverywhere = (prove: Prove) => {
  const { discovered, inventory, probes, withProbes } = prove
  return lookStep({
    id: 'dns-from-everywhere',
    title: 'Ask every DNS server from every node',
    chapter: { section: '14.2', command: 'kubectl exec … -- nslookup kubernetes, from every node' },
    touches: LAYERS,
    satisfied:
      'Service and servers answer correctly and without loss, by UDP and TCP, from every node; resolv.conf and all kinds of names are as they should be',
    deadlineMs: inventory.limits.lookupMs,
    what: 'DNS from every node',
    async look(ctx) {
      const [kubernetes, dns, asked] = await Promise.all([
        discovered.kubernetes ?? addressOfKubernetes(ctx),
        findDns(ctx.cluster, discovered.given),
        withProbes ? askedFrom(ctx, prove) : nobody,
      ])
      if ('missing' in dns) return dns
      const { workers, settings, failed } = asked
      const notProven = notProvenFrom([...discovered.leftOut, ...failed])
      if (withProbes && workers.length === 0) return fromNowhere(notProven)
      const first = mostFrequent(settings.map(({ servers }) => servers[0] ?? ''))
      return lookFromEverywhere(ctx, {
        ...{ dns, kubernetes, workers, probes, lenient: { settings, notProven } },
        given: discovered.given ?? first ?? dns.address,
        domain: mostFrequent(settings.map(({ domain }) => domain)) ?? discovered.domain,
      })
    },
  })
}

const nobody = { workers: [], settings: [], failed: [] }

/** Nodes with a running probe, and what pods are given there. */
async function askedFrom({ cluster }: Reading, { discovered, probes }: Prove) {
  const { started, failed } = await probeStatesNow(cluster, probes, discovered.nodes)
  const silent = started.filter((name) => discovered.settings.every(({ node }) => node !== name))
  const told = await settingsOfProbes(cluster, probes, silent)
  return { workers: started, failed, settings: [...discovered.settings, ...told] }
}

async function addressOfKubernetes({ cluster }: Reading): Promise<string | undefined> {
  const service = await cluster.get(ref.service('kubernetes'))
  return textAt(service ?? undefined, 'spec', 'clusterIP')
}
