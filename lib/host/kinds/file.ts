import { lstat, readFile, rm } from 'node:fs/promises'
import { textAt } from '../../json.ts'
import { absent, writeWhole } from '../files.ts'
import type { File } from '../resources.ts'
import { type Kind, oneByOne } from './kind.ts'

/** More than any file that this program writes; a larger one in its place is somebody else's. */
const LARGEST = 1024 * 1024

export const file: Kind<File> = {
  together: true,
  name: ({ path }) => `file ${path}`,
  wanted: ({ mode, text }) => ({ mode, text }),
  look: oneByOne(async ({ path }) => {
    const found = await lstat(path).catch(absent)
    if (found === null) return null
    if (!found.isFile() || found.size > LARGEST) return { mode: null }
    return { mode: found.mode & 0o7777, text: await readFile(path, 'utf8') }
  }),
  async put({ path, mode, text }) {
    await writeWhole(path, text, mode)
  },
  async restore({ path, mode }, before) {
    const text = textAt(before, 'text')
    if (text === undefined) await rm(path, { force: true })
    else await writeWhole(path, text, mode)
  },
}
