import type { PodSeen } from '../../core/look-data.ts'
import { plainZone } from '../../corefile/plugins.ts'
import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { dnsOf } from '../../evidence/cluster-dns.ts'
import { probes, warningsOf } from '../../evidence/pods.ts'
import { dnsService, hasAddress } from '../../evidence/serving.ts'
import { type Found, onHost, permanent, rule, type Rule, seen } from '../rule.ts'

/**
 * No Service, and meant: a cache on each node answers there, by a link-local address as NodeLocal DNSCache has
 * it (kubernetes.io, "Using NodeLocal DNSCache"), or as was just measured.
 */
function isCache(e: Evidence, address: string): boolean {
  const cells = valueOf(e.matrix)?.cells ?? []
  const answers = cells.some(({ target, answered }) => target.address === address && answered > 0)
  return answers || address.startsWith('169.254.')
}

/** Three servers, and six domains of the host besides the three of the cluster: that fits (pkg/apis/core/validation, Kubernetes). */
const SHORTER = `awk '$1 == "search" && NF > 7 {NF = 7} $1 != "nameserver" || ++n <= 3' /etc/resolv.conf > /etc/resolv.pods.conf`

/** F. The client's side. */
export const clientRules: readonly Rule[] = [
  rule('F1', 'client', 'kubelet names another DNS address', {
    symptom: 'Lookups from pods of a worker time out, while asking kube-dns by its address works.',
    proof: 'clusterDNS in the kubelet’s running configuration is not the address of kube-dns.',
    cure: 'Correct clusterDNS, restart the kubelet, and recreate the worker’s pods.',
    find: (e) =>
      kubelets(e).map(({ node, clusterDNS }) => {
        const address = dnsAddress(e)
        if (clusterDNS.length === 0 || clusterDNS.includes(address)) return null
        if (clusterDNS.some((one) => isCache(e, one))) return null
        return permanent({
          cause: `the kubelet on ${node} tells its pods to ask ${clusterDNS.join(', ')}, and ${dnsOf(e).service} is ${address}`,
          evidence: `kubelet config of ${node}: clusterDNS ${clusterDNS.join(', ')}`,
          ...kubeletCure(e, node, `clusterDNS: [${address}]`),
        })
      }),
    ruleOut: (e) => {
      const all = kubelets(e)
      const same = all.every(({ clusterDNS }) => clusterDNS.includes(dnsAddress(e)))
      return all.length > 0 && same ? `${shown(e)} tell pods to ask ${dnsAddress(e)}` : null
    },
  }),
  rule('F2', 'client', 'kubelet without clusterDNS', {
    symptom: 'Pods of a worker resolve names of the internet, but none of the cluster.',
    proof: 'The kubelet’s running configuration has no clusterDNS.',
    cure: 'Set clusterDNS, restart the kubelet, and recreate the worker’s pods.',
    find: (e) =>
      kubelets(e).map(({ node, clusterDNS }) => {
        if (clusterDNS.length > 0) return null
        return permanent({
          cause: `the kubelet on ${node} knows no clusterDNS, so its pods ask the host's own servers`,
          evidence: `kubelet config of ${node}: no clusterDNS`,
          ...kubeletCure(e, node, `clusterDNS: [${dnsAddress(e)}]`),
        })
      }),
  }),
  rule('F3', 'client', 'Pod asks its host’s DNS', {
    symptom: 'One pod finds no name of the cluster, while others on the same worker do.',
    proof: 'The pod’s dnsPolicy is Default, or it is on its host’s network with ClusterFirst.',
    cure: 'Use dnsPolicy ClusterFirst, or ClusterFirstWithHostNet on the host’s network.',
    find: (e) =>
      probes(e).map((pod) => {
        const { name, dnsPolicy, hostNetwork } = pod
        // ClusterFirst does not hold on a host's network (DNS for Services and Pods, kubernetes.io).
        const asksHost = dnsPolicy === 'Default' || (hostNetwork && dnsPolicy === 'ClusterFirst')
        if (!asksHost) return null
        return permanent({
          cause: `pod ${name} ${hostNetwork ? "is on its host's network" : `has the dnsPolicy ${dnsPolicy}`}, so it does not ask the cluster's DNS but its host's`,
          evidence: `pod ${name}: dnsPolicy ${dnsPolicy}${hostNetwork ? ', hostNetwork' : ''}`,
          ...madeAgain(pod),
        })
      }),
  }),
  rule('F5', 'client', 'Too many lines in the host’s resolv.conf', {
    symptom: 'A pod’s resolv.conf lacks servers or search domains.',
    proof: 'The kubelet’s event DNSConfigForming about that pod.',
    cure: 'Shorten the worker’s resolv.conf to three servers, or name another file as resolvConf.',
    // Many hosts have more servers than fit: a cause of what is missing in resolv.conf, and of nothing else.
    find: (e) =>
      probes(e).map((pod) => {
        const warning = warningsOf(e, pod).find(({ reason }) => reason === 'DNSConfigForming')
        if (warning === undefined || !e.failure.examines.includes('resolv.conf')) return null
        return seen({
          cause: `the resolv.conf of pod ${pod.name} has not all that it should: its host's own names more than fits`,
          evidence: `pod ${pod.name}: ${warning.message}`,
          subject: pod.node ?? pod.name,
          cure: `${SHORTER}; set resolvConf: /etc/resolv.pods.conf in kubelet-config.yaml; systemctl restart kubelet; then make its pods again`,
          on: pod.node ?? 'its worker',
        })
      }),
  }),
  rule('F12', 'pods', 'Probe pod has ended', {
    symptom: 'Nothing can be asked from busybox or a probe any more: exec fails.',
    proof: 'The pod’s phase is Succeeded or Failed.',
    cure: 'Delete the pod and run again: that creates a new one.',
    find: (e) =>
      probes(e).map((pod) => {
        if (pod.phase !== 'Succeeded' && pod.phase !== 'Failed') return null
        return permanent({
          cause: `pod ${pod.name} has ended, so nothing can be asked from it`,
          evidence: `pod ${pod.name}: ${pod.phase}`,
          ...madeAgain(pod),
        })
      }),
  }),
]

/** Of C5, kubelets whose domain is another one. */
export function otherDomains(e: Evidence): Found {
  const domain = plainZone(e.wanted.domain)
  return kubelets(e).map(({ node, clusterDomain }) => {
    if (plainZone(clusterDomain) === domain) return null
    return permanent({
      cause: `the kubelet on ${node} has its pods search ${clusterDomain === '' ? 'no domain' : clusterDomain}, and the cluster's is ${domain}`,
      evidence: `kubelet config of ${node}: clusterDomain ${clusterDomain}`,
      ...kubeletCure(e, node, `clusterDomain: ${domain}`),
    })
  })
}

/** Whether each kubelet has told its domain. */
export function allDomainsKnown(e: Evidence): boolean {
  const all = itemsOf(e.kubelets)
  return all.length > 0 && all.every(({ config }) => 'found' in config)
}

function kubelets(e: Evidence) {
  return itemsOf(e.kubelets).flatMap(({ node, config }) =>
    'found' in config ? [{ node, ...config.found }] : [],
  )
}

/** What its Service has; what it should have where that is not there. */
function dnsAddress(e: Evidence): string {
  const service = dnsService(e)
  return service !== undefined && hasAddress(service) ? service.clusterIP : e.wanted.dnsAddress
}

function shown(e: Evidence): string {
  const [known, all] = [kubelets(e).length, itemsOf(e.kubelets).length]
  return known === all ? 'the kubelets' : `${String(known)} of ${String(all)} kubelets`
}

function kubeletCure(e: Evidence, node: string, setting: string) {
  if (e.wanted.target === 'lab') return { subject: node, cure: 'npx tsx run.ts lab up' }
  const edit = `set ${setting} in kubelet-config.yaml`
  return onHost(node, `${edit}; systemctl restart kubelet; then make its pods again`)
}

function madeAgain({ namespace, name }: PodSeen) {
  return {
    subject: `pod/${name}`,
    cure: `kubectl -n ${namespace} delete pod ${name}; npx tsx run.ts`,
  }
}
