import type { DnsFound } from '../../lib/dns/find-dns.ts'
import { findDns } from '../../lib/dns/find-dns.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { nameOf } from '../../lib/ports/cluster.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'

/** From the address that pods are given to whoever answers there, hop by hop. */
export const dnsService = ({ discovered, inventory: { limits } }: Prove) =>
  lookStep({
    id: 'dns-service',
    title: 'Find the cluster DNS',
    chapter: { section: '14.1', command: 'kubectl get services,endpointslices,pods -A' },
    touches: ['hosts', 'objects', 'service'],
    satisfied: 'pods are given an address, a Service has it, and somebody serves for that Service',
    deadlineMs: limits.lookupMs,
    what: 'the cluster DNS',
    async look(ctx) {
      const dns = await findDns(ctx.cluster, discovered.given)
      if ('missing' in dns) return { ...dns, never: nothingThere(dns.missing) }
      const hops = hopsOf(dns, discovered)
      const lines = hops.map(([hop, found]) => `${hop.padEnd(WIDTH)}${found}`)
      ctx.show({ lines, data: { hops: hops.map(([hop, found]) => ({ hop, found })) } })
      const { name, namespace = '' } = dns.service
      return { proven: `${dns.address}, service/${name} in ${namespace}` }
    },
  })

const WIDTH = 14

function hopsOf(
  dns: DnsFound,
  { given, domain, nodes, differences, leftOut, notTold }: Prove['discovered'],
): readonly (readonly [hop: string, found: string])[] {
  const { service, selector, servers, workload, corefile } = dns
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
  const elsewhere =
    given !== null && given !== dns.address ? `, not the ${given} that pods are given` : ''
  return [
    [
      'pods ask',
      given === null ? 'not known' : `${given} for ${domain}, say ${nodes.length} kubelets`,
    ],
    ['Service', `${service.namespace ?? ''}/${service.name} ${dns.address}${elsewhere}`],
    [
      'selects',
      labels.length === 0 ? 'nothing: its endpoints are written by somebody' : labels.join(','),
    ],
    ...servers.map(({ address, ready, node, pod }) => {
      const where = [pod, node].filter((one) => one !== null).join(' on ')
      return ['server', `${address}${ready ? '' : ', not ready'} ${where}`.trimEnd()] as const
    }),
    ['made by', workload === null ? 'nothing that is known' : nameOf(workload)],
    [
      'Corefile',
      corefile === null ? 'not found' : `configmap/${corefile.configMap.name}, key ${corefile.key}`,
    ],
    ...differences.map((line) => ['differs', line] as const),
    ...leftOut.map(({ name, because }) => ['left out', `${name}: ${because}`] as const),
    ...[...notTold, ...dns.notTold].map((line) => ['not told', line] as const),
  ]
}

function nothingThere(missing: readonly string[]) {
  return {
    problem: 'this cluster has no DNS of its own that could be found',
    seen: missing,
    remedy:
      'kubectl get services,pods -A | grep -i dns; npx tsx run.ts deploys the CoreDNS of the chapter',
  }
}
