import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { StepError } from '../core/errors.ts'

/** For `catch`: null for errors of these codes; others go on. */
export function unless(...codes: readonly string[]): (error: NodeJS.ErrnoException) => null {
  return (error) => {
    if (codes.includes(error.code ?? '')) return null
    throw error
  }
}

/** For `catch`: null where there is no such file. */
export const absent = unless('ENOENT', 'ENOTDIR')

/** For `catch` of a folder's removal: it is gone already, or others use it and it stays. */
export const stillInUse = unless('ENOTEMPTY', 'ENOENT', 'EBUSY')

/** The error for something else at the path of a resource; `what` completes "PATH is in the way: …". */
export function inTheWay(path: string, what: string): StepError {
  return new StepError({
    problem: `${path} is in the way: ${what}`,
    remedy: `look at it (ls -ld ${path}); if it can go, move it elsewhere, then run again`,
  })
}

/**
 * Writes a file so that a reader sees either the old or the whole new one. Not synced: what a power
 * cut loses, the next check finds missing. Only one process at a time may write a path.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const beside = besideOf(path)
  await rm(beside, { force: true })
  await writeFile(beside, content, { mode, flag: 'wx' })
  await chmod(beside, mode)
  await rename(beside, path)
}

/** Removes a file, and what a process that was killed in `writeWhole` has left beside it. */
export async function removeWhole(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(besideOf(path), { force: true })
}

/** The same each time, so that the next one finds it. */
function besideOf(path: string): string {
  return `${path}.new`
}
