import type { Resource } from '../../lib/ports/resources.ts'
import { hostsOf } from '../../lib/inventory/inventory.ts'
import { connectionOf, lanOf } from '../../lib/lab/network.ts'
import { bindsOf, KERNEL_MODULES, SHARED_FOLDERS } from '../../lib/lab/private-paths.ts'
import { hostFolder, type Lab, type Layout } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const createHosts = (lab: Lab) => {
  const { layout } = lab
  const { workers } = lab.inventory.lab
  return resourceStep({
    id: 'create-hosts',
    title: 'Create the hosts and the network between them',
    chapter: { section: '3', command: 'gcloud compute instances create controller-0 … worker-2' },
    touches: [],
    provides: ['hosts'],
    resources: [
      // First of all: it tells that what bears the lab's names from here on is the lab's.
      { kind: 'folder', path: layout.run, mode: 0o711 },
      ...machine(),
      ...lanOf(lab),
      ...hostsOf(lab.inventory.lab).flatMap((host, i) => connectionOf(lab, host, i)),
      ...workers.flatMap((worker) => workerSettings(layout, worker.name)),
    ],
    because: 'all controllers and workers are on one bridge',
  })
}

/** What of the machine itself is touched; everything else is the lab's own. */
function machine(): readonly Resource[] {
  return [
    ...Object.entries(KERNEL_MODULES).map(
      ([name, provides]) => ({ kind: 'kernel-module', name, provides }) as const,
    ),
    ...SHARED_FOLDERS.map((path) => ({ kind: 'folder', path, mode: 0o755, shared: true }) as const),
    { kind: 'cgroup', path: '', delegate: true },
  ]
}

function workerSettings(layout: Layout, worker: string): readonly Resource[] {
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
