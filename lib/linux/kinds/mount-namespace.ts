import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Json } from '../../core/json.ts'
import type { MountNamespace } from '../../ports/resources.ts'
import { run } from '../../process/command.ts'
import { runTogether } from '../../process/run-together.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
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
  wanted: ({ binds }) => ({ binds: binds.map(spell) }),
  look: oneByOne(async (resource): Promise<Json> => {
    if (!(await isNamespaceMount(resource.path))) return null
    return { binds: (await placed(resource)).map(spell) }
  }),
  async put(resource) {
    const { path, binds } = resource
    const old = await isNamespaceMount(path)
    if (!old) await make(path)
    // One that was left half-made, or whose folders were recreated, gets only what it lacks.
    const there = await placed(resource)
    for (const bind of binds.filter((one) => !there.includes(one))) {
      // On a folder that is deleted, but still bound there, nothing can be mounted.
      if (old) await run([...inside(path), 'umount', '--lazy', bind.to])
      await runOrThrow([...inside(path), 'mount', '--bind', bind.from, bind.to])
    }
  },
  async restore({ path }, before) {
    if (before !== null) return
    if (await isNamespaceMount(path)) await runOrThrow(['umount', path])
    await rm(path, { force: true })
    await leaveFolder(dirname(path))
  },
}

type Bind = MountNamespace['binds'][number]

function spell({ from, to }: Bind): string {
  return `${from} on ${to}`
}

function inside(path: string): readonly string[] {
  return ['nsenter', `--mount=${path}`]
}

async function make(path: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // The kernel refuses to keep a mount namespace below a shared mount, the default under systemd.
  if (!(await mounts()).some((mount) => mount.path === folder)) {
    await runOrThrow(['mount', '--bind', folder, folder])
  }
  await runOrThrow(['mount', '--make-private', folder])
  await writeFile(path, '', { mode: 0o600 })
  await runOrThrow(['unshare', `--mount=${path}`, '--propagation', 'private', 'true'])
}

/** Those binds whose target is, in the namespace, the very file or folder that is their source here. */
async function placed({ path, binds }: MountNamespace): Promise<readonly Bind[]> {
  if (binds.length === 0) return []
  // Names those that are there, whatever lacks.
  const ask = ['stat', '--printf', String.raw`%d:%i %n\n`, '--', ...binds.map(({ to }) => to)]
  const seen = new Set((await runTogether([...inside(path), ...ask])).stdout.split('\n'))
  const found = await Promise.all(
    binds.map(async ({ from, to }) => {
      const source = await stat(from).catch(absent)
      return source !== null && seen.has(`${source.dev}:${source.ino} ${to}`)
    }),
  )
  return binds.filter((_, i) => found[i])
}

/** Takes the private bind mount away with the last namespace kept in it. */
async function leaveFolder(folder: string): Promise<void> {
  const all = await mounts()
  if (all.some((mount) => mount.path.startsWith(`${folder}/`))) return
  if (all.some((mount) => mount.path === folder)) await runOrThrow(['umount', folder])
  await rm(folder, { recursive: true }).catch(absent)
}
