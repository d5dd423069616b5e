import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import type { Json } from '../core/json.ts'
import { partsOfJson } from './json-stream.ts'
import { plainScalar } from './yaml-scalar.ts'

/** The text is refused: why, and the offsets where that is seen. */
export class YamlFault extends Error {
  override readonly name = 'YamlFault'
  readonly offsets: readonly number[]
  constructor(problem: string, ...offsets: readonly number[]) {
    super(problem)
    this.offsets = offsets
  }
}

/** A scalar where it stands: the keys that lead to it, its value as text, and the part of the source. */
export type ScalarSeen = {
  readonly path: readonly string[]
  readonly text: string
  readonly range: readonly [start: number, end: number]
}

export type YamlOptions = {
  readonly lineCounter: LineCounter
  /** Nodes that aliases may add: a few lines of YAML can stand for gigabytes. */
  readonly aliases: number
  readonly onScalar: (seen: ScalarSeen) => void
}

/** A document, as something that is read when it is wanted, and where it begins. */
export type YamlDocument = {
  readonly start: number
  readonly errors: readonly { readonly message: string; readonly offset: number }[]
  /** Throws YamlFault. */
  readonly read: () => Json
}

/**
 * YAML, or JSON, as kubectl reads it (sigs.k8s.io/yaml, go-yaml v2): scalars by the rules of `plainScalar`,
 * keys turned into text, `<<` merged in the order in which the keys stand. Stricter in one thing: no key twice.
 */
export function readYaml(source: string, options: YamlOptions): readonly YamlDocument[] {
  const { lineCounter } = options
  lineCounter.addNewLine(0)
  for (const { index } of source.matchAll(/\n/g)) lineCounter.addNewLine(index + 1)
  return partsOf(source).map((document) => ({
    start: document.contents?.range[0] ?? 0,
    errors: document.errors.map(({ message, pos: [offset] }) => ({ message, offset })),
    read: () => reader(document, options)(document.contents, []),
  }))
}

/** What begins with a brace kubectl reads as JSON, where tabs are blanks. */
function partsOf(source: string): readonly Document.Parsed[] {
  const isJson = /^\s*\{/.test(source)
  return (isJson ? partsOfJson(source.replaceAll('\t', ' ')) : [source]).flatMap((text) => {
    const documents = parseAllDocuments(text, {
      ...{ prettyErrors: false, uniqueKeys: false },
      ...{ schema: 'failsafe', resolveKnownTags: false },
    })
    return Array.isArray(documents) ? documents : []
  })
}

type Read = (node: Node | null, path: readonly string[]) => Json

/** Tags that change nothing, and that which makes text of a scalar. */
const TAGS = ['!', ...['str', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`)]

function reader(document: Document, { aliases, onScalar }: YamlOptions): Read {
  /** Aliases that are being followed. */
  const open: Node[] = []
  let added = 0

  const read: Read = (node, path) => {
    if (node === null) return null
    if (open.length > 0 && (added += 1) > aliases) {
      throw new YamlFault(
        'uses so many YAML aliases that it looks like an alias bomb',
        startOf(node),
      )
    }
    if (isAlias(node)) return followed(node, (target) => read(target, path))
    if (node.tag !== undefined && !TAGS.includes(node.tag)) {
      throw new YamlFault(`has the YAML tag ${node.tag}, which no manifest needs`, startOf(node))
    }
    if (isScalar(node)) return scalar(node, path)
    if (isMap(node)) return Object.fromEntries(entriesOf(node, path))
    if (!isSeq(node)) throw new YamlFault('has something that is no value', startOf(node))
    return node.items.map((item, i) => read(item as Node, [...path, String(i)]))
  }
  const followed = <T>(alias: Alias, use: (target: Node) => T): T => {
    const target = alias.resolve(document)
    if (target === undefined) {
      throw new YamlFault(`has no anchor &${alias.source}`, startOf(alias))
    }
    if (open.includes(target)) {
      throw new YamlFault(`has an anchor &${alias.source} that holds itself`, startOf(alias))
    }
    open.push(target)
    try {
      return use(target)
    } finally {
      open.pop()
    }
  }
  const scalar = (node: Scalar, path: readonly string[]): Json => {
    const text = String(node.value)
    const [start, end] = node.range ?? [0, 0]
    if (open.length === 0) onScalar({ path, text, range: [start, end] })
    if (node.type !== 'PLAIN' || node.tag !== undefined) return text
    const value = plainScalar(text)
    if (value !== undefined) return value
    throw new YamlFault(`has the number ${text}, which cannot be read exactly`, start)
  }
  const entriesOf = (map: YAMLMap, path: readonly string[]): ReadonlyMap<string, Json> => {
    const entries = new Map<string, Json>()
    const places = new Map<string, number>()
    for (const pair of map.items) {
      const [key, value] = [pair.key as Node | null, pair.value as Node | null]
      if (isMerge(key)) {
        for (const [name, merged] of mergedFrom(value, path)) entries.set(name, merged)
        continue
      }
      const name = keyText(key, startOf(map))
      const place = key === null ? startOf(map) : startOf(key)
      const earlier = places.get(name)
      if (earlier !== undefined) throw new YamlFault(`has the key ${name} twice`, earlier, place)
      places.set(name, place)
      entries.set(name, read(value, [...path, name]))
    }
    return entries
  }
  const mergedFrom = (node: Node | null, path: readonly string[]): ReadonlyMap<string, Json> => {
    if (isMap(node)) return entriesOf(node, path)
    if (isAlias(node)) {
      return followed(node, (target) => {
        if (isMap(target)) return entriesOf(target, path)
        throw new YamlFault('merges (<<) something that is not a map', startOf(node))
      })
    }
    // Of several the first one counts.
    if (isSeq(node) && node.items.every((item) => isMap(item) || isAlias(item))) {
      const all = (node.items as Node[]).map((item) => mergedFrom(item, path))
      return new Map(all.toReversed().flatMap((one) => [...one]))
    }
    throw new YamlFault(
      'merges (<<) something that is not a map',
      node === null ? 0 : startOf(node),
    )
  }
  const keyText = (key: Node | null, otherwise: number): string => {
    const target = isAlias(key) ? key.resolve(document) : key
    const value = isScalar(target) ? scalar(target, []) : null
    if (typeof value === 'string') return value
    // As kubectl has it: `8080:` becomes the text 8080, `yes:` becomes true.
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isInteger(value))) {
      return String(value)
    }
    throw new YamlFault('has a key that is not text', key === null ? otherwise : startOf(key))
  }
  return read
}

function isMerge(key: Node | null): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}
