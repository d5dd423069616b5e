import { start } from '../cure.ts'
import type { Evidence, ServiceSeen } from '../evidence.ts'
import { each, known } from '../evidence.ts'
import { SETTINGS } from '../gather-hosts.ts'
import { anyDead, deadOn, networks, workerNetworks } from '../hosts.ts'
import { corednsPods } from '../pods.ts'
import type { Finding, Rule } from '../rule.ts'
import { portsText, servesNow } from '../serving.ts'
import { addressHeld, fieldFixed } from './what-stands.ts'

const APPLY = 'npx tsx run.ts --only apply-manifest'

/** D. The Service before CoreDNS, and the filters on the way. */
export const serviceRules: readonly Rule[] = [
  {
    code: 'D1',
    layer: 'objects',
    find: (e) => {
      const { dnsAddress } = e.wanted
      const holder = each(e.services).find((one) => one.clusterIP === dnsAddress && !isDns(one))
      return holder === undefined ? [] : [addressHeld(e, holder)]
    },
    ruleOut: (e) =>
      dnsService(e)?.clusterIP === e.wanted.dnsAddress
        ? `kube-dns has ${e.wanted.dnsAddress}`
        : null,
  },
  {
    code: 'D2',
    layer: 'objects',
    find: (e) =>
      e.failure.seen.flatMap((line) => {
        const range = RANGE.exec(line)?.[1]
        if (range === undefined) return []
        return [
          {
            certainty: 'seen',
            cause: `${e.wanted.dnsAddress} is none of this cluster's Service addresses, which are ${range}`,
            evidence: line,
            subject: 'service/kube-dns',
            cure: `name an address of ${range} in the manifest, and in clusterDNS of every kubelet`,
            hopeless: true,
          },
        ]
      }),
  },
  {
    code: 'D3',
    layer: 'objects',
    find: (e) =>
      e.failure.seen.flatMap((line) => {
        const [, object, field] = IMMUTABLE.exec(line) ?? []
        if (object === undefined || field === undefined) return []
        return [
          {
            certainty: 'seen',
            cause: `${object} is there with another .${field}, which can never be changed`,
            evidence: line,
            subject: object,
            cure: fieldFixed(e, object, field),
            hopeless: true,
          },
        ]
      }),
  },
  {
    code: 'D4',
    layer: 'service',
    find: (e) => {
      const service = dnsService(e)
      const pods = corednsPods(e)
      if (service === undefined || pods.length === 0) return []
      if (pods.some(({ labels }) => selects(service, labels))) return []
      // Led to other pods, which serve: by whoever made it so, and nothing to write over.
      if (servesNow(e, service) !== 'nothing') return []
      const selector = selectorText(service)
      return [
        {
          certainty: 'seen',
          cause: `service kube-dns selects ${selector}, and no CoreDNS pod has these labels`,
          evidence: `service kube-dns: selector ${selector}; pods: k8s-app=kube-dns; endpoints: ${dnsEndpoints(e)?.ready.join(', ') || 'none'}`,
          subject: 'service/kube-dns',
          cure: APPLY,
          hopeless: true,
        },
      ]
    },
    ruleOut: (e) => {
      const ready = dnsEndpoints(e)?.ready ?? []
      return ready.length > 0 ? `kube-dns leads to ${ready.join(' and ')}` : null
    },
  },
  {
    code: 'D5',
    layer: 'service',
    find: (e) => {
      const service = dnsService(e)
      if (service === undefined) return []
      const missing = ['UDP', 'TCP'].filter((protocol) =>
        service.ports.every((one) => one.port !== 53 || one.protocol !== protocol),
      )
      if (missing.length === 0) return []
      return [
        {
          certainty: 'seen',
          cause: `service kube-dns has no port 53 for ${missing.join(' and ')}`,
          evidence: `service kube-dns: ports ${portsText(service)}`,
          subject: 'service/kube-dns',
          cure: APPLY,
          hopeless: true,
        },
      ]
    },
  },
  {
    code: 'D7',
    layer: 'hosts',
    find: (e) =>
      deadOn(e, 'kube-proxy').map(({ host, words }) => ({
        certainty: 'seen',
        cause: `kube-proxy on ${host} does not run, so Services lead where they led when it ended`,
        evidence: words,
        subject: host,
        cure: start(e, 'kube-proxy'),
        ...(e.wanted.target === 'lab' ? {} : { on: host }),
        hopeless: true,
      })),
    ruleOut: (e) => anyDead(e, 'kube-proxy', 'kube-proxy runs on every worker'),
  },
  {
    code: 'D9',
    layer: 'service',
    find: (e) =>
      networks(e, 'worker').flatMap(({ host, network }) => {
        const value = network.settings[SETTINGS.bridge]
        if (value === '1') return []
        return [
          {
            certainty: 'seen' as const,
            cause: `on ${host.name} answers from a pod of the same worker bypass kube-proxy, and come from an address that was not asked`,
            evidence: `${host.name}: ${SETTINGS.bridge} = ${value ?? 'absent: br_netfilter is not loaded'}`,
            subject: host.name,
            cure: `modprobe br_netfilter; sysctl -w ${SETTINGS.bridge}=1`,
            on: host.name,
            hopeless: true as const,
          },
        ]
      }),
    ruleOut: (e) => (networks(e, 'worker').length > 0 ? 'bridged packets pass kube-proxy' : null),
  },
  {
    code: 'D10',
    layer: 'network',
    find: (e) =>
      networks(e, 'worker').flatMap(({ host, network }) => {
        const line = network.forward.find((one) => dropsPods(one))
        return line === undefined ? [] : [filtered(host.name, line)]
      }),
    ruleOut: (e) =>
      networks(e, 'worker').length > 0 ? 'no filter drops packets that pass a worker' : null,
  },
  {
    code: 'D14',
    layer: 'service',
    find: (e) =>
      workerNetworks(e).flatMap(({ worker, network: { settings } }) => {
        const count = Number(settings[SETTINGS.connections] ?? 0)
        const most = Number(settings[SETTINGS.connectionsMost] ?? 0)
        if (most === 0 || count < most * FULL) return []
        return [
          {
            certainty: 'seen' as const,
            cause: `${worker} cannot remember any more connections, so it drops new ones`,
            evidence: `${worker}: ${SETTINGS.connections} = ${String(count)}, ${SETTINGS.connectionsMost} = ${String(most)}`,
            subject: worker,
            cure: `sysctl -w ${SETTINGS.connectionsMost}=${String(most * 2)}`,
            on: worker,
          },
        ]
      }),
  },
  {
    code: 'D16',
    layer: 'service',
    conspicuous: true,
    // A plugin that enforces policies is its own expert; without one they do nothing, and are not to blame.
    find: () => [],
    ruleOut: (e) => {
      const policies = each(e.policies)
      if (policies.length === 0 || !('found' in e.pods) || enforcers(e)) return null
      const names = policies.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')
      return `networkpolicy ${names}: the bridge plugin enforces none`
    },
  },
]

/** Of the table of connections; the kernel makes room for a few at its very end. */
const FULL = 0.99

/** The API server's answers, as the step that applies objects quotes them: `OBJECT: .FIELD: …`. */
const RANGE =
  /^service\/kube-dns: \.spec\.clusterIPs?\S*: .*provided IP is not in the valid range\. The range of valid IPs is (\d\S+\/\d+)$/
const IMMUTABLE = /^(\S+): \.(\S+): .*(?:field is immutable|may not change once set)$/

function isDns({ namespace, name }: ServiceSeen): boolean {
  return namespace === 'kube-system' && name === 'kube-dns'
}

function dnsService(e: Evidence): ServiceSeen | undefined {
  return known(e.services)?.find(isDns)
}

function dnsEndpoints(e: Evidence) {
  return each(e.endpoints).find(
    ({ namespace, name }) => namespace === 'kube-system' && name === 'kube-dns',
  )
}

function selects({ selector }: ServiceSeen, labels: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(selector)
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value)
}

function selectorText({ selector }: ServiceSeen): string {
  const entries = Object.entries(selector)
  return entries.length === 0 ? 'nothing' : entries.map((pair) => pair.join('=')).join(',')
}

/** A policy, or a rule of somebody else's that is not narrowed down to what is broken anyway. */
function dropsPods(line: string): boolean {
  if (/^-P FORWARD (?:DROP|REJECT)$/.test(line)) return true
  return /^-A FORWARD (?!.*--ctstate INVALID\b).*-j (?:DROP|REJECT)\b/.test(line)
}

function filtered(host: string, line: string): Finding {
  const policy = line.startsWith('-P')
  return {
    // A rule may be about other packets than those of pods.
    certainty: policy ? 'seen' : 'inferred',
    cause: `the filter of ${host} drops packets on their way from and to its pods`,
    evidence: `iptables -S FORWARD on ${host}: ${line}`,
    subject: host,
    cure: policy ? 'iptables -P FORWARD ACCEPT' : `iptables ${line.replace(/^-A/, '-D')}`,
    on: host,
    ...(policy ? { hopeless: true } : {}),
  }
}

/** Agents of network plugins that enforce policies, by the labels of their own manifests. */
function enforcers(e: Evidence): boolean {
  const agents =
    /^(?:calico-node|cilium|kube-router|antrea|weave-net|canal|ovnkube-node|kube-network-policies)$/
  return each(e.pods).some(({ labels }) =>
    [labels['k8s-app'], labels['app'], labels['name'], labels['app.kubernetes.io/name']].some(
      (label) => agents.test(label ?? ''),
    ),
  )
}
