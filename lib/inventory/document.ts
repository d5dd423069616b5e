import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Json } from '../core/json.ts'
import { type Path, pathText, type Placed, type Problem } from './problem.ts'
import { quote } from './quote.ts'
import { explainYaml, TOO_DEEP } from './yaml-error.ts'

/** The file as data, and where each value stands in it. */
interface YamlFile {
  readonly data: Json
  readonly problems: readonly Placed[]
  /** The place of a value, or of its key; where the file lacks it, of what should hold it. */
  place(path: Path, atKey?: boolean): Position
}

type Position = Pick<Placed, 'line' | 'column'>

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
    // Its own check compares each key with each other one; `readMap` does it in one go.
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
  // What the parser says after the first error at a place only follows from it.
  const faults = [...document.errors, ...document.warnings].toReversed()
  const first = new Map(faults.map((fault) => [fault.pos[0], fault]))
  const problems = [...first].map(([offset, fault]) => ({
    ...position(offset),
    ...explainYaml(fault),
  }))
  const places = new Map<string, { readonly key: number; readonly value: number }>()
  const file: Reading = {
    found: (path, key, value) => places.set(JSON.stringify(path), { key, value }),
    report: (offset, problem) => problems.push({ ...position(offset), ...problem }),
  }
  const place = (path: Path, atKey = false): Position => {
    const known = places.get(JSON.stringify(path))
    if (known !== undefined) return position(atKey ? known.key : known.value)
    return path.length === 0 ? position(0) : place(path.slice(0, -1))
  }
  const data = problems.length > 0 ? null : readNode(document.contents, [], file)
  return { data, problems, place }
}

/** Told of every value and its key, by their offsets in the text, and of what is wrong. */
interface Reading {
  found(path: Path, key: number, value: number): unknown
  report(offset: number, problem: Problem): unknown
}

function readNode(node: unknown, path: Path, file: Reading, key = 0): Json {
  const start = startOf(node, key)
  file.found(path, key, start)
  if (path.length > DEEPEST) {
    file.report(start, TOO_DEEP)
    return null
  }
  if (isMap(node)) return readMap(node.items, path, file)
  if (isSeq(node)) return node.items.map((item, i) => readNode(item, [...path, i], file, start))
  if (isAlias(node)) {
    file.report(start, {
      problem: `${pathText(path) || 'the file'} is an alias (*…)`,
      remedy: 'write the value out: an inventory has no anchors or aliases',
    })
  }
  return isScalar(node) ? scalarOf(node.value, node.source) : null
}

function readMap(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  path: Path,
  file: Reading,
): Json {
  const found = new Map<string, Json>()
  for (const { key, value } of pairs) {
    const name = isScalar(key) ? String(key.value) : ''
    const start = startOf(key, 0)
    if (found.has(name)) {
      file.report(start, {
        problem: `${quote(name)} stands twice in ${pathText(path) || 'the file'}`,
        remedy: 'keep one of the two',
      })
    }
    found.set(name, readNode(value, [...path, name], file, start))
  }
  return Object.fromEntries(found)
}

/** A `%YAML 1.1` line makes dates and the like of some words; they are the text in the file here. */
function scalarOf(value: unknown, source = ''): Json {
  if (typeof value === 'string' || typeof value === 'number') return value
  return value === null || typeof value === 'boolean' ? value : source
}

function startOf(node: unknown, otherwise: number): number {
  const known = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)
  return (known ? node.range?.[0] : undefined) ?? otherwise
}
