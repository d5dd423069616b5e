import { homedir } from 'node:os'
import { isObject, type Json } from '../core/json.ts'
import { checkHosts } from './check-hosts.ts'
import { checkNetworks } from './check-networks.ts'
import { complete } from './complete.ts'
import { checkDefaults, fillDefaults } from './defaults.ts'
import { parseYaml } from './document.ts'
import { draftOf } from './draft.ts'
import type { Edition } from './editions.ts'
import { explainIssue } from './explain-issue.ts'
import type { Inventory } from './inventory.ts'
import { inventoryError, type ProblemAt } from './problem.ts'
import { readText, type ReadFile } from './read-text.ts'
import { fileSchema, type InventoryFile } from './schema.ts'

/**
 * Reads, checks and completes the inventory at `path`; `~` in it is `home`. Throws InputError with
 * everything that is wrong, each with line and column; what the file holds is quoted and escaped,
 * and never a user or password of a URL. `instead` takes the place of what the file says.
 */
export async function loadInventory(
  path: string,
  readFile?: ReadFile,
  home: string = homedir(),
  instead: Instead = {},
): Promise<Inventory> {
  const yaml = parseYaml(await readText(path, readFile))
  if (yaml.problems.length > 0) throw inventoryError(path, yaml.problems)
  const result = judge(isObject(yaml.data) ? { ...yaml.data, ...instead } : yaml.data)
  if ('file' in result) return complete(result.file, path, home)
  const placed = result.problems.map(({ path: at, atKey, ...problem }) => ({
    ...problem,
    ...yaml.place(at, atKey),
  }))
  throw inventoryError(path, placed)
}

/** What a command line can say instead of the file. */
export type Instead = { readonly edition?: Edition }

type Judged = { readonly file: InventoryFile } | { readonly problems: readonly ProblemAt[] }

/** Structure first, then what has to agree; values wrong by themselves are left out of the latter. */
function judge(given: Json): Judged {
  if (given === null) {
    const remedy = 'write target: lab; the rest has defaults'
    return { problems: [{ path: [], problem: 'the file is empty', remedy }] }
  }
  const data = fillDefaults(given)
  const parsed = fileSchema.safeParse(data)
  const issues = parsed.error?.issues.flatMap((issue) => explainIssue(issue, data)) ?? []
  const faulty = issues.map(({ path }) => path)
  const draft = draftOf(data, given, faulty)
  const problems = [
    ...issues,
    ...checkNetworks(draft),
    ...checkHosts(draft),
    ...checkDefaults(given, draft),
  ]
  return parsed.success && problems.length === 0 ? { file: parsed.data } : { problems }
}
