import { lstat, mkdir } from 'node:fs/promises'
import { enableCompileCache, getCompileCacheDir } from 'node:module'
import { cacheDirOf, foldersOf } from '../supply/programs/context.ts'
import { mustBeTrusted } from '../trust/trusted-path.ts'

/**
 * Node keeps what it has made of this program's TypeScript for the next start, by the content of each file.
 * What is kept is carried out with the rights of whoever runs this, so it lies in a folder that nobody else
 * may even look into; where there can be none (a home that is read-only, or is not ours), nothing is kept.
 * A NODE_COMPILE_CACHE of the user's stays. A dry-run uses such a folder and makes none.
 */
export async function keepCompiled({
  env,
  argv,
}: Pick<NodeJS.Process, 'env' | 'argv'>): Promise<void> {
  if (getCompileCacheDir() !== undefined) return
  const { compiled } = foldersOf({ cacheDir: cacheDirOf(env) })
  try {
    await mustBeTrusted(compiled)
    if (!argv.includes('--dry-run')) await mkdir(compiled, { recursive: true, mode: 0o700 })
    await mustBeTrusted(compiled)
    if (((await lstat(compiled)).mode & 0o077) === 0) enableCompileCache(compiled)
  } catch {
    // It starts without, only later.
  }
}
