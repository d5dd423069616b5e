import { lstat, mkdir } from 'node:fs/promises'
import { enableCompileCache, getCompileCacheDir } from 'node:module'
import { cacheDirOf, foldersOf } from '../supply/programs/context.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'

/** Where this program is kept as it starts fastest. */
export type Kept = {
  /** Absolute. */
  readonly folder: string
  /** A dry-run uses what is there and makes nothing. */
  readonly mayWrite: boolean
}

/**
 * The folder in which this program is kept as it starts fastest, with Node's compile cache switched on in it;
 * a NODE_COMPILE_CACHE of the user's stays. What lies there is carried out with the rights of whoever runs this,
 * so nobody else may even look into it; null where there can be no such folder (a home that is read-only, or
 * is not ours).
 */
export async function keepCompiled({
  env,
  argv,
}: Pick<NodeJS.Process, 'env' | 'argv'>): Promise<Kept | null> {
  const { compiled: folder } = foldersOf({ cacheDir: cacheDirOf(env) })
  const mayWrite = !argv.includes('--dry-run')
  try {
    await mustBeTrusted(folder)
    if (mayWrite) await mkdir(folder, { recursive: true, mode: 0o700 })
    await mustBeTrusted(folder)
    if (((await lstat(folder)).mode & 0o077) !== 0) return null
  } catch {
    return null
  }
  if (getCompileCacheDir() === undefined) enableCompileCache(folder)
  return { folder, mayWrite }
}
