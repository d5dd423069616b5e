import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Json } from '../core/json.ts'
import { type Path, pathText, type Placed, type Problem } from './problem.ts'
import { quote } from './quote.ts'
import { explainYaml } from './yaml-error.ts'

/** The file as data, and where each value stands in it. */
export interface YamlFile {
  readonly data: Json
  readonly problems: readonly Placed[]
  /** The place of a value, or of its key; where the file lacks it, of what should hold it. */
  place(path: Path, atKey?: boolean): Position
}

export interface Position {
  readonly line: number
  readonly column: number
}

/** An inventory has four levels. */
const DEEPEST = 12

/**
 * Parses one YAML document. Whatever is wrong with it as YAML is in `problems`, in words of our own:
 * the parser's would repeat what the file holds. Aliases are refused, so that no file can grow.
 */
export function parseYaml(text: string): YamlFile {
  const counter = new LineCounter()
  const document = parseDocument(text, {
    strict: true,
    stringKeys: true,
    // Its own check compares each key with each other one; `readNode` does it in one go.
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: counter,
  })
  const position = (offset: number): Position => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems: Placed[] = firstAtEachPlace([...document.errors, ...document.warnings]).map(
    (fault) => ({ ...position(fault.pos[0]), ...explainYaml(fault) }),
  )
  const report = (offset: number, problem: Problem) => {
    problems.push({ ...position(offset), ...problem })
  }
  const data = problems.length > 0 ? null : readNode(document.contents, [], report)
  return {
    data,
    problems,
    place: (path, atKey = false) => position(offsetOf(document, path, atKey)),
  }
}

/** What the parser says after that, at the same place, only follows from it. */
function firstAtEachPlace(faults: readonly YAMLError[]): readonly YAMLError[] {
  const first = new Map<number, YAMLError>()
  for (const fault of faults) if (!first.has(fault.pos[0])) first.set(fault.pos[0], fault)
  return [...first.values()]
}

type Report = (offset: number, problem: Problem) => void

function readNode(node: unknown, path: Path, report: Report): Json {
  if (path.length > DEEPEST) {
    report(startOf(node, 0), {
      problem: 'this is nested too deeply',
      remedy: 'an inventory has four levels: write it as inventory.schema.json has it',
    })
    return null
  }
  if (isMap(node)) return readMap(node.items, path, report)
  if (isSeq(node)) return node.items.map((item, i) => readNode(item, [...path, i], report))
  if (isAlias(node)) {
    report(startOf(node, 0), {
      problem: `${pathText(path) || 'the file'} is an alias (*…)`,
      remedy: 'write the value out: an inventory has no anchors or aliases',
    })
    return null
  }
  return isScalar(node) ? scalarOf(node.value, node.source) : null
}

function readMap(
  pairs: readonly { key: unknown; value: unknown }[],
  path: Path,
  report: Report,
): Json {
  const found = new Map<string, Json>()
  for (const { key, value } of pairs) {
    const name = isScalar(key) ? String(key.value) : ''
    if (found.has(name)) {
      report(startOf(key, 0), {
        problem: `${quote(name)} stands twice in ${pathText(path) || 'the file'}`,
        remedy: 'keep one of the two',
      })
    }
    found.set(name, readNode(value, [...path, name], report))
  }
  return Object.fromEntries(found)
}

/** A `%YAML 1.1` line makes dates and the like of some words; they are the text in the file here. */
function scalarOf(value: unknown, source = ''): Json {
  if (typeof value === 'string' || typeof value === 'number') return value
  return value === null || typeof value === 'boolean' ? value : source
}

function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let here: unknown = document.contents
  let offset = startOf(here, 0)
  for (const [depth, key] of path.entries()) {
    if (isMap(here)) {
      const pair = here.items.find((item) => isScalar(item.key) && item.key.value === key)
      if (pair === undefined) return offset
      const keyOffset = startOf(pair.key, offset)
      offset = atKey && depth === path.length - 1 ? keyOffset : startOf(pair.value, keyOffset)
      here = pair.value
    } else if (isSeq(here) && typeof key === 'number' && key in here.items) {
      here = here.items[key]
      offset = startOf(here, offset)
    } else return offset
  }
  return offset
}

function startOf(node: unknown, otherwise: number): number {
  const known = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)
  return (known ? node.range?.[0] : undefined) ?? otherwise
}
