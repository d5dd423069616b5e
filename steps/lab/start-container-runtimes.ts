import type { File, Process, Resource } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { SANDBOX_IMAGE } from '../../lib/ports/resources.ts'
import { daemonOf, endedDaemons } from '../../lib/lab/daemon.ts'
import { binOf, containerdSocket, hostFolder, type Layout } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const startContainerRuntimes = (inventory: Inventory, layout: Layout) => {
  const workers = inventory.lab.workers
  const daemons = workers.map(({ name }) => containerdOn(layout, name))
  return resourceStep({
    id: 'start-container-runtimes',
    title: 'Start containerd on the workers',
    chapter: { section: '9', command: 'systemctl start containerd' },
    resources: [...workers.flatMap((worker) => configuration(layout, worker)), ...daemons],
    because: `containerd runs on ${workers.map(({ name }) => name).join(', ')}`,
    health: {
      what: `containerd on ${String(workers.length)} workers`,
      deadlineMs: 60_000,
      intervalMs: 50,
      async look(on) {
        const asked = workers.map(({ name }) => containerdSocket(layout, name))
        const answers = await on.host.answering(asked)
        const silent = asked.filter((_, i) => answers[i] !== true)
        if (silent.length === 0) return { proven: `${String(workers.length)} runtimes answer` }
        const never = await endedDaemons(on, daemons)
        const missing = silent.map((socket) => `${socket} does not answer yet`)
        return never === null ? { missing } : { missing, never }
      },
    },
  })
}

/** A worker's containerd. */
export function containerdOn(layout: Layout, worker: string): Process {
  const config = `${hostFolder(layout, worker)}/containerd.toml`
  return daemonOf(layout, {
    host: worker,
    program: 'containerd',
    flags: { config },
    reads: [config],
    worker: true,
  })
}

function configuration(
  layout: Layout,
  worker: { readonly name: string; readonly podCIDR: string },
): Resource[] {
  const folder = hostFolder(layout, worker.name)
  return [
    { kind: 'folder', path: `${folder}/containerd`, mode: 0o700 },
    {
      kind: 'file',
      path: `${folder}/containerd.toml`,
      mode: 0o644,
      text: containerdConfig(layout, worker.name),
    },
    bridgeFile(layout, worker),
    {
      kind: 'file',
      path: `${folder}/cni-conf/99-loopback.conf`,
      mode: 0o644,
      text: LOOPBACK_CONFIG,
    },
  ]
}

/** Paths as the worker sees them: /run/containerd and /etc/cni/net.d are its own. */
function containerdConfig(layout: Layout, worker: string): string {
  return `version = 2
root = "${hostFolder(layout, worker)}/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing",
]

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  # Lowering oom_score_adj takes a capability that root lacks in many containers and sandboxes.
  restrict_oom_score_adj = true
  # Pod namespaces go with the worker's own mounts, not into the machine's /run/netns.
  netns_mounts_under_state_dir = true
  disable_tcp_service = true

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  BinaryName = "${binOf(layout, 'runc')}/runc"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${binOf(layout, 'cni')}"
  conf_dir = "/etc/cni/net.d"
`
}

/** What tells a worker's pods their addresses. */
export function bridgeFile(
  layout: Layout,
  { name, podCIDR }: { readonly name: string; readonly podCIDR: string },
): File {
  return {
    kind: 'file',
    path: `${hostFolder(layout, name)}/cni-conf/10-bridge.conf`,
    mode: 0o644,
    text: bridgeConfig(podCIDR),
  }
}

function bridgeConfig(podCIDR: string): string {
  const config = {
    cniVersion: '0.4.0',
    name: 'bridge',
    type: 'bridge',
    bridge: 'cnio0',
    isGateway: true,
    ipMasq: true,
    ipam: { type: 'host-local', ranges: [[{ subnet: podCIDR }]], routes: [{ dst: '0.0.0.0/0' }] },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

const LOOPBACK_CONFIG = `${JSON.stringify({ cniVersion: '0.4.0', name: 'lo', type: 'loopback' }, null, 2)}\n`
