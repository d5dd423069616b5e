import { emptyCache, listCache } from '../supply/programs/contents.ts'
import { print, printJson, sayFor } from './print.ts'
import { programsContext } from './project.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'

/** Shows what is kept for the next lab, or deletes it. */
export async function cacheCommand(
  { empty }: RequestOf<'cache'>,
  common: CommonOptions,
): Promise<number> {
  const context = programsContext()
  const folder = context.cacheDir
  const entries = await (empty ? emptyCache : listCache)(context)
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  if (common.json) await printJson({ v: 1, folder, emptied: empty, bytes, entries })
  else {
    const say = await sayFor(common)
    const lines = entries.map((entry) => `${mib(entry.bytes)}  ${say(entry.what)} (${entry.path})`)
    const all = empty ? say(`deleted from ${folder}`) : say(`in ${folder}`)
    await print([...lines, `${mib(bytes)}  ${all}`].join('\n'))
  }
  return 0
}

function mib(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0).padStart(6)} MiB`
}
