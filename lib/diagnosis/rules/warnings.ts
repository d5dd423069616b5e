import { applyAgain, kubectlAt, workloadAt } from '../../evidence/cluster-dns.ts'
import type { PodSeen } from '../../core/look-data.ts'
import { type EventSeen, type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { type Line, ruleOfLines } from '../line-rule.ts'
import { concernedPods, warningsOf } from '../../evidence/pods.ts'
import { findingsIn, permanent, type Rule } from '../rule.ts'

/** The object may well be there: within a second the kubelet's watch of it had told nothing (pkg/kubelet/util/manager, Kubernetes). */
const KUBELET_WAITS = /^failed to sync (?:configmap|secret) cache: timed out/

/** Takes back what the plugin host-local has given to sandboxes that are gone; nothing where containerd does not say which are there. */
const FREE_ADDRESSES = String.raw`ctr -n k8s.io containers ls -q > /tmp/sandboxes && find /var/lib/cni/networks -name '*.*.*.*' -exec sh -c 'grep -qx "$(head -n 1 "$0" | tr -d "\r")" /tmp/sandboxes || rm "$0"' {} ';'`

const BRIDGE = '/etc/cni/net.d/10-bridge.conf'

const warning = ruleOfLines('pods', { lines: warnings })

/** In the words of containerd and CNI plugins. */
const specific: readonly Rule[] = [
  warning('A1', 'Sandbox image not available', {
    symptom: 'Pods of a worker stay in ContainerCreating.',
    proof: 'The event FailedCreatePodSandBox names the sandbox image that could not be pulled.',
    cure: 'Let the worker reach the image’s registry, import it, or name another sandbox image.',
    words: /failed to get sandbox image "([^"]+)"/,
    finding: (image) => ({
      cause: `containerd cannot get the sandbox image ${image}, which every pod needs`,
      cure: `ctr -n k8s.io images pull ${image}, or name one that is there as sandbox in /etc/containerd/config.toml`,
    }),
  }),
  warning('A3', 'CNI plugin missing', {
    symptom: 'Pods of a worker stay in ContainerCreating.',
    proof: 'The event FailedCreatePodSandBox names a plugin that is not in its folder.',
    cure: 'Unpack the CNI plugins into that folder on the worker.',
    words: /failed to find plugin "([^"]+)" in path \[([^\]]*)\]/,
    finding: (plugin, path = '') => ({
      cause: `there is no CNI plugin ${plugin} in ${path}`,
      cure: `ls ${path}; tar -xzf cni-plugins-linux-amd64-v*.tgz -C ${path}`,
    }),
  }),
  warning('A4', 'Bridge keeps an old address', {
    symptom: 'After a worker’s podCIDR was changed, its new pods stay in ContainerCreating.',
    proof: 'The event FailedCreatePodSandBox says that the bridge has an address of another range.',
    cure: 'Delete the bridge on that worker and restart containerd and the kubelet; the plugin makes it again.',
    words:
      /failed to set bridge addr: "([^"]+)" already has an IP address different from ([\d./]+)/,
    finding: (bridge, address) => ({
      cause: `the bridge ${bridge} still has the address of another range than the ${address} that is configured`,
      cure: `ip link delete ${bridge}; systemctl restart containerd kubelet`,
    }),
  }),
  warning('A5', 'Pod addresses used up', {
    symptom: 'New pods of a worker stay in ContainerCreating, while old ones run.',
    proof: 'The event FailedCreatePodSandBox says that no address of the range is free.',
    cure: 'Remove the files of addresses whose pods are gone, or give the worker a larger range.',
    words: /no IP addresses available in range set: ([\d.-]+)/,
    finding: (range) => ({
      cause: `every pod address of ${range} is given away`,
      cure: FREE_ADDRESSES,
    }),
  }),
  warning('E11', 'Invalid pod range', {
    symptom: 'Pods of a worker stay in ContainerCreating.',
    proof: 'The event FailedCreatePodSandBox quotes the subnet that is not a CIDR.',
    cure: 'Write the worker’s podCIDR as subnet into its CNI configuration.',
    words: /\binvalid CIDR address: (\S*)/,
    finding: (range) => ({
      cause: `the bridge plugin is to hand out ${range === '' ? 'no range at all' : `${range}, which is none`}`,
      cure: (e, on) => {
        const { podCIDR } = e.wanted.workers.find(({ name }) => name === on) ?? {}
        return podCIDR === undefined
          ? `grep subnet ${BRIDGE}; let it name the podCIDR of this worker`
          : `sed -i 's#"subnet" *: *"[^"]*"#"subnet": "${podCIDR}"#' ${BRIDGE}`
      },
    }),
  }),
  looked(
    warning('F4', 'Host resolv.conf missing', {
      symptom: 'Pods of a worker stay in ContainerCreating.',
      proof: 'The kubelet’s event names the resolv.conf that it could not open.',
      cure: 'Let resolvConf in the kubelet’s configuration name a file that exists, and restart the kubelet.',
      words: /open (\S*resolv\.conf): no such file or directory/,
      finding: (file) => ({
        cause: `there is no ${file}, from which the kubelet makes the resolv.conf of pods`,
        cure: (e) =>
          e.wanted.target === 'lab'
            ? 'npx tsx run.ts lab up'
            : 'set resolvConf: /etc/resolv.conf in kubelet-config.yaml; systemctl restart kubelet',
      }),
    }),
  ),
]

/** Of A, E and F what keeps a pod from starting and only its worker says; where no specific rule speaks, in its own words. */
export const warningRules: readonly Rule[] = [
  ...specific,
  warning('A22', 'Volume not mounted', {
    symptom: 'Pods stay in ContainerCreating.',
    proof: 'The event FailedMount names the volume, and why it cannot be mounted.',
    cure: 'Make what the volume names: a ConfigMap, a key in it, a Secret.',
    words: /^MountVolume\.\w+ failed for volume "([^"]+)" ?: (.*)$/,
    finding: (volume, why) => ({
      cause: `the volume ${volume} of CoreDNS or a probe cannot be mounted: ${why}`,
      ...(KUBELET_WAITS.test(why)
        ? {
            certainty: 'inferred',
            cure: 'journalctl -u kubelet -n 20; the kubelet has not been given the object by its API server yet, and tries again',
          }
        : {
            cure: (e) =>
              /config ?map|config key/.test(why)
                ? applyAgain(
                    e,
                    `${kubectlAt(e)} get configmaps; ${kubectlAt(e)} edit ${workloadAt(e)}; let the volume ${volume} name a ConfigMap and keys that are there`,
                  )
                : `kubectl get events -A --field-selector reason=FailedMount; correct what the volume ${volume} names`,
          }),
    }),
  }),
  withoutTold(
    warning('A23', 'Sandbox not made', {
      symptom: 'Pods of a worker stay in ContainerCreating.',
      proof: 'The event FailedCreatePodSandBox, in the words of containerd or a CNI plugin.',
      cure: 'What these words name: a plugin, its configuration, an address or a file.',
      words: /^Failed to create pod sand ?box: (?:.*\bdesc = )?(.*)$/,
      finding: (words) => ({
        cause: `no pod can be started: ${words}`,
        cure: 'ls /etc/cni/net.d /opt/cni/bin; journalctl -u containerd -u kubelet -n 20',
      }),
    }),
  ),
]

/** In a lab it is looked whether the file that the kubelet names is there; without it no pod starts, however long it is waited for. */
function looked(general: Rule): Rule {
  const isStarting = (e: Evidence, worker: string): boolean =>
    concernedPods(e).some(({ node, ready }) => node === worker && !ready)
  return {
    ...general,
    find: (e) => {
      const gone = itemsOf(e.kubelets).flatMap(({ node, lacks: file }) =>
        file === undefined || !isStarting(e, node)
          ? []
          : permanent({
              cause: `on ${node} there is no ${file}, from which the kubelet makes the resolv.conf of pods`,
              evidence: `kubelet config of ${node}: resolvConf ${file}, which is not there`,
              ...{ subject: node, on: node, cure: 'npx tsx run.ts lab up' },
            }),
      )
      return gone.length > 0 ? gone : general.find(e)
    },
  }
}

/** The general rule says nothing where a specific one does. */
function withoutTold(general: Rule): Rule {
  const isTold = (e: Evidence): boolean =>
    specific.some(({ find }) => findingsIn(find(e)).length > 0)
  return { ...general, find: (e) => (isTold(e) ? null : general.find(e)) }
}

/** Only of pods that do not run, and that have come no further since. */
function warnings(e: Evidence): readonly Line[] {
  return concernedPods(e).flatMap((pod) => {
    const { node, ready, name } = pod
    if (ready || node === null) return []
    return warningsOf(e, pod)
      .filter((warning) => !hasPassed(warning, pod))
      .map(({ message }) => ({
        text: message,
        gives: { evidence: `pod ${name}: ${message}`, subject: node, on: node },
        begin: `on ${node} `,
      }))
  })
}

/** A kubelet makes the sandbox and mounts the volumes before it pulls an image or starts a container. */
function hasPassed({ last }: EventSeen, { containers }: PodSeen): boolean {
  return containers.some(
    ({ waiting, started }) =>
      (waiting !== null && !/^(ContainerCreating|PodInitializing|)$/.test(waiting.reason)) ||
      (last !== undefined && started !== undefined && started >= last),
  )
}
