import type { Resource } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { bindsOf, KERNEL_MODULES, SHARED_FOLDERS } from '../../lib/lab/private-paths.ts'
import { hostFolder, type Layout } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const createHosts = (inventory: Inventory, layout: Layout) => {
  const { controllers, workers } = inventory.lab
  const hosts = [...controllers, ...workers]
  return resourceStep({
    id: 'create-hosts',
    title: 'Create the hosts and the network between them',
    chapter: { section: '3', command: 'gcloud compute instances create controller-0 … worker-2' },
    resources: [
      // First of all: it tells that what bears the lab's names from here on is the lab's.
      { kind: 'folder', path: layout.run, mode: 0o711 },
      ...machine(),
      ...lan(inventory, layout),
      ...hosts.flatMap((host, i) => network(inventory, layout, host, i)),
      ...workers.flatMap((worker) => workerSettings(layout, worker.name)),
    ],
    because: `${String(controllers.length)} controllers and ${String(workers.length)} workers on one bridge`,
  })
}

/** What of the machine itself is touched; everything else is the lab's own. */
function machine(): Resource[] {
  return [
    ...Object.entries(KERNEL_MODULES).map(
      ([name, provides]) => ({ kind: 'kernel-module', name, provides }) as const,
    ),
    ...SHARED_FOLDERS.map((path) => ({ kind: 'folder', path, mode: 0o755, shared: true }) as const),
    { kind: 'cgroup', path: '', delegate: true },
  ]
}

/** One bridge in a namespace of its own, so that the machine forwards and translates nothing. */
function lan(inventory: Inventory, layout: Layout): Resource[] {
  return [
    { kind: 'cgroup', path: layout.cgroup, delegate: true },
    { kind: 'cgroup', path: `${layout.cgroup}/system`, delegate: false },
    { kind: 'network-namespace', name: layout.lan },
    { kind: 'link', netns: layout.lan, name: 'lo', type: 'loopback' },
    { kind: 'link', netns: layout.lan, name: 'br0', type: 'bridge' },
    {
      ...{ kind: 'link', netns: null, name: layout.uplink, type: 'veth' },
      peer: { netns: layout.lan, name: 'machine', master: 'br0' },
      address: `${inventory.lab.machine}/${String(inventory.lab.prefix)}`,
    },
  ]
}

function network(
  inventory: Inventory,
  layout: Layout,
  host: { readonly name: string; readonly address: string },
  index: number,
): Resource[] {
  return [
    { kind: 'network-namespace', name: host.name },
    { kind: 'link', netns: host.name, name: 'lo', type: 'loopback' },
    {
      ...{ kind: 'link', netns: host.name, name: 'eth0', type: 'veth' },
      peer: { netns: layout.lan, name: `host${String(index)}`, master: 'br0' },
      address: `${host.address}/${String(inventory.lab.prefix)}`,
    },
    // Without a default route a host still has to know that Services are worth a try: kube-proxy does the rest.
    { kind: 'route', netns: host.name, to: inventory.cluster.serviceCIDR, via: null, dev: 'eth0' },
  ]
}

function workerSettings(layout: Layout, worker: string): Resource[] {
  const folder = hostFolder(layout, worker)
  return [
    { kind: 'sysctl', netns: worker, key: 'net.ipv4.ip_forward', value: '1' },
    // Per network namespace; without it answers from a pod of the same worker bypass kube-proxy.
    { kind: 'sysctl', netns: worker, key: 'net.bridge.bridge-nf-call-iptables', value: '1' },
    { kind: 'cgroup', path: `${layout.cgroup}/${worker}`, delegate: true },
    { kind: 'folder', path: folder, mode: 0o755 },
    ...bindsOf(layout, worker).flatMap(({ source }) => source),
    {
      kind: 'mount-namespace',
      path: `${layout.run}/mnt/${worker}`,
      binds: bindsOf(layout, worker).map(({ from, to }) => ({ from, to })),
    },
  ]
}
