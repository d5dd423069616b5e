import type { KubeObject } from '../../lib/ports/cluster.ts'
import { StepError } from '../../lib/core/errors.ts'
import { until } from '../../lib/core/until.ts'
import type { File, Process, Resource } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { listAt, textAt } from '../../lib/core/json.ts'
import { daemonOf, endedDaemons } from '../../lib/lab/daemon.ts'
import { hostFolder, type Layout, pairOf } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'
import type { Reading } from '../../lib/ports/step.ts'

interface Worker {
  readonly name: string
  readonly address: string
  readonly podCIDR: string
}

export const startWorkers = (inventory: Inventory, layout: Layout) => {
  const { workers } = inventory.lab
  const daemons = workers.flatMap((worker) => [kubelet(layout, worker), kubeProxy(layout, worker)])
  return resourceStep({
    id: 'start-workers',
    title: 'Start the workers',
    chapter: { section: '9', command: 'systemctl start kubelet kube-proxy' },
    resources: [
      ...workers.flatMap((worker) => configuration(inventory, layout, worker)),
      ...daemons,
    ],
    because: `kubelet and kube-proxy run on ${workers.map(({ name }) => name).join(', ')}`,
    prove: (on) => provenReady(on, inventory, daemons),
  })
}

/** All nodes Ready, as the cluster itself sees it. */
async function provenReady(
  on: Reading,
  inventory: Inventory,
  daemons: readonly Process[],
): Promise<string> {
  const names = inventory.lab.workers.map(({ name }) => name)
  try {
    return await until(on, {
      what: `${names.length} ready nodes`,
      deadlineMs: inventory.limits.nodesMs,
      watch: (signal) => on.cluster.watch({ apiVersion: 'v1', kind: 'Node' }, signal),
      look: (nodes) =>
        names.every((name) => nodes.some((node) => node.metadata.name === name && isReady(node)))
          ? { proven: `${names.join(', ')} ready` }
          : { missing: names.map((name) => stateOf(name, nodes)) },
    })
  } catch (error) {
    const ended = error instanceof StepError ? await endedDaemons(on, daemons) : null
    if (!(error instanceof StepError) || ended === null) throw error
    const { problem, seen = [] } = error.explanation
    throw new StepError(
      { ...error.explanation, ...ended, problem, seen: [...(ended.seen ?? []), ...seen] },
      { cause: error },
    )
  }
}

function isReady(node: KubeObject): boolean {
  return listAt(node, 'status', 'conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  )
}

function stateOf(name: string, nodes: readonly KubeObject[]): string {
  const node = nodes.find((one) => one.metadata.name === name)
  if (node === undefined) return `${name} has not registered`
  if (isReady(node)) return `${name} is ready`
  const ready = listAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready')
  return `${name} is not ready: ${textAt(ready, 'message') ?? 'no condition yet'}`
}

function configuration(inventory: Inventory, layout: Layout, worker: Worker): Resource[] {
  const folder = hostFolder(layout, worker.name)
  return [
    // The lab has no resolver outside; CoreDNS gets this file and so knows of none.
    {
      kind: 'file',
      path: `${folder}/resolv.conf`,
      mode: 0o644,
      text: '# no resolver outside the lab\n',
    },
    kubeletFile(inventory, layout, worker),
    {
      kind: 'file',
      path: `${folder}/kube-proxy-config.yaml`,
      mode: 0o644,
      text: textOf(kubeProxyConfig(inventory, layout, worker)),
    },
  ]
}

/** The configuration file of a worker's kubelet. */
export function kubeletFile(inventory: Inventory, layout: Layout, worker: Worker): File {
  return {
    kind: 'file',
    path: `${hostFolder(layout, worker.name)}/kubelet-config.yaml`,
    mode: 0o644,
    text: textOf(kubeletConfig(inventory, layout, worker)),
  }
}

function textOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function kubeletConfig({ cluster }: Inventory, layout: Layout, { name, podCIDR }: Worker): object {
  return {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${pairOf(layout, 'ca')}.pem` },
    },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${layout.cgroup}/${name}`,
    clusterDomain: cluster.domain,
    clusterDNS: [cluster.dnsAddress],
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    enforceNodeAllocatable: [],
    // One machine's disk and memory stand for all hosts: nothing is thrown out because of the neighbours.
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
    },
    failCgroupV1: false,
    failSwapOn: false,
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    localStorageCapacityIsolation: false,
    podCIDR,
    registerNode: true,
    resolvConf: `${hostFolder(layout, name)}/resolv.conf`,
    runtimeRequestTimeout: '15m',
    tlsCertFile: `${pairOf(layout, name)}.pem`,
    tlsPrivateKeyFile: `${pairOf(layout, name)}-key.pem`,
  }
}

function kubeProxyConfig({ cluster }: Inventory, layout: Layout, { name }: Worker): object {
  return {
    kind: 'KubeProxyConfiguration',
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    clientConnection: { kubeconfig: `${hostFolder(layout, name)}/kube-proxy.kubeconfig` },
    mode: 'iptables',
    clusterCIDR: cluster.podCIDR,
    hostnameOverride: name,
    // These belong to the whole machine, not to a host of the lab: 0 leaves them alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  }
}

/** A worker's kubelet. */
export function kubelet(layout: Layout, { name, address }: Worker): Process {
  const folder = hostFolder(layout, name)
  const kubeconfig = `${folder}/kubelet.kubeconfig`
  const config = `${folder}/kubelet-config.yaml`
  return daemonOf(layout, {
    host: name,
    program: 'kubelet',
    flags: {
      config,
      kubeconfig,
      'hostname-override': name,
      'node-ip': address,
      'register-node': 'true',
    },
    reads: [config, kubeconfig, `${pairOf(layout, name)}.pem`],
    worker: true,
  })
}

/** A worker's kube-proxy. */
export function kubeProxy(layout: Layout, { name }: Worker): Process {
  const config = `${hostFolder(layout, name)}/kube-proxy-config.yaml`
  return daemonOf(layout, {
    host: name,
    program: 'kube-proxy',
    flags: { config },
    reads: [config, `${pairOf(layout, 'kube-proxy')}.pem`],
    worker: true,
  })
}
