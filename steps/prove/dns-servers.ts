import { judgePods } from '../../lib/dns/coredns-pods.ts'
import { withReloads } from '../../lib/coredns/corefile-reload.ts'
import { findDns } from '../../lib/dns/find-dns.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { all } from '../../lib/ports/refs.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'

export const dnsServers = ({ discovered, inventory: { workers, limits } }: Prove) =>
  lookStep({
    id: 'dns-servers',
    title: 'Look at the DNS servers',
    chapter: { section: '14.1', command: 'kubectl get pods --namespace kube-system -o wide' },
    touches: ['hosts', 'objects', 'pods', 'server', 'network', 'service', 'observation'],
    satisfied: 'as many as wanted are ready, each with an address of its own',
    deadlineMs: limits.podsMs,
    what: 'ready DNS servers',
    async look(on) {
      const { cluster } = on
      const [dns, nodes] = await Promise.all([
        findDns(cluster, discovered.given),
        cluster.list(all.nodes()),
      ])
      if ('missing' in dns) return dns
      return withReloads(on, dns, judgePods({ dns, nodes, workers, anywhere: true }))
    },
  })
