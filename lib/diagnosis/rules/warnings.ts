import type { Evidence, PodSeen } from '../evidence.ts'
import { concernedPods, warningsOf } from '../pods.ts'
import type { Finding, Rule } from '../rule.ts'

/** A failure that a kubelet tells in one warning about a pod. */
interface Warning {
  readonly code: string
  readonly words: RegExp
  /** Completes `on k8sworker0 `; given what the groups of `words` matched. */
  readonly cause: (...found: readonly string[]) => string
  readonly cure: (...found: readonly string[]) => string
}

/** In the words of containerd, the CNI plugins and the kubelet. */
const WARNINGS: readonly Warning[] = [
  {
    code: 'A1',
    words: /failed to get sandbox image "([^"]+)"/,
    cause: (image = '') =>
      `containerd cannot get the sandbox image ${image}, which every pod needs`,
    cure: (image = '') =>
      `ctr -n k8s.io images pull ${image}, or name one that is there as sandbox in /etc/containerd/config.toml`,
  },
  {
    code: 'A3',
    words: /failed to find plugin "([^"]+)" in path \[([^\]]*)\]/,
    cause: (plugin = '', path = '') => `there is no CNI plugin ${plugin} in ${path}`,
    cure: (_, path = '') => `ls ${path}; tar -xzf cni-plugins-linux-amd64-v*.tgz -C ${path}`,
  },
  {
    code: 'A4',
    words:
      /failed to set bridge addr: "([^"]+)" already has an IP address different from ([\d./]+)/,
    cause: (bridge = '', address = '') =>
      `the bridge ${bridge} still has the address of another range than the ${address} that is configured`,
    cure: (bridge = '') => `ip link delete ${bridge}; systemctl restart containerd kubelet`,
  },
  {
    code: 'A5',
    words: /no IP addresses available in range set: ([\d.-]+)/,
    cause: (range = '') => `every pod address of ${range} is given away`,
    cure: () =>
      'ls /var/lib/cni/networks/*; remove the files of addresses that no pod has any more',
  },
  {
    code: 'E11',
    words: /\binvalid CIDR address: (\S*)/,
    cause: (range = '') =>
      `the bridge plugin is to hand out ${range === '' ? 'no range at all' : `${range}, which is none`}`,
    cure: () => 'grep subnet /etc/cni/net.d/10-bridge.conf; let it name the podCIDR of this worker',
  },
  {
    code: 'F4',
    words: /open (\S*resolv\.conf): no such file or directory/,
    cause: (file = '') =>
      `there is no ${file}, from which the kubelet makes the resolv.conf of pods`,
    cure: () =>
      'set resolvConf: /etc/resolv.conf in kubelet-config.yaml; systemctl restart kubelet',
  },
]

/** Of A and F what keeps a pod from starting and is told by its worker alone. */
export const warningRules: readonly Rule[] = WARNINGS.map((warning) => ({
  code: warning.code,
  layer: 'pods',
  find: (e) => waitingPods(e).flatMap((pod) => told(e, pod, warning)),
}))

/** Only of pods that do not run: what was warned of before they did has passed. */
function waitingPods(e: Evidence): readonly PodSeen[] {
  return concernedPods(e).filter(({ ready, node }) => !ready && node !== null)
}

function told(e: Evidence, pod: PodSeen, { words, cause, cure }: Warning): readonly Finding[] {
  const found = warningsOf(e, pod).flatMap(({ message }) => {
    const match = words.exec(message)
    return match === null ? [] : [{ message, parts: match.slice(1) }]
  })
  const node = pod.node ?? ''
  return found.slice(0, 1).map(({ message, parts }) => ({
    certainty: 'seen',
    cause: `on ${node} ${cause(...parts)}`,
    evidence: `pod ${pod.name}: ${message}`,
    subject: node,
    cure: cure(...parts),
    on: node,
  }))
}
