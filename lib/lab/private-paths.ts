import type { Resource } from '../ports/resources.ts'
import { hostFolder, type Layout } from './layout.ts'

/**
 * Paths that containerd, its CNI library and the kubelet use whatever their configuration says. Each
 * worker finds a folder of its own there; the machine needs an empty one to hang it on.
 */
const PRIVATE_FOLDERS: Readonly<Record<string, string>> = {
  '/etc/cni/net.d': 'cni-conf',
  '/var/lib/cni': 'cni',
  '/var/lib/kubelet': 'kubelet',
  '/var/log/containers': 'log-containers',
  '/var/log/pods': 'log-pods',
}

/** Settings of the whole machine that the kubelet wants so, and sets where it finds them otherwise. */
const KERNEL_SETTINGS: Readonly<Record<string, string>> = {
  'kernel/keys/root_maxbytes': '25000000',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'vm/overcommit_memory': '1',
}

/** Modules of the machine's kernel that the workers need, and what shows that they are there. */
export const KERNEL_MODULES: Readonly<Record<string, string>> = {
  overlay: '/sys/module/overlay',
  br_netfilter: '/proc/sys/net/bridge',
  nf_conntrack: '/proc/sys/net/netfilter',
}

/** The empty folders on the machine itself; those that lacked are taken away by `lab down`. */
export const SHARED_FOLDERS: readonly string[] = [
  '/etc/cni',
  ...Object.keys(PRIVATE_FOLDERS),
  '/run/containerd',
]

/** One path that a worker sees differently from the machine. */
export type Bind = {
  readonly from: string
  readonly to: string
  /** What has to be there for it. */
  readonly source: readonly Resource[]
}

/** All paths of their own that a worker's programs see. */
export function bindsOf(layout: Layout, worker: string): readonly Bind[] {
  const folder = hostFolder(layout, worker)
  const run = `${layout.run}/${worker}`
  return [
    ...Object.entries(PRIVATE_FOLDERS).map(([to, name]) => ownFolder(`${folder}/${name}`, to)),
    ownFolder(run, '/run/containerd'),
    // The machine's settings stay as they are: the kubelet reads and writes these files instead.
    ...Object.entries(KERNEL_SETTINGS).map(([key, value]): Bind => {
      const from = `${folder}/${key.replaceAll('/', '.')}`
      return {
        from,
        to: `/proc/sys/${key}`,
        source: [{ kind: 'file', path: from, mode: 0o644, text: `${value}\n` }],
      }
    }),
  ]
}

function ownFolder(from: string, to: string): Bind {
  return { from, to, source: [{ kind: 'folder', path: from, mode: 0o711 }] }
}
