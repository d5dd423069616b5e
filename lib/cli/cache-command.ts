import { emptyCache, listCache } from '../supply/programs/contents.ts'
import { print, printJson } from './print.ts'
import { programsContext } from './project.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'

/** Shows what is kept for the next lab, or deletes it. */
export async function cacheCommand(
  { empty }: RequestOf<'cache'>,
  { json }: CommonOptions,
): Promise<number> {
  const context = programsContext()
  const folder = context.cacheDir
  const entries = await (empty ? emptyCache : listCache)(context)
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  if (json) await printJson({ v: 1, folder, emptied: empty, bytes, entries })
  else {
    const lines = entries.map((entry) => `${mib(entry.bytes)}  ${entry.what} (${entry.path})`)
    await print([...lines, `${mib(bytes)}  ${empty ? 'deleted from' : 'in'} ${folder}`].join('\n'))
  }
  return 0
}

function mib(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0).padStart(6)} MiB`
}
