import { type Evidence, itemsOf, valueOf } from '../evidence.ts'
import { probes, warningsOf } from '../pods.ts'
import { dnsService } from '../serving.ts'
import { type Finding, permanent, rule, type Rule, seen } from '../rule.ts'

/** F. The client's side. */
export const clientRules: readonly Rule[] = [
  rule('F1', 'client', 'kubelet names another DNS address', {
    symptom: 'Lookups from pods of a worker time out, while asking kube-dns by its address works.',
    proof: 'clusterDNS in the kubelet’s running configuration is not the address of kube-dns.',
    cure: 'Correct clusterDNS, restart the kubelet, and recreate the worker’s pods.',
    find: (e) => {
      const address = dnsAddress(e)
      return kubelets(e)
        .filter(({ clusterDNS }) => clusterDNS.length > 0 && !clusterDNS.includes(address))
        .map(({ node, clusterDNS }) =>
          permanent({
            cause: `the kubelet on ${node} tells its pods to ask ${clusterDNS.join(', ')}, and kube-dns is ${address}`,
            evidence: `kubelet config of ${node}: clusterDNS ${clusterDNS.join(', ')}`,
            subject: node,
            ...kubeletCure(e, node, `set clusterDNS: [${address}] in kubelet-config.yaml`),
          }),
        )
    },
    ruleOut: (e) =>
      kubelets(e).length > 0 ? `${shown(e)} tell pods to ask ${dnsAddress(e)}` : null,
  }),
  rule('F2', 'client', 'kubelet without clusterDNS', {
    symptom: 'Pods of a worker resolve names of the internet, but none of the cluster.',
    proof: 'The kubelet’s running configuration has no clusterDNS.',
    cure: 'Set clusterDNS, restart the kubelet, and recreate the worker’s pods.',
    find: (e) =>
      kubelets(e)
        .filter(({ clusterDNS }) => clusterDNS.length === 0)
        .map(({ node }) =>
          permanent({
            cause: `the kubelet on ${node} knows no clusterDNS, so its pods ask the host's own servers`,
            evidence: `kubelet config of ${node}: no clusterDNS`,
            subject: node,
            ...kubeletCure(e, node, `set clusterDNS: [${dnsAddress(e)}] in kubelet-config.yaml`),
          }),
        ),
  }),
  rule('F3', 'client', 'Pod asks its host’s DNS', {
    symptom: 'One pod finds no name of the cluster, while others on the same worker do.',
    proof: 'The pod’s dnsPolicy is Default, or it is on its host’s network with ClusterFirst.',
    cure: 'Use dnsPolicy ClusterFirst, or ClusterFirstWithHostNet on the host’s network.',
    find: (e) =>
      probes(e)
        .filter(({ dnsPolicy, hostNetwork }) => asksHost(dnsPolicy, hostNetwork))
        .map(({ namespace, name, dnsPolicy, hostNetwork }) =>
          permanent({
            cause: `pod ${name} ${hostNetwork ? "is on its host's network" : `has the dnsPolicy ${dnsPolicy}`}, so it does not ask the cluster's DNS but its host's`,
            evidence: `pod ${name}: dnsPolicy ${dnsPolicy}${hostNetwork ? ', hostNetwork' : ''}`,
            subject: `pod/${name}`,
            cure: `kubectl -n ${namespace} delete pod ${name}; npx tsx run.ts`,
          }),
        ),
  }),
  rule('F5', 'client', 'Too many lines in the host’s resolv.conf', {
    symptom: 'A pod’s resolv.conf lacks servers or search domains.',
    proof: 'The kubelet’s event DNSConfigForming about that pod.',
    cure: 'Shorten the worker’s resolv.conf to three servers, or name another file as resolvConf.',
    // Many hosts have more servers than fit: a cause of what is missing in resolv.conf, and of nothing else.
    find: (e) =>
      (e.failure.examines.includes('resolv.conf') ? probes(e) : []).flatMap((pod) =>
        warningsOf(e, pod)
          .filter(({ reason }) => reason === 'DNSConfigForming')
          .slice(0, 1)
          .map(({ message }) =>
            seen({
              cause: `the resolv.conf of pod ${pod.name} has not all that it should: its host's own names more than fits`,
              evidence: `pod ${pod.name}: ${message}`,
              subject: pod.node ?? pod.name,
              ...{ cure: 'cat /etc/resolv.conf', on: pod.node ?? 'its worker' },
            }),
          ),
      ),
  }),
  rule('F12', 'pods', 'Probe pod has ended', {
    symptom: 'Nothing can be asked from busybox or a probe any more: exec fails.',
    proof: 'The pod’s phase is Succeeded or Failed.',
    cure: 'Delete the pod and run again: that creates a new one.',
    find: (e) =>
      probes(e)
        .filter(({ phase }) => phase === 'Succeeded' || phase === 'Failed')
        .map(({ namespace, name, phase }) =>
          permanent({
            cause: `pod ${name} has ended, so nothing can be asked from it`,
            evidence: `pod ${name}: ${phase}`,
            subject: `pod/${name}`,
            cure: `kubectl -n ${namespace} delete pod ${name}; npx tsx run.ts`,
          }),
        ),
  }),
]

/** Of C5, kubelets whose domain is another one. */
export function otherDomains(e: Evidence): readonly Finding[] {
  const { domain } = e.wanted
  return kubelets(e)
    .filter(({ clusterDomain }) => clusterDomain !== domain)
    .map(({ node, clusterDomain }) =>
      permanent({
        cause: `the kubelet on ${node} has its pods search ${clusterDomain === '' ? 'no domain' : clusterDomain}, and the cluster's is ${domain}`,
        evidence: `kubelet config of ${node}: clusterDomain ${clusterDomain}`,
        subject: node,
        ...kubeletCure(e, node, `set clusterDomain: ${domain} in kubelet-config.yaml`),
      }),
    )
}

/** ClusterFirst does not hold for pods on their host's network (DNS for Services and Pods, kubernetes.io). */
function asksHost(dnsPolicy: string, hostNetwork: boolean): boolean {
  return dnsPolicy === 'Default' || (hostNetwork && dnsPolicy === 'ClusterFirst')
}

function kubelets(e: Evidence) {
  return itemsOf(e.kubelets).flatMap(({ node, config }) => {
    const found = valueOf(config)
    return found === undefined ? [] : [{ node, ...found }]
  })
}

/** What kube-dns has; what it should have where it is not there. */
function dnsAddress(e: Evidence): string {
  return dnsService(e)?.clusterIP ?? e.wanted.dnsAddress
}

function shown(e: Evidence): string {
  const [known, all] = [kubelets(e).length, itemsOf(e.kubelets).length]
  return known === all ? 'the kubelets' : `${String(known)} of ${String(all)} kubelets`
}

function kubeletCure(e: Evidence, node: string, edit: string) {
  return e.wanted.target === 'lab'
    ? { cure: 'npx tsx run.ts lab up' }
    : { cure: `${edit}; systemctl restart kubelet; then make its pods again`, on: node }
}
