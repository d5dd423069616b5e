import { judgePods } from '../../lib/dns/coredns-pods.ts'
import { withReloads } from '../../lib/coredns/corefile-reload.ts'
import { findDns, findDnsService } from '../../lib/dns/find-dns.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { all } from '../../lib/ports/refs.ts'

export const corednsPods = ({
  inventory: {
    cluster: { dnsAddress },
    workers,
    limits,
  },
}: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'coredns-pods',
    title: 'Wait for the CoreDNS pods on different workers',
    chapter: { section: '14.1', command: 'kubectl get pods --namespace kube-system -o wide' },
    byHand: () =>
      Promise.resolve(
        [
          `kubectl wait --namespace kube-system --for=condition=Available deployments --all --timeout=${limits.podsMs / 1000}s`,
          'kubectl get pods --namespace kube-system -o wide',
        ].join('\n'),
      ),
    touches: ['hosts', 'objects', 'pods', 'server', 'network', 'service', 'observation'],
    satisfied:
      'as many pods as replicas are Running and Ready, on different workers, each with an address of its own worker',
    what: 'CoreDNS pods',
    deadlineMs: limits.podsMs,
    async watch({ cluster }) {
      const dns = await findDnsService(cluster, dnsAddress)
      const { namespace = 'kube-system' } = 'missing' in dns ? {} : dns.service
      return all.pods({ namespace })
    },
    async look(on) {
      const { cluster } = on
      const [dns, nodes] = await Promise.all([
        findDns(cluster, dnsAddress),
        cluster.list(all.nodes()),
      ])
      if ('missing' in dns) return dns
      return withReloads(on, dns, judgePods({ dns, nodes, workers }))
    },
  })
