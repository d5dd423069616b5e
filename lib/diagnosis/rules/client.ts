import type { Evidence } from '../evidence.ts'
import { each, known } from '../evidence.ts'
import { probes, warningsOf } from '../pods.ts'
import type { Rule } from '../rule.ts'

/** F. The client's side. */
export const clientRules: readonly Rule[] = [
  {
    code: 'F1',
    layer: 'client',
    find: (e) => {
      const address = dnsAddress(e)
      return kubelets(e)
        .filter(({ clusterDNS }) => clusterDNS.length > 0 && !clusterDNS.includes(address))
        .map(({ node, clusterDNS }) => ({
          certainty: 'seen',
          cause: `the kubelet on ${node} tells its pods to ask ${clusterDNS.join(', ')}, and kube-dns is ${address}`,
          evidence: `kubelet config of ${node}: clusterDNS ${clusterDNS.join(', ')}`,
          subject: node,
          ...kubeletCure(e, node, `set clusterDNS: [${address}] in kubelet-config.yaml`),
          hopeless: true,
        }))
    },
    ruleOut: (e) =>
      kubelets(e).length > 0 ? `${shown(e)} tell pods to ask ${dnsAddress(e)}` : null,
  },
  {
    code: 'F2',
    layer: 'client',
    find: (e) =>
      kubelets(e)
        .filter(({ clusterDNS }) => clusterDNS.length === 0)
        .map(({ node }) => ({
          certainty: 'seen',
          cause: `the kubelet on ${node} knows no clusterDNS, so its pods ask the host's own servers`,
          evidence: `kubelet config of ${node}: no clusterDNS`,
          subject: node,
          ...kubeletCure(e, node, `set clusterDNS: [${dnsAddress(e)}] in kubelet-config.yaml`),
          hopeless: true,
        })),
  },
  {
    code: 'C5',
    layer: 'client',
    find: (e) =>
      kubelets(e)
        .filter(({ clusterDomain }) => clusterDomain !== e.wanted.domain)
        .map(({ node, clusterDomain }) => ({
          certainty: 'seen',
          cause: `the kubelet on ${node} has its pods search ${clusterDomain === '' ? 'no domain' : clusterDomain}, and the cluster's is ${e.wanted.domain}`,
          evidence: `kubelet config of ${node}: clusterDomain ${clusterDomain}`,
          subject: node,
          ...kubeletCure(e, node, `set clusterDomain: ${e.wanted.domain} in kubelet-config.yaml`),
          hopeless: true,
        })),
  },
  {
    code: 'F3',
    layer: 'client',
    find: (e) =>
      probes(e)
        .filter(({ dnsPolicy, hostNetwork }) => asksHost(dnsPolicy, hostNetwork))
        .map(({ namespace, name, dnsPolicy, hostNetwork }) => ({
          certainty: 'seen',
          cause: `pod ${name} ${hostNetwork ? "is on its host's network" : `has the dnsPolicy ${dnsPolicy}`}, so it does not ask the cluster's DNS but its host's`,
          evidence: `pod ${name}: dnsPolicy ${dnsPolicy}${hostNetwork ? ', hostNetwork' : ''}`,
          subject: `pod/${name}`,
          cure: `kubectl -n ${namespace} delete pod ${name}; npx tsx run.ts`,
          hopeless: true,
        })),
  },
  {
    code: 'F5',
    layer: 'client',
    // Many hosts have more servers than fit: a cause of what is missing in resolv.conf, and of nothing else.
    find: (e) =>
      (e.failure.step === 'resolv-conf' ? probes(e) : []).flatMap((pod) =>
        warningsOf(e, pod)
          .filter(({ reason }) => reason === 'DNSConfigForming')
          .slice(0, 1)
          .map(({ message }) => ({
            certainty: 'seen',
            cause: `the resolv.conf of pod ${pod.name} has not all that it should: its host's own names more than fits`,
            evidence: `pod ${pod.name}: ${message}`,
            subject: pod.node ?? pod.name,
            ...{ cure: 'cat /etc/resolv.conf', on: pod.node ?? 'its worker' },
          })),
      ),
  },
  {
    code: 'F12',
    layer: 'pods',
    find: (e) =>
      probes(e)
        .filter(({ phase }) => phase === 'Succeeded' || phase === 'Failed')
        .map(({ namespace, name, phase }) => ({
          certainty: 'seen',
          cause: `pod ${name} has ended, so nothing can be asked from it`,
          evidence: `pod ${name}: ${phase}`,
          subject: `pod/${name}`,
          cure: `kubectl -n ${namespace} delete pod ${name}; npx tsx run.ts`,
          hopeless: true,
        })),
  },
]

/** ClusterFirst does not hold for pods on their host's network (DNS for Services and Pods, kubernetes.io). */
function asksHost(dnsPolicy: string, hostNetwork: boolean): boolean {
  return dnsPolicy === 'Default' || (hostNetwork && dnsPolicy === 'ClusterFirst')
}

function kubelets(e: Evidence) {
  return each(e.kubelets).flatMap(({ node, config }) => {
    const found = known(config)
    return found === undefined ? [] : [{ node, ...found }]
  })
}

/** What kube-dns has; what it should have where it is not there. */
function dnsAddress(e: Evidence): string {
  const service = each(e.services).find(
    ({ namespace, name }) => namespace === 'kube-system' && name === 'kube-dns',
  )
  return service?.clusterIP ?? e.wanted.dnsAddress
}

function shown(e: Evidence): string {
  const [known, all] = [kubelets(e).length, each(e.kubelets).length]
  return known === all ? 'the kubelets' : `${String(known)} of ${String(all)} kubelets`
}

function kubeletCure(e: Evidence, node: string, edit: string) {
  return e.wanted.target === 'lab'
    ? { cure: 'npx tsx run.ts lab up' }
    : { cure: `${edit}; systemctl restart kubelet; then make its pods again`, on: node }
}
