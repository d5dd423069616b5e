import { chmod, lstat, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { at, type Json } from '../../core/json.ts'
import type { Folder } from '../../ports/resources.ts'
import { absent, inTheWay, stillInUse } from '../files.ts'
import { isMountPointAnywhere, mounts } from '../mounts.ts'
import { type Kind, oneByOne } from './kind.ts'

export const folder: Kind<Folder> = {
  name: ({ path }) => `folder ${path}`,
  wanted: ({ mode, shared }) => (shared ? {} : { mode }),
  look: oneByOne(lookAt),
  async put(wanted) {
    const { path, mode } = wanted
    if (at(await lookAt(wanted), 'mode') === null) throw inTheWay(path, 'it is not a folder')
    await mkdir(path, { recursive: true })
    await chmod(path, mode)
  },
  async restore(wanted, before) {
    const { path, shared } = wanted
    const mode = at(before, 'mode')
    if (before === null && shared) {
      // Another lab's worker may have a folder of its own mounted there, in a namespace of its own.
      if (!(await isMountPointAnywhere(path))) await rmdir(path).catch(stillInUse)
    } else if (before === null) await removeAll(path)
    else if (typeof mode === 'number') await chmod(path, mode).catch(absent)
  },
}

/** Where somebody has mounted a disk of their own, what is in it goes, and the disk stays. */
async function removeAll(path: string): Promise<void> {
  const away = (one: string): Promise<void> => rm(one, { recursive: true, force: true })
  if (!(await mounts()).some((mount) => mount.path === path)) return away(path)
  for (const name of await readdir(path)) await away(join(path, name))
}

/** `mode` is null for what is no folder. A shared one may be a link to where the machine keeps it. */
async function lookAt({ path, shared }: Folder): Promise<Json> {
  const found = await (shared ? stat : lstat)(path).catch(absent)
  if (found === null) return null
  if (!found.isDirectory()) return { mode: null }
  return shared ? {} : { mode: found.mode & 0o7777 }
}
