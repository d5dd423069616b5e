import { chmod, lstat, mkdir, rm, rmdir } from 'node:fs/promises'
import type { Folder } from '../resources.ts'
import { absent } from '../files.ts'
import { type Kind, oneByOne } from './kind.ts'

export const folder: Kind<Folder> = {
  name: ({ path }) => `folder ${path}`,
  wanted: ({ mode, shared }) => (shared ? {} : { mode }),
  look: oneByOne(async ({ path, shared }) => {
    const found = await lstat(path).catch(absent)
    if (found === null) return null
    if (!found.isDirectory()) return { mode: null }
    return shared ? {} : { mode: found.mode & 0o7777 }
  }),
  async put({ path, mode }) {
    await mkdir(path, { recursive: true })
    await chmod(path, mode)
  },
  async restore({ path, shared }, before) {
    if (before !== null) return
    if (shared) await rmdir(path).catch(stillInUse)
    else await rm(path, { recursive: true, force: true })
  },
}

/** Something else lives in a shared folder by now, or it is gone already: both are fine. */
function stillInUse(error: NodeJS.ErrnoException): void {
  if (!['ENOTEMPTY', 'ENOENT', 'EBUSY'].includes(error.code ?? '')) throw error
}
