import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { absent } from '../host/files.ts'
import { cacheDirOf } from '../host/programs/context.ts'
import type { CommonOptions, Request } from './options.ts'
import { print, printJson } from './print.ts'

type CacheRequest = Extract<Request, { command: 'cache' }>

const MIB = 1024 ** 2

/** Shows what is kept for the next lab, or deletes it. */
export async function cacheCommand(
  { empty }: CacheRequest,
  { json }: CommonOptions,
): Promise<number> {
  const folder = cacheDirOf(process.env)
  const names = (await readdir(folder).catch(absent)) ?? []
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (empty) await rm(folder, { recursive: true, force: true })
  const parts = names.map((name, i) => ({ name, bytes: sizes[i] ?? 0 }))
  if (json) await printJson({ v: 1, folder, emptied: empty, bytes: total, parts })
  else
    await print(
      [...parts.map(line), `${mib(total)}  ${folder}${empty ? ', deleted' : ''}`].join('\n'),
    )
  return 0
}

function line({ name, bytes }: { readonly name: string; readonly bytes: number }): string {
  return `${mib(bytes)}  ${name}`
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(0).padStart(6)} MiB`
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(absent)
  if (found === null) return 0
  if (!found.isDirectory()) return found.size
  const names = await readdir(path)
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}
