import { emptyCache, listCache, type CacheEntry } from '../supply/programs/contents.ts'
import { cacheDirOf } from '../supply/programs/context.ts'
import type { CommonOptions, Request } from './request.ts'
import { print, printJson } from './print.ts'
import { PROJECT_FOLDER } from './project.ts'

type CacheRequest = Extract<Request, { command: 'cache' }>

const MIB = 1024 ** 2

/** Shows what is kept for the next lab, or deletes it. */
export async function cacheCommand(
  { empty }: CacheRequest,
  { json }: CommonOptions,
): Promise<number> {
  const cacheDir = cacheDirOf(process.env)
  const context = { cacheDir, projectDir: PROJECT_FOLDER, env: process.env }
  const entries = await (empty ? emptyCache : listCache)(context)
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  if (json) {
    await printJson({ v: 1, folder: cacheDir, emptied: empty, bytes, entries })
    return 0
  }
  const total = `${mib(bytes)}  ${empty ? 'deleted from' : 'in'} ${cacheDir}`
  await print([...entries.map(line), total].join('\n'))
  return 0
}

function line({ what, path, bytes }: CacheEntry): string {
  return `${mib(bytes)}  ${what} (${path})`
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0).padStart(6)} MiB`
}
