import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isExplained, StepError } from '../../core/errors.ts'
import { isFullDisk } from '../../core/machine-trouble.ts'
import { megabytes } from './progress.ts'

/** True where the cache's folder may not be written to, or cannot be one. */
function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  // On a read-only disk Node's recursive mkdir says ENOENT; where a file lies in the way, ENOTDIR.
  if ('syscall' in error && error.syscall === 'mkdir') return true
  return error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM'
}

/** True for failures of the disk that the cache is on: another source would fare no better. */
export function isDisk(error: unknown): boolean {
  return isFullDisk(error) || isForbidden(error)
}

/** The error to throw for one that filling the cache met: explained where it is the disk's fault. */
export async function explainCache(cacheDir: string, error: unknown): Promise<unknown> {
  if (isExplained(error)) return error
  if (isFullDisk(error)) return noSpace(cacheDir, error)
  if (isForbidden(error)) return forbidden(cacheDir, error)
  return error
}

/** The failure to report when `path` could not be written for want of room. */
async function noSpace(path: string, error: unknown): Promise<StepError> {
  const free = await freeBytes(path)
  return new StepError(
    {
      problem: `no room left on the disk of ${path}`,
      seen: [
        error instanceof Error ? error.message : String(error),
        ...(free === null ? [] : [`free there: ${megabytes(free)}`]),
      ],
      cause: 'programs, and what building them needs, take up to 6 GB the first time',
      remedy: `make room on that disk, or put the cache elsewhere: XDG_CACHE_HOME=/BIGGER/DISK npx tsx run.ts --resume`,
    },
    { cause: error },
  )
}

/** The failure to report when the cache may not be written to. */
function forbidden(path: string, error: unknown): StepError {
  return new StepError(
    {
      problem: `the cache ${path} cannot be written to`,
      seen: [error instanceof Error ? error.message : String(error)],
      remedy: `sudo chown -R "$(id -un)" '${path}', or put the cache elsewhere with XDG_CACHE_HOME=/SOME/DISK`,
    },
    { cause: error },
  )
}

/** Bytes free for this user on the disk that would hold `path`; null where that cannot be told. */
async function freeBytes(path: string): Promise<number | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = await statfs(folder).catch(() => null)
    if (stats !== null) return stats.bavail * stats.bsize
    if (folder === dirname(folder)) return null
  }
}
