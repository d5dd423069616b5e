import { type Document, isNode, type LineCounter } from 'yaml'
import { InputError } from '../core/errors.ts'
import { at, type JsonObject, listAt, textAt } from '../core/json.ts'

const LISTS = ['clusters', 'users', 'contexts'] as const

type Repeated = {
  readonly list: (typeof LISTS)[number]
  readonly name: string
  /** All places of the name: `FILE:LINE:COLUMN`. */
  readonly places: readonly string[]
}

/** A kubeconfig as data, and where in its file each part stands. */
export type Parsed = {
  readonly path: string
  readonly config: JsonObject
  readonly document: Document
  readonly lines: LineCounter
}

/** Refuses, as kubectl does, a name that occurs twice: credentials could go to another server. @throws InputError */
export function mustNameOnce(parsed: Parsed): void {
  for (const list of LISTS) mustHaveNames(parsed, list)
  const repeated = LISTS.flatMap((list) => repeatedIn(parsed, list))
  const [first] = repeated
  if (first === undefined) return
  throw new InputError({
    problem: `${parsed.path} has several ${first.list} named "${first.name}"`,
    seen: repeated.map(({ list, name, places }) => `${list}: "${name}" at ${spell(places)}`),
    cause: 'which of them a context means cannot be told; kubectl refuses such a file, too',
    remedy:
      'give each another name, there and in the contexts that mean it, or keep each cluster in a kubeconfig of its own',
  })
}

/** `name: no` or `name: 1` is none, for kubectl either. */
function mustHaveNames(parsed: Parsed, list: Repeated['list']): void {
  const i = listAt(parsed.config, list).findIndex((item) => typeof at(item, 'name') !== 'string')
  if (i === -1) return
  const place = placeOf(parsed, list, i)
  throw new InputError({
    problem: `${place} has one of the ${list}, and no name for it that is text, as YAML reads it`,
    remedy: 'give it a name, in quotes where that is a number or a word such as no',
  })
}

function repeatedIn(parsed: Parsed, list: Repeated['list']): readonly Repeated[] {
  const names = listAt(parsed.config, list).map((item) => textAt(item, 'name') ?? '')
  return [...Map.groupBy(names.keys(), (i) => names[i] ?? '')]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => ({ list, name, places: all.map((i) => placeOf(parsed, list, i)) }))
}

/** Of the name itself, or of the nearest thing around it where an alias stands in between. */
function placeOf({ path, document, lines }: Parsed, list: string, index: number): string {
  const paths = [[list, index, 'name'], [list, index], [list]]
  const node = paths.map((keys) => document.getIn(keys, true)).find(isNode)
  const { line, col } = lines.linePos(node?.range?.[0] ?? 0)
  return `${path}:${line}:${col}`
}

function spell(places: readonly string[]): string {
  return `${places.slice(0, -1).join(', ')} and ${places.at(-1) ?? ''}`
}
