import type { Worker } from '../../inventory/inventory.ts'
import { type File, type Process, type Resource, SANDBOX_IMAGE } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import { hostFile } from '../host-file.ts'
import { binOf, hostFolder, type Lab, type Layout } from '../layout.ts'

/** A worker's containerd. */
export function containerd({ layout }: Lab, { name }: Worker): Process {
  const config = `${hostFolder(layout, name)}/containerd.toml`
  return daemonOf(layout, {
    host: name,
    program: 'containerd',
    flags: { config },
    reads: [config],
    worker: true,
  })
}

/** What a worker's containerd and its CNI plugins read, and where it keeps images and containers. */
export function containerdFiles(lab: Lab, worker: Worker): readonly Resource[] {
  const { layout } = lab
  const { name } = worker
  const loopback = { cniVersion: '0.4.0', name: 'lo', type: 'loopback' }
  return [
    { kind: 'folder', path: `${hostFolder(layout, name)}/containerd`, mode: 0o700 },
    hostFile(layout, name, 'containerd.toml', containerdConfig(layout, name)),
    bridgeFile(lab, worker),
    hostFile(layout, name, 'cni-conf/99-loopback.conf', loopback),
  ]
}

/** What gives a worker's pods their addresses. */
export function bridgeFile({ layout }: Lab, { name, podCIDR }: Worker): File {
  return hostFile(layout, name, 'cni-conf/10-bridge.conf', {
    cniVersion: '0.4.0',
    name: 'bridge',
    type: 'bridge',
    bridge: 'cnio0',
    isGateway: true,
    ipMasq: true,
    ipam: { type: 'host-local', ranges: [[{ subnet: podCIDR }]], routes: [{ dst: '0.0.0.0/0' }] },
  })
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
  # On in containerd 2: it listens in the machine's /var/run/nri, where only one worker can.
  "io.containerd.nri.v1.nri",
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
