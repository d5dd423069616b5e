import { constants } from 'node:fs'
import { type FileHandle, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from '../core/errors.ts'
import type { JournalStore } from '../engine/setup.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'
import {
  makeStateFolder,
  NEW_FILE,
  openPlain,
  readPlain,
  stateFolderExists,
  stateTrouble,
  syncFolder,
} from './state-folder.ts'

/** More than any journal comes to; a larger file is not one. */
const LIMIT = 64 * 1024 * 1024

/** A journal in a file of mode 0600. Nothing is made before the first write. */
export function journalFile(path: string): JournalStore {
  let writing: FileHandle | null = null
  return {
    where: path,
    read: () => readJournal(path),
    async write(offset, bytes) {
      writing ??= await openForWriting(path)
      try {
        await replaceEnd(writing, path, offset, bytes)
      } catch (error) {
        await writing.close()
        writing = null
        throw error
      }
    },
    async close() {
      await writing?.close()
      writing = null
    },
  }
}

async function readJournal(path: string): Promise<Uint8Array | null> {
  await mustBeTrusted(path)
  if (!(await stateFolderExists(dirname(path)))) return null
  return readPlain(path, LIMIT, {
    problem: `the journal ${path} is larger than ${LIMIT} bytes`,
    remedy: `look at what it is (head -c 300 ${path}) and move it away: mv ${path} ${path}.old`,
  })
}

async function openForWriting(path: string): Promise<FileHandle> {
  await makeStateFolder(dirname(path))
  const there = await openPlain(path, constants.O_RDWR)
  if (there !== null) {
    await there.chmod(0o600)
    return there
  }
  const made = await openPlain(path, NEW_FILE)
  if (made === null) throw new Error(`${path} was not made`)
  try {
    await syncFolder(dirname(path))
    return made
  } catch (error) {
    await made.close()
    throw stateTrouble('made', path, error)
  }
}

async function replaceEnd(
  handle: FileHandle,
  path: string,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  const { size } = await handle.stat()
  if (size < offset) {
    throw new InputError({
      problem: `the journal ${path} has become shorter while this run was writing it`,
      remedy: `find out who else writes there: fuser -v ${path}`,
    })
  }
  try {
    if (size > offset) await handle.truncate(offset)
    for (let written = 0; written < bytes.length;) {
      const rest = bytes.length - written
      written += (await handle.write(bytes, written, rest, offset + written)).bytesWritten
    }
    await handle.sync()
  } catch (error) {
    await truncateTo(handle, path, offset)
    throw stateTrouble('written', path, error)
  }
}

/** A line half written would be cut as torn by the next reader; better it is not there at all. */
async function truncateTo(handle: FileHandle, path: string, offset: number): Promise<void> {
  try {
    if (offset === 0) await unlink(path)
    await handle.truncate(offset)
  } catch {
    // The reader's own care has to do then.
  }
}
