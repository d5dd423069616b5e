import { homedir } from 'node:os'
import { InputError, messageOf } from '../errors.ts'
import { at } from '../json.ts'
import type { Json } from '../json.ts'
import { checkHosts } from './check-hosts.ts'
import { checkNetworks } from './check-networks.ts'
import { complete } from './complete.ts'
import { CHAPTER, fillDefaults } from './defaults.ts'
import { parseYaml } from './document.ts'
import { draftOf } from './draft.ts'
import { explainIssue } from './explain-issue.ts'
import type { Inventory } from './inventory.ts'
import { inventoryError, type ProblemAt } from './problem.ts'
import { printable } from './quote.ts'
import { fileSchema, type InventoryFile } from './schema.ts'

/** An inventory is some kilobytes. */
const SIZE_LIMIT = 256 * 1024

/**
 * Reads, checks and completes the inventory at `path`. `readFile` answers null for a file that is
 * not there. Throws InputError with everything that is wrong, each with line and column; what the
 * file holds is quoted and escaped, and never a user or password of a URL.
 */
export async function loadInventory(
  path: string,
  readFile: (path: string) => Promise<Uint8Array | null>,
  home: string = homedir(),
): Promise<Inventory> {
  const text = decode(path, await read(path, readFile))
  const yaml = parseYaml(text)
  if (yaml.problems.length > 0) throw inventoryError(path, yaml.problems)
  const result = judge(yaml.data)
  if ('file' in result) return complete(result.file, { source: path, home })
  throw inventoryError(
    path,
    result.problems.map((one) => ({ ...one, ...yaml.place(one.path, one.atKey) })),
  )
}

/** Structure first, then what has to agree; values wrong by themselves are left out of the latter. */
function judge(
  given: Json,
): { readonly file: InventoryFile } | { readonly problems: readonly ProblemAt[] } {
  if (given === null) return { problems: [empty()] }
  const data = fillDefaults(given)
  const parsed = fileSchema.safeParse(data)
  const draft = draftOf(data)
  const problems = [
    ...(parsed.error?.issues.flatMap((issue) => explainIssue(issue, data)) ?? []),
    ...checkNetworks(draft),
    ...checkHosts(draft),
    ...otherManifest(given),
  ]
  return parsed.success && problems.length === 0 ? { file: parsed.data } : { problems }
}

function empty(): ProblemAt {
  return {
    path: [],
    problem: 'the file is empty',
    remedy: 'write target: lab; the rest has defaults',
  }
}

/** The default sum is that of the default url only. */
function otherManifest(given: Json): readonly ProblemAt[] {
  const url = at(given, 'manifest', 'url')
  const isOther = typeof url === 'string' && url !== CHAPTER.manifest.url
  if (!isOther || at(given, 'manifest', 'sha256') !== undefined) return []
  return [
    {
      path: ['manifest', 'url'],
      problem: 'manifest.sha256 is missing, and another url has another sum',
      remedy: 'read that manifest, then add sha256: with what sha256sum prints of it',
    },
  ]
}

async function read(
  path: string,
  readFile: (path: string) => Promise<Uint8Array | null>,
): Promise<Uint8Array> {
  const file = printable(path)
  let bytes: Uint8Array | null
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new InputError(
      {
        problem: `${file} cannot be read`,
        seen: [printable(messageOf(error))],
        remedy: 'name a readable file: --inventory FILE',
      },
      { cause: error },
    )
  }
  if (bytes !== null) return bytes
  throw new InputError({
    problem: `there is no ${file}`,
    remedy:
      'git checkout inventory.yaml brings back the one of this project; ' +
      'or name another: --inventory FILE. The shortest has one line: target: lab',
  })
}

function decode(path: string, bytes: Uint8Array): string {
  const file = printable(path)
  if (bytes.byteLength > SIZE_LIMIT) {
    throw new InputError({
      problem: `${file} has ${String(bytes.byteLength)} bytes, and an inventory at most ${String(SIZE_LIMIT)}`,
      remedy: 'name the inventory itself: --inventory FILE',
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new InputError(
      {
        problem: `${file} is not UTF-8 text`,
        remedy: `save it as UTF-8, or name the inventory itself: --inventory FILE`,
      },
      { cause: error },
    )
  }
}
