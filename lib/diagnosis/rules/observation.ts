import type { Finding, Rule } from '../rule.ts'

/** What the API server says of exec, logs and port-forward where it does not get to a kubelet. */
interface Refusal {
  readonly code: string
  readonly words: RegExp
  /** Given what the group of `words` matched. */
  readonly finding: (found: string) => Pick<Finding, 'cause' | 'subject' | 'cure' | 'on'>
}

const REFUSALS: readonly Refusal[] = [
  {
    code: 'G1',
    words: /\bForbidden \(user=(\S+), verb=\w+, resource=nodes, subresource=(?:\[?[\w ]+\]?)\)/,
    finding: (user) => ({
      cause: `the kubelets do not let the API servers, whose name is ${user}, in for exec and logs`,
      subject: 'clusterrolebinding/system:kube-apiserver',
      cure: `kubectl create clusterrolebinding system:kube-apiserver --clusterrole=system:kubelet-api-admin --user=${user}`,
    }),
  },
  {
    code: 'G2',
    words: /\bdial tcp: lookup (\S+) on \S+: (?:no such host|server misbehaving)/,
    finding: (node) => ({
      cause: `a controller does not know the address of ${node}, so nothing there is reached by exec and logs`,
      subject: node,
      cure: `getent hosts ${node}; then add it to /etc/hosts, or start kube-apiserver with --kubelet-preferred-address-types=InternalIP`,
      on: 'each controller',
    }),
  },
  {
    code: 'G4',
    words:
      /\b(?:error dialing backend|:10250\/\S*): (?:tls: failed to verify certificate: )?(remote error: tls: internal error|x509: .*)$/,
    finding: (reason) => ({
      cause: `a kubelet shows the API servers a certificate that they do not accept, or none: ${reason}`,
      subject: 'kubelet',
      cure: 'kubectl get csr; then kubectl certificate approve those that are pending, or issue the certificate anew for name and address of its worker',
    }),
  },
  {
    code: 'G5',
    words: /\bunable to do port forwarding: (socat) not found/,
    finding: (program) => ({
      cause: `the container runtime forwards ports with ${program}, which is not there`,
      subject: program,
      cure: `apt-get install ${program}`,
      on: 'each worker',
    }),
  },
]

/** G. The way by which everything else is looked at. */
export const observationRules: readonly Rule[] = REFUSALS.map(({ code, words, finding }) => ({
  code,
  layer: 'observation',
  find: (e) =>
    e.failure.seen.flatMap((line) => {
      const found = words.exec(line)?.[1]
      return found === undefined
        ? []
        : [{ certainty: 'seen' as const, evidence: line, ...finding(found) }]
    }),
}))
