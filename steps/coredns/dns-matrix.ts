import { LAYERS } from '../../lib/ports/layers.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { forwards } from '../../lib/dns/corefile.ts'
import { POD_LABEL } from '../../lib/dns/coredns-pods.ts'
import type { MatrixTarget } from '../../lib/core/look-data.ts'
import { proofOf, redOf, tableOf } from '../../lib/dns/matrix.ts'
import { measureMatrix } from '../../lib/dns/measure-matrix.ts'
import { provenFrom } from '../../lib/dns/probe-pods.ts'
import { isReady } from '../../lib/objects/pod.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { textAt } from '../../lib/core/json.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { all, ref } from '../../lib/ports/refs.ts'

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
    async look(on) {
      const [workers, kubernetes, dns, pods, config] = await Promise.all([
        provenFrom(inventory, on.cluster),
        clusterIpOf(on, 'default', 'kubernetes'),
        clusterIpOf(on, 'kube-system', 'kube-dns'),
        on.cluster.list(all.pods({ namespace: 'kube-system', labelSelector: POD_LABEL })),
        on.cluster.get(ref.configMap('coredns', 'kube-system')),
      ])
      if (kubernetes === undefined) return { missing: ['service/kubernetes has no clusterIP'] }
      if (dns === undefined) return { missing: ['service/kube-dns has no clusterIP'] }
      const servers = pods.filter(isReady)
      if (servers.length === 0) return { missing: ['no CoreDNS pod is ready'] }
      if (workers.length === 0) return { missing: ['no worker to ask from'] }
      const service: MatrixTarget = { kind: 'service', name: 'kube-dns', address: dns }
      const matrix = await measureMatrix(on.cluster, {
        ...{ workers, kubernetes, dns, domain: inventory.cluster.domain },
        forwards: forwards(textAt(config ?? undefined, 'data', 'Corefile') ?? ''),
        targets: [service, ...servers.map(targetOf)],
      })
      on.show({ lines: tableOf(matrix), data: { matrix: matrix } })
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

async function clusterIpOf(
  on: Reading,
  namespace: string,
  name: string,
): Promise<string | undefined> {
  const service = await on.cluster.get(ref.service(name, namespace))
  return textAt(service ?? undefined, 'spec', 'clusterIP')
}

function targetOf(pod: KubeObject): MatrixTarget {
  return {
    kind: 'pod',
    name: pod.metadata.name,
    address: textAt(pod, 'status', 'podIP') ?? '',
    node: textAt(pod, 'spec', 'nodeName') ?? '',
  }
}
