import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { kubeletBarriers } from '../barriers.ts'
import { type Line, ruleOfLines, stepLines } from '../line-rule.ts'
import { permanent, type Rule } from '../rule.ts'

const observation = ruleOfLines('observation', { lines: stepLines })

/** G. The way by which everything else is looked at: the API server does not get to a kubelet. */
export const observationRules: readonly Rule[] = [
  observation('G1', 'Kubelets refuse the API server', {
    symptom: '`kubectl exec` and `kubectl logs` fail with Forbidden; everything else works.',
    proof: 'The refusal itself, which names the user that the API server authenticates as.',
    cure: 'Bind that user to the ClusterRole `system:kubelet-api-admin`.',
    words: /\bForbidden \(user=(\S+), verb=\w+, resource=nodes, subresource=(?:\[?[\w ]+\]?)\)/,
    finding: (user) => ({
      cause: `the kubelets do not let the API servers, whose name is ${user}, in for exec and logs`,
      subject: 'clusterrolebinding/system:kube-apiserver',
      cure: `kubectl create clusterrolebinding system:kube-apiserver --clusterrole=system:kubelet-api-admin --user=${user}`,
    }),
  }),
  observation('G2', 'Node name not resolvable', {
    symptom: '`kubectl exec` and `kubectl logs` fail with "no such host" for the name of a node.',
    proof: 'The failed lookup of the node’s name, in the words of the API server.',
    cure: 'Put the nodes into /etc/hosts of each controller, or let kube-apiserver prefer InternalIP.',
    words: /\bdial tcp: lookup (\S+) on \S+: (?:no such host|server misbehaving)/,
    finding: (node) => ({
      cause: `a controller does not know the address of ${node}, so nothing there is reached by exec and logs`,
      subject: node,
      cure: `getent hosts ${node}; then add it to /etc/hosts, or start kube-apiserver with --kubelet-preferred-address-types=InternalIP`,
      on: 'each controller',
    }),
  }),
  looked(
    observation('G4', 'Kubelet certificate not accepted', {
      symptom: '`kubectl exec` and `kubectl logs` fail with a TLS or x509 error on port 10250.',
      proof: 'The TLS error itself, as the API server reports it.',
      cure: 'Approve the kubelets’ pending certificate requests, or issue their certificates again.',
      words:
        /\b(?:error dialing backend|error trying to reach service|:10250\/\S*): (?:tls: failed to verify certificate: )?(remote error: tls: internal error|x509: .*)$/,
      lines: kubeletLines,
      finding: (reason) => ({
        cause: `a kubelet shows the API servers a certificate that they do not accept, or none: ${reason}`,
        cure: (e) => {
          if (e.wanted.target === 'lab') return 'npx tsx run.ts lab up'
          // One whose time has not come, or is over, may be good by another clock.
          const first = /expired or is not yet valid/.test(reason) ? 'date -u; ' : ''
          return `${first}kubectl get csr; then kubectl certificate approve those that are pending, or issue new certificates for name and address of each worker`
        },
      }),
    }),
  ),
  filtered(
    observation('G6', 'Kubelet port not reachable', {
      symptom: '`kubectl exec`, `logs` and `port-forward` fail for the pods of one node.',
      proof: 'The error of the API server that names the kubelet’s address and port 10250.',
      cure: 'Let the kubelet listen there, and let no filter keep the controllers from it.',
      lines: kubeletLines,
      words:
        /\b(\d+\.\d+\.\d+\.\d+:10250)\b.*?\b(connection refused|i\/o timeout|no route to host|TLS handshake timeout|context deadline exceeded|Client\.Timeout exceeded|EOF)/,
      finding: (server, why = '') => ({
        cause: `the API server gets no answer from the kubelet at ${server} (${why}), so nothing there is reached by exec, logs and port-forward`,
        cure: `nc -zv ${server.replace(':', ' ')}; systemctl status kubelet; iptables-save -c | grep 10250`,
      }),
    }),
  ),
  observation('G5', 'socat not installed', {
    symptom: '`kubectl port-forward` fails although the pod runs; DNS itself may be fine.',
    proof: 'The container runtime’s message that it does not find `socat`.',
    cure: 'Install `socat` on every worker.',
    words: /\bunable to do port forwarding: (socat) not found/,
    finding: (program) => ({
      cause: `the container runtime forwards ports with ${program}, which is not there`,
      subject: program,
      cure: `apt-get install ${program}`,
      on: 'each worker',
    }),
  }),
]

/** In a lab the kubelets themselves are asked what they show. */
function looked(general: Rule): Rule {
  return {
    ...general,
    find: (e) => {
      const shown = itemsOf(e.hosts).flatMap(({ name, kubeletShows: why }) =>
        why === undefined
          ? []
          : permanent({
              cause: `the kubelet on ${name} shows the API servers a certificate that they do not accept: ${why}`,
              evidence: `port 10250 of ${name}: ${why}`,
              ...{ subject: name, cure: 'npx tsx run.ts lab up' },
            }),
      )
      return shown.length > 0 ? shown : general.find(e)
    },
  }
}

/** Where a filter of the host was seen to do it, that is told first, and what takes it off. */
function filtered(general: Rule): Rule {
  return {
    ...general,
    find: (e) => [
      kubeletBarriers(e).map((one) => ({ ...one, layer: 'hosts' as const })),
      general.find(e),
    ],
  }
}

/** What the step has seen, and what the API server says where a kubelet does not tell its configuration. */
function kubeletLines(e: Evidence): readonly Line[] {
  const asked = itemsOf(e.kubelets).flatMap(({ node, config }) =>
    'notLooked' in config ? [{ node, text: config.notLooked }] : [],
  )
  const nodeAt = (text: string) =>
    itemsOf(e.nodes).find(({ address }) => address !== null && text.includes(`${address}:10250`))
  return [
    ...asked.map(({ node, text }) => ({
      text,
      gives: { evidence: `kubelet ${node}: ${text}`, subject: node, on: node },
    })),
    ...stepLines(e).map(({ text, gives }) => {
      const node = nodeAt(text)?.name
      return {
        text,
        gives:
          node === undefined
            ? { ...gives, subject: 'kubelet' }
            : { ...gives, subject: node, on: node },
      }
    }),
  ]
}
