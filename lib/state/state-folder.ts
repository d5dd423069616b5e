import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Explanation, InputError, messageOf, StepError, systemCode } from '../core/errors.ts'
import { mustBeTrusted, mustBeTrustedFile } from '../trust/trusted-path.ts'

/**
 * Makes the folder (0700) where there is none; true if it did. A symlink in its place is refused:
 * following it would let somebody else choose where we write; so is what others may change.
 * @throws InputError
 */
export async function makeStateFolder(folder: string): Promise<boolean> {
  if (await stateFolderExists(folder)) return false
  try {
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
    await mkdir(folder, { mode: 0o700 })
    await syncFolder(dirname(folder))
    return true
  } catch (error) {
    // Another run may have made it at the same moment.
    if (systemCode(error) === 'EEXIST' && (await stateFolderExists(folder))) return false
    throw stateTrouble('made', folder, error)
  }
}

/** True when it is there. Writes nothing. @throws InputError when it may not be used, or made */
export async function stateFolderExists(folder: string): Promise<boolean> {
  await mustBeTrusted(folder)
  try {
    const found = await lstat(folder)
    if (!found.isDirectory())
      throw notPlain(folder, found.isSymbolicLink() ? 'a symlink' : 'no folder')
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    if (error instanceof InputError) throw error
    throw stateTrouble('used', folder, error)
  }
}

/** Written by this process alone: whatever has the name already, a symlink too, is left as it is. */
export const NEW_FILE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL

/** Opens a plain file that only its user may change, no symlink or pipe; null if absent. @throws InputError */
export async function openPlain(path: string, flags: number): Promise<FileHandle | null> {
  await mustBeTrusted(path)
  let handle: FileHandle
  try {
    handle = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return null
    if (code === 'ELOOP') throw notPlain(path, 'a symlink')
    throw stateTrouble('opened', path, error)
  }
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw notPlain(path, 'not a plain file')
    await mustBeTrustedFile(path, found)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The bytes of a plain file of `limit` bytes at most; null where there is none. @throws InputError */
export async function readPlain(
  path: string,
  limit: number,
  tooLarge: Explanation,
): Promise<Buffer | null> {
  const handle = await openPlain(path, constants.O_RDONLY)
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    if (size <= limit) return await handle.readFile()
  } catch (error) {
    throw stateTrouble('read', path, error)
  } finally {
    await handle.close()
  }
  throw new InputError(tooLarge)
}

/** Makes a new name in the folder outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A system error in the state folder, in words. Disk full is a StepError: mended, the run goes on. */
export function stateTrouble(verb: string, path: string, error: unknown): InputError | StepError {
  if (error instanceof InputError || error instanceof StepError) return error
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new StepError(
      {
        problem: `${path} cannot be ${verb}: the disk is full`,
        seen: [messageOf(error)],
        remedy: `df -h ${dirname(path)}; free space there, then continue with npx tsx run.ts --resume`,
      },
      { cause: error },
    )
  }
  return new InputError(
    {
      problem: `${path} cannot be ${verb}: ${messageOf(error)}`,
      remedy:
        code === 'EACCES' || code === 'EPERM'
          ? `run it as the user who owns it (root for a lab): ls -ld ${dirname(path)} ${path}`
          : `look at it: ls -ld ${dirname(path)} ${path}`,
    },
    { cause: error },
  )
}

function notPlain(path: string, what: string): InputError {
  return new InputError({
    problem: `${path} is ${what}; it is not followed`,
    cause: 'the state of a run must be where nobody else can change it',
    remedy: `look at it (ls -ld ${path}) and move it away: mv ${path} ${path}.old`,
  })
}
