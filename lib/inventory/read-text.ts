import { createReadStream } from 'node:fs'
import { InputError, messageOf } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { escapeUnsafe } from '../core/unsafe-characters.ts'

/** An inventory is some kilobytes. */
const SIZE_LIMIT = 256 * 1024

/** A file's bytes; null for a file that is not there. */
export type ReadFile = (path: string) => Promise<Uint8Array | null>

/** The inventory's text. Throws InputError for a file that is absent, unreadable, too large or no text. */
export async function readText(path: string, readFile: ReadFile = fromDisk): Promise<string> {
  const file = escapeUnsafe(path)
  const bytes = await readFile(path).catch((cause: unknown) => {
    const seen = [escapeUnsafe(messageOf(cause))]
    const remedy = 'name a readable file: --inventory FILE'
    throw new InputError({ problem: `${file} cannot be read`, seen, remedy }, { cause })
  })
  if (bytes === null) {
    throw new InputError({
      problem: `there is no ${file}`,
      remedy:
        'name one that is there: --inventory FILE. The shortest has one line: target: lab; ' +
        'git checkout inventory.yaml restores the one of this project',
    })
  }
  if (bytes.byteLength > SIZE_LIMIT) {
    throw new InputError({
      problem: `${file} is larger than ${SIZE_LIMIT} bytes`,
      remedy: 'name the inventory itself: --inventory FILE',
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const remedy = 'save it as UTF-8, or name the inventory itself: --inventory FILE'
    throw new InputError({ problem: `${file} is not UTF-8 text`, remedy }, { cause })
  }
}

/** Never more than one byte beyond the limit: it may be a device without an end. */
async function fromDisk(path: string): Promise<Uint8Array | null> {
  try {
    const chunks = await createReadStream(path, { end: SIZE_LIMIT }).toArray()
    return Buffer.concat(chunks as Uint8Array[])
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return null
    throw error
  }
}
