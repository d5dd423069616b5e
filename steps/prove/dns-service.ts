import { differencesOf } from '../../lib/dns/discover.ts'
import {
  corefileOf,
  type DnsFound,
  type DnsMissing,
  findDns,
  type FoundCorefile,
} from '../../lib/dns/find-dns.ts'
import { cacheAt } from '../../lib/dns/node-cache.ts'
import { labelsText } from '../../lib/dns/roles.ts'
import { unlessRefused } from '../../lib/dns/unless-refused.ts'
import type { Prove } from '../../lib/dns/prove.ts'
import { type KubeObject, nameOf } from '../../lib/ports/cluster.ts'
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
      const { given } = discovered
      const dns = discovered.dns ?? (await findDns(ctx.cluster, given))
      if ('missing' in dns) return { missing: dns.missing, ...whyNot(dns) }
      const cache =
        given === null || given === dns.address ? null : await cacheAt(ctx.cluster, given)
      const corefile = await unlessRefused(() => corefileOf(ctx.cluster, dns))
      const hops = hopsOf(dns, discovered, { cache, corefile })
      const lines = hops.map(([hop, found]) => `${hop.padEnd(WIDTH)}${found}`)
      ctx.show({ lines, data: { hops: hops.map(([hop, found]) => ({ hop, found })) } })
      const { name, namespace = '' } = dns.service
      return { proven: `${dns.address}, service/${name} in ${namespace}` }
    },
  })

const WIDTH = 14

type Hop = readonly [hop: string, found: string]

/** What was looked for besides the DNS itself. */
type Besides = {
  readonly cache: KubeObject | null
  readonly corefile: Awaited<ReturnType<typeof unlessRefused<FoundCorefile | null>>>
}

function hopsOf(
  dns: DnsFound,
  { given, domain, nodes, settings, leftOut, notTold }: Prove['discovered'],
  { cache, corefile }: Besides,
): readonly Hop[] {
  const { service, selector, servers, workload } = dns
  const elsewhere =
    given !== null && given !== dns.address && cache === null
      ? `, not the ${given} that pods are given`
      : ''
  const who = `${settings.length} of ${nodes.length} kubelets`
  return [
    ['pods ask', given === null ? 'not known' : `${given} for ${domain}, say ${who}`],
    ...(cache === null ? [] : [['cache', `${nameOf(cache)}, on each node`] as const]),
    ['Service', `${service.namespace ?? ''}/${service.name} ${dns.address}${elsewhere}`],
    ['selects', labelsText(selector) || 'nothing: its endpoints are written by somebody'],
    ...servers.map(({ address, port, ready, node, pod }): Hop => {
      const where = [pod, node].filter((one) => one !== null).join(' on ')
      const at = `${address}${port === 53 ? '' : ` port ${port}`}${ready ? '' : ', not ready'}`
      return ['server', `${at} ${where}`.trimEnd()]
    }),
    ['made by', workload === null ? 'nothing that is known' : nameOf(workload)],
    ['Corefile', 'found' in corefile ? placeOf(corefile.found) : 'not found'],
    ...differencesOf(settings).map((line): Hop => ['differs', line]),
    ...leftOut.map(({ name, because }): Hop => ['left out', `${name}: ${because}`]),
    ...[
      ...[...notTold, ...dns.notTold],
      ...('refused' in corefile ? [`its Corefile: ${corefile.refused}`] : []),
    ].map((line): Hop => ['not told', line]),
  ]
}

function placeOf(corefile: FoundCorefile | null): string {
  if (corefile === null) return 'not found'
  return `configmap/${corefile.configMap.name}, key ${corefile.key}`
}

/** No waiting helps where there is none, nor where it cannot be told which one is meant. */
function whyNot({ missing, several }: DnsMissing) {
  if (several === true) {
    const never = {
      problem: 'which Service is the cluster DNS cannot be told',
      seen: missing,
      cause: 'kubelets know which address pods are given, and could not be asked',
      remedy: 'grant the right nodes/proxy: npx tsx run.ts prove --rbac prints it',
    }
    return { never, obstacle: true } as const
  }
  const never = {
    problem: 'this cluster has no DNS of its own that could be found',
    seen: missing,
    cause: 'no Service takes DNS queries at an address that pods are given',
    remedy:
      'kubectl get services,pods -A | grep -i dns; npx tsx run.ts deploys the CoreDNS of the chapter',
  }
  return { never }
}
