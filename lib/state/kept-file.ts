import { rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../core/errors.ts'
import {
  makeStateFolder,
  NEW_FILE,
  openPlain,
  readPlain,
  stateTrouble,
  syncFolder,
} from './state-folder.ts'

/** More than a file of this kind comes to. */
const LIMIT = 16 * 1024 * 1024

/** The text of a file that this program keeps; null where there is none. @throws InputError */
export async function readKept(path: string): Promise<string | null> {
  const bytes = await readPlain(path, LIMIT, {
    problem: `${path} is larger than ${LIMIT} bytes`,
    remedy: `look at what it is (head -c 300 ${path}) and move it away: mv ${path} ${path}.old`,
  })
  return bytes?.toString('utf8') ?? null
}

/** Puts the text in the file's place (0600): a reader finds the old text or the new one. @throws InputError */
export async function writeKept(path: string, text: string): Promise<void> {
  await makeStateFolder(dirname(path))
  const beside = `${path}.${process.pid}.new`
  try {
    const handle = await openPlain(beside, NEW_FILE)
    try {
      await handle?.writeFile(text)
      await handle?.sync()
    } finally {
      await handle?.close()
    }
    await rename(beside, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw stateTrouble('written', path, error)
  }
}

/** Takes the file away, if it is there. @throws InputError */
export async function removeKept(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw stateTrouble('removed', path, error)
  })
}
