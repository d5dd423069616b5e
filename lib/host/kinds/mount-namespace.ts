import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Json } from '../../json.ts'
import type { MountNamespace } from '../resources.ts'
import { must } from '../must.ts'
import { absent } from '../files.ts'
import { isNamespaceMount, mounts } from '../mounts.ts'
import { type Kind, oneByOne } from './kind.ts'

/**
 * A worker's programs keep some state at paths that cannot be configured (/run/containerd,
 * /var/lib/cni, /var/log/containers) and set kernel values for the whole machine. In a mount
 * namespace of their own they find the lab's files there, and every mount they make vanishes with it.
 */
export const mountNamespace: Kind<MountNamespace> = {
  name: ({ path }) => `mount namespace ${path}`,
  wanted: ({ binds }) => ({ binds: binds.map(({ from, to }) => `${from} on ${to}`) }),
  look: oneByOne(async (resource): Promise<Json> => {
    if (!(await isNamespaceMount(resource.path))) return null
    return mountNamespace.wanted(resource)
  }),
  async put({ path, binds }) {
    const folder = dirname(path)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // The kernel refuses to keep a mount namespace below a shared mount, the default under systemd.
    if (!(await mounts()).some((mount) => mount.path === folder)) {
      await must(['mount', '--bind', folder, folder])
    }
    await must(['mount', '--make-private', folder])
    await writeFile(path, '', { mode: 0o600 })
    await must(['unshare', `--mount=${path}`, '--propagation', 'private', 'true'])
    for (const { from, to } of binds) {
      await must(['nsenter', `--mount=${path}`, 'mount', '--bind', from, to])
    }
  },
  async restore({ path }, before) {
    if (before !== null) return
    if (await isNamespaceMount(path)) await must(['umount', path])
    await rm(path, { force: true })
    await leaveFolder(dirname(path))
  },
}

/** Takes the private bind mount away with the last namespace kept in it. */
async function leaveFolder(folder: string): Promise<void> {
  const all = await mounts()
  if (all.some((mount) => mount.path.startsWith(`${folder}/`))) return
  if (all.some((mount) => mount.path === folder)) await must(['umount', folder])
  await rm(folder, { recursive: true }).catch(absent)
}
