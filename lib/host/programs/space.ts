import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StepError } from '../../errors.ts'
import { megabytes } from './progress.ts'

/** True for «no space left» of the system itself, of a quota, or told by a program that was run. */
export function isNoSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true
  return /no space left on device|disk quota exceeded/i.test(error.message)
}

/** True where the cache's folder may not be written to. */
export function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM'
}

/** The failure to report when `path` could not be written for want of room. */
export async function noSpace(path: string, error: unknown): Promise<StepError> {
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
export function forbidden(path: string, error: unknown): StepError {
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
