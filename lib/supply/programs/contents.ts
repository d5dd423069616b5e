import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LockedError } from '../../core/errors.ts'
import { foldersOf, type ProgramsContext } from './context.ts'
import { holdersOf } from './lock.ts'
import { readRecord } from './record.ts'
import { describeSource } from './cache.ts'

/** One thing that takes room in the cache. */
export type CacheEntry = {
  /** Absolute. */
  readonly path: string
  /** One line for people. */
  readonly what: string
  /** Bytes, of the files in it. */
  readonly bytes: number
}

/** What the cache holds, the programs of this and of other versions included. Reads only. */
export async function listCache(context: ProgramsContext): Promise<readonly CacheEntry[]> {
  const folders = foldersOf(context)
  const entries: CacheEntry[] = []
  const add = async (path: string, what: string): Promise<void> => {
    const bytes = await sizeOf(path)
    if (bytes !== null) entries.push({ path, what, bytes })
  }
  for (const path of await childrenOf(folders.programs)) {
    const record = await readRecord(path)
    await add(
      path,
      record === null ? 'programs, unfinished' : `programs, ${describeSource(record)}`,
    )
  }
  for (const path of await childrenOf(folders.images)) await add(path, `image ${basename(path)}`)
  for (const path of await childrenOf(folders.downloads)) await add(path, 'a download')
  await add(folders.goBuild, 'what Go has compiled; without it a build takes about ten minutes')
  await add(folders.goModules, 'Go modules')
  await add(folders.apt, 'package lists of the distribution')
  await add(
    folders.compiled,
    'this program bundled and compiled; without it a start takes twice as long',
  )
  return entries
}

/** Empties the cache and returns what was removed. @throws LockedError while another run fills it */
export async function emptyCache(context: ProgramsContext): Promise<readonly CacheEntry[]> {
  const folders = foldersOf(context)
  const [holder] = await holdersOf(folders.locks)
  if (holder !== undefined) {
    throw new LockedError({
      problem: `process ${holder} is filling the cache`,
      remedy: `wait for it, or end it: kill ${holder}`,
    })
  }
  const entries = await listCache(context)
  for (const folder of new Set(Object.values(folders))) {
    await rm(folder, { recursive: true, force: true })
  }
  if ((await childrenOf(context.cacheDir)).length === 0) {
    await rm(context.cacheDir, { recursive: true, force: true })
  }
  return entries
}

async function childrenOf(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).toSorted().map((name) => join(folder, name))
}

/** Bytes in a file, or in all files below a folder; null where there is neither. */
async function sizeOf(path: string): Promise<number | null> {
  const stats = await lstat(path).catch(() => null)
  if (stats === null || !stats.isDirectory()) return stats?.size ?? null
  const sizes = await Promise.all((await childrenOf(path)).map(sizeOf))
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}
