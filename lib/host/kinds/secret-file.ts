import { randomBytes } from 'node:crypto'
import { lstat, readFile, rm } from 'node:fs/promises'
import { absent, writeWhole } from '../files.ts'
import type { SecretFile } from '../resources.ts'
import { type Kind, oneByOne } from './kind.ts'

const RANDOM = /\{\{random:(\d+)\}\}/g

export const secretFile: Kind<SecretFile> = {
  together: true,
  name: ({ path }) => `secret file ${path}`,
  wanted: () => ({ filled: true }),
  look: oneByOne(async ({ path, template }) => {
    const found = await lstat(path).catch(absent)
    if (found === null) return null
    if (!found.isFile() || (found.mode & 0o7777) !== 0o600) return { filled: false }
    return { filled: isFilled(template, await readFile(path, 'utf8')) }
  }),
  async put({ path, template }) {
    const text = template.replace(RANDOM, (_, bytes: string) =>
      randomBytes(Number(bytes)).toString('base64'),
    )
    await writeWhole(path, text, 0o600)
  },
  // An earlier secret is never kept in a journal, so it cannot be given back; ours then stays.
  async restore({ path }, before) {
    if (before === null) await rm(path, { force: true })
  },
}

/** Whether a text is the template with base64 in the places of its randoms. */
function isFilled(template: string, text: string): boolean {
  const parts = template
    .split(/\{\{random:\d+\}\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[A-Za-z0-9+/]+=*')}$`).test(text)
}
