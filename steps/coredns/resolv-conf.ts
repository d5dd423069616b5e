import type { ExecResult } from '../../lib/ports/cluster.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import {
  compareResolvConf,
  expectedResolvConf,
  parseResolvConf,
} from '../../lib/dns/resolv-conf.ts'
import { findDnsService } from '../../lib/dns/find-dns.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { listAt, textAt } from '../../lib/core/json.ts'
import { ref } from '../../lib/ports/refs.ts'

/** A file of three lines: what takes longer hangs. */
const READ_MS = 5_000

export const resolvConf = ({ inventory: { cluster, limits } }: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'resolv-conf',
    title: "Look at the pod's resolv.conf",
    chapter: { section: '14.4', command: 'kubectl exec busybox -- cat /etc/resolv.conf' },
    touches: ['hosts', 'objects', 'pods', 'client', 'observation'],
    examines: ['client-pods', 'resolv.conf', 'busybox'],
    satisfied:
      "nameserver, search list and ndots are those computed, and the kubelet's clusterDNS is the Service's ClusterIP",
    deadlineMs: limits.lookupMs,
    what: 'the resolv.conf of pod busybox',
    async look(ctx) {
      const [file, pod, dns] = await Promise.all([
        ctx.cluster.exec({ namespace: 'default', pod: 'busybox' }, ['cat', '/etc/resolv.conf'], {
          timeoutMs: READ_MS,
        }),
        ctx.cluster.get(ref.pod('busybox')),
        findDnsService(ctx.cluster, cluster.dnsAddress),
      ])
      const node = textAt(pod ?? undefined, 'spec', 'nodeName')
      if (node === undefined) return { missing: ['pod/busybox is on no worker yet'] }
      if ('missing' in dns) return dns
      const { address } = dns
      if (file.code !== 0) return { missing: [unread(file)] }
      const kubelet = await ctx.cluster.kubeletConfig(node)
      const clusterDNS = listAt(kubelet, 'clusterDNS').map(String)
      const found = parseResolvConf(Buffer.from(file.stdout).toString('utf8'))
      const expected = expectedResolvConf({
        namespace: 'default',
        clusterDomain: cluster.domain,
        clusterDNS: [address],
      })
      const faults = compareResolvConf(found, expected)
      if (clusterDNS.join() !== address) {
        faults.push(`the kubelet on ${node} has clusterDNS ${clusterDNS.join(', ') || 'none'}`)
      }
      if (faults.length === 0) {
        return {
          proven: `nameserver ${address}, search ${found.search.join(' ')}, ndots ${String(found.ndots)}`,
        }
      }
      return {
        missing: faults,
        never: {
          problem: 'pod busybox does not ask the cluster DNS correctly',
          seen: faults,
          cause: `what the kubelet on ${node} writes into pods differs from Service ${dns.service.name} (${address}) and the inventory`,
          remedy: `set clusterDNS: [${address}] and clusterDomain: ${cluster.domain} in the kubelet config of ${node}, restart it, delete the pod`,
        },
      }
    },
  })

function unread({ code, stderr }: ExecResult): string {
  const end = code === null ? 'without a status' : `with code ${code}`
  return `cat /etc/resolv.conf ended ${end}${stderr === '' ? '' : `: ${stderr.trim()}`}`
}
