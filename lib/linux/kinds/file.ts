import { lstat, readFile } from 'node:fs/promises'
import { at, type Json, textAt } from '../../core/json.ts'
import { absent, inTheWay, removeWhole, writeWhole } from '../files.ts'
import type { File } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

/** More than any file that this program writes; a larger one in its place is somebody else's. */
const LARGEST = 1024 * 1024

export const file: Kind<File> = {
  together: true,
  name: ({ path }) => `file ${path}`,
  wanted: ({ mode, text }) => ({ mode, text }),
  look: oneByOne(lookAt),
  async put(wanted) {
    const now = await lookAt(wanted)
    if (now !== null && at(now, 'mode') === null) {
      throw inTheWay(wanted.path, 'not a plain file, or too large to be restored')
    }
    await writeWhole(wanted.path, wanted.text, wanted.mode)
  },
  async restore({ path }, before) {
    if (before === null) await removeWhole(path)
    const mode = at(before, 'mode')
    const bytes = bytesOf(before)
    // Otherwise it was nothing that `put` would have touched.
    // Its owner is whoever runs this: with a set-user-ID bit it would lend their rights to others.
    if (typeof mode === 'number' && bytes !== null) await writeWhole(path, bytes, mode & 0o777)
  },
}

async function lookAt({ path }: File): Promise<Json> {
  const found = await lstat(path).catch(absent)
  if (found === null) return null
  if (!found.isFile() || found.size > LARGEST) return { mode: null }
  return { mode: found.mode & 0o7777, ...contentOf(await readFile(path)) }
}

/** As text where it is text, so that people can read a journal; to the byte in either case. */
function contentOf(bytes: Buffer): { readonly text: string } | { readonly base64: string } {
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }
}

function bytesOf(before: Json): Buffer | null {
  const text = textAt(before, 'text')
  if (text !== undefined) return Buffer.from(text)
  const base64 = textAt(before, 'base64')
  return base64 === undefined ? null : Buffer.from(base64, 'base64')
}
