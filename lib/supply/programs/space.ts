import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isExplained, messageOf, StepError } from '../../core/errors.ts'
import { isFullDisk } from '../../core/machine-trouble.ts'
import { quoted } from '../../core/shell.ts'
import { megabytes } from './job.ts'

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
  if (isFullDisk(error)) {
    const free = await freeBytes(cacheDir)
    return new StepError(
      {
        problem: `no room left on the disk of ${cacheDir}`,
        seen: [messageOf(error), ...(free === null ? [] : [`free there: ${megabytes(free)}`])],
        cause: 'programs, and what building them needs, take up to 6 GB the first time',
        remedy: `make room on that disk, or put the cache elsewhere: XDG_CACHE_HOME=/BIGGER/DISK npx tsx run.ts --resume`,
      },
      { cause: error },
    )
  }
  if (!isForbidden(error)) return error
  return new StepError(
    {
      problem: `the cache ${cacheDir} cannot be written to`,
      seen: [messageOf(error)],
      // Only root gets here, whom no owner keeps out: the disk is read-only, or something lies in the way.
      remedy: `put the cache elsewhere: XDG_CACHE_HOME=/SOME/DISK npx tsx run.ts --resume; or look at it: ls -ld ${[dirname(cacheDir), cacheDir].map(quoted).join(' ')}`,
    },
    { cause: error },
  )
}

/** Bytes free for this user on the disk that would hold `path`; null where that cannot be told. */
export async function freeBytes(path: string): Promise<number | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    const stats = await statfs(folder).catch(() => null)
    if (stats !== null) return stats.bavail * stats.bsize
    if (folder === dirname(folder)) return null
  }
}
