import { randomBytes } from 'node:crypto'
import { chmod, lstat, readFile } from 'node:fs/promises'
import { StepError } from '../../core/errors.ts'
import { at, type Json } from '../../core/json.ts'
import { absent, removeWhole, writeWhole } from '../files.ts'
import type { SecretFile } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

const RANDOM = /\{\{random:(\d+)\}\}/g
const MODE = 0o600

export const secretFile: Kind<SecretFile> = {
  together: true,
  name: ({ path }) => `secret file ${path}`,
  wanted: () => ({ filled: true }),
  look: oneByOne(lookAt),
  async put(wanted) {
    const { path, template } = wanted
    const now = await lookAt(wanted)
    if (now === null) {
      const text = template.replace(RANDOM, (_, bytes: string) =>
        randomBytes(Number(bytes)).toString('base64'),
      )
      await writeWhole(path, text, MODE)
      return
    }
    // What was encrypted with a secret is lost with it: one that is there is never replaced.
    if (at(now, 'filled') !== true) throw notOurs(path)
    await chmod(path, MODE)
  },
  // A secret is never kept in a journal, so all that can be given back is its absence, or its mode.
  async restore({ path }, before) {
    const mode = at(before, 'mode')
    if (before === null) await removeWhole(path)
    else if (typeof mode === 'number') await chmod(path, mode & 0o777).catch(absent)
  },
}

/** `mode` only where it is not the one that keeps a secret. */
async function lookAt({ path, template }: SecretFile): Promise<Json> {
  const found = await lstat(path).catch(absent)
  if (found === null) return null
  if (!found.isFile()) return { filled: false }
  const mode = found.mode & 0o7777
  const filled = isFilled(template, await readFile(path, 'utf8'))
  return { filled, ...(mode === MODE ? {} : { mode }) }
}

/** Whether a text is the template with base64 in the places of its randoms. */
function isFilled(template: string, text: string): boolean {
  const parts = template
    .split(/\{\{random:\d+\}\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[A-Za-z0-9+/]+=*')}$`).test(text)
}

function notOurs(path: string): StepError {
  return new StepError({
    problem: `${path} exists and is not a secret of this program`,
    remedy: `look at it; if it can go, move it elsewhere (mv ${path} ${path}.old), then run again`,
  })
}
