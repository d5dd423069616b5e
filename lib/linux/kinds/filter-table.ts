import { type Json, listAt } from '../../core/json.ts'
import { run } from '../../process/command.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { FilterTable } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'
import { isNetworkNamespace } from './network-namespace.ts'
import { inside } from './sysctl.ts'

export const filterTable: Kind<FilterTable> = {
  name: ({ netns, name }) => `table inet ${name} of nftables in ${netns}`,
  wanted: ({ lines }) => ({ lines }),
  look: oneByOne(lookAt),
  put: (wanted) => write(wanted, wanted.lines),
  async restore(wanted, before) {
    if (!(await isNetworkNamespace(wanted.netns))) return
    await write(wanted, before === null ? null : listAt(before, 'lines').map(String))
  },
}

/** One transaction: whatever is there of that name is gone first, and nothing is there in between. */
async function write({ netns, name, program }: FilterTable, lines: readonly string[] | null) {
  const table = `table inet ${name}`
  // It can be deleted for certain once it is there.
  const commands = [
    table,
    `delete ${table}`,
    ...(lines === null ? [] : [`${table} {`, ...lines, '}']),
  ]
  await runOrThrow([...inside(netns), program, '-f', '-'], { input: commands.join('\n') })
}

async function lookAt({ netns, name, program }: FilterTable): Promise<Json> {
  if (!(await isNetworkNamespace(netns))) return null
  const { code, stdout } = await run([...inside(netns), program, 'list', 'table', 'inet', name])
  if (code !== 0) return null
  const lines = stdout.split('\n').map((line) => line.trim().replace(COUNTED, 'counter'))
  return { lines: lines.filter((line) => line !== '').slice(1, -1) }
}

const COUNTED = /\bcounter packets \d+ bytes \d+/
