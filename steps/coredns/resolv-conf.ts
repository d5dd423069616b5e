import type { ExecResult } from '../../lib/ports/cluster.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import {
  compareResolvConf,
  expectedResolvConf,
  parseResolvConf,
} from '../../lib/dns/resolv-conf.ts'
import { findDnsService } from '../../lib/dns/find-dns.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { type Json, listAt, textAt } from '../../lib/core/json.ts'
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
      const found = parseResolvConf(Buffer.from(file.stdout).toString('utf8'))
      const expected = expectedResolvConf({
        namespace: 'default',
        clusterDomain: cluster.domain,
        clusterDNS: [address],
      })
      const ofPod = compareResolvConf(found, expected)
      const ofKubelet = settingsOf(kubelet, { address, domain: cluster.domain })
      if (ofPod.length === 0 && listAt(kubelet, 'clusterDNS').map(String).join() === address) {
        return {
          proven: `nameserver ${address}, search ${found.search.join(' ')}, ndots ${String(found.ndots)}`,
        }
      }
      const told = `the kubelet on ${node} has ${ofKubelet ?? ''}`
      const older = `the pod was started before the kubelet on ${node} had the clusterDNS and clusterDomain that it has now, which are as wanted`
      return {
        missing: ofPod.length === 0 ? [told] : ofPod,
        never: {
          problem: 'pod busybox does not ask the cluster DNS correctly',
          seen: ofPod.length === 0 ? [told] : ofPod,
          ...(ofKubelet === null
            ? { cause: older, remedy: 'kubectl delete pod busybox && npx tsx run.ts' }
            : {
                cause: `${told}, which differs from Service ${dns.service.name} (${address}) and the inventory`,
                remedy: `set clusterDNS: [${address}] and clusterDomain: ${cluster.domain} in the kubelet config of ${node}, restart it, delete the pod`,
              }),
        },
      }
    },
  })

/** What a kubelet tells its pods, where that is not as wanted; null where it is. */
function settingsOf(
  kubelet: Json,
  wanted: { readonly address: string; readonly domain: string },
): string | null {
  const clusterDNS = listAt(kubelet, 'clusterDNS').map(String).join(', ')
  const domain = (textAt(kubelet, 'clusterDomain') ?? '').replace(/\.$/, '')
  const told = [
    ...(clusterDNS === wanted.address ? [] : [`clusterDNS ${clusterDNS || 'none'}`]),
    ...(domain === wanted.domain ? [] : [`clusterDomain ${domain || 'none'}`]),
  ]
  return told.length === 0 ? null : told.join(' and ')
}

function unread({ code, stderr }: ExecResult): string {
  const end = code === null ? 'without a status' : `with code ${code}`
  return `cat /etc/resolv.conf ended ${end}${stderr === '' ? '' : `: ${stderr.trim()}`}`
}
