import { LineCounter } from 'yaml'
import { StepError } from '../core/errors.ts'
import { readYaml, type ScalarSeen, YamlFault } from './kubectl-yaml.ts'
import { placeholderIn, templateLines } from './placeholders.ts'

export type ManifestLimits = {
  readonly bytes: number
  readonly objects: number
  /** Nodes that aliases may add: a few lines of YAML can stand for gigabytes. */
  readonly aliases: number
}

export const MANIFEST_LIMITS: ManifestLimits = { bytes: 1024 * 1024, objects: 200, aliases: 10_000 }

/** How a manifest is refused: what is wrong with it, and what was seen of that. */
export type Refuse = (problem: string, ...seen: readonly string[]) => StepError

/** The text, unless its first characters tell that it cannot be a manifest. */
export function textOf(bytes: Uint8Array, refuse: Refuse): string {
  const text = decode(bytes, refuse)
  const wrong = NOT_YAML.find(([form]) => form.test(text))?.[1]
  if (wrong !== undefined) throw refuse(wrong, text.slice(0, 80).trim())
  return text
}

function decode(bytes: Uint8Array, refuse: Refuse): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // Of files that were joined each may begin with its own mark of byte order.
    return text.replace(/^(---[^\n]*\n)\uFEFF/gm, '$1')
  } catch {
    throw refuse('is not UTF-8 text')
  }
}

/** The value of each document, and where it begins. */
export function valuesIn(text: string, { aliases }: ManifestLimits, refuse: Refuse) {
  const lineCounter = new LineCounter()
  const scalars: ScalarSeen[] = []
  const onScalar = (seen: ScalarSeen): number => scalars.push(seen)
  const documents = readYaml(text, { lineCounter, aliases, onScalar })
  const placeIn = (document: number, offset: number): string => {
    const { line, col } = lineCounter.linePos(offset)
    return `document ${document + 1}, line ${line}, column ${col}`
  }
  const values = documents.map(({ start, errors: [error], read }, i) => {
    const place = (offset: number): string => placeIn(i, offset)
    const refuseAt = (problem: string, offsets: readonly number[]): StepError => {
      const template = templateLines(text)
      if (template.length === 0) return refuse(problem, ...offsets.map(place))
      return unfilled(
        refuse,
        template.map((line) => `line ${line}: ${lineOf(text, line)}`),
      )
    }
    if (error !== undefined) throw refuseAt(`is not YAML: ${error.message}`, [error.offset])
    try {
      return { value: read(), place: place(start) }
    } catch (fault) {
      throw fault instanceof YamlFault ? refuseAt(fault.message, fault.offsets) : fault
    }
  })
  const marks = scalars.flatMap((seen) => placeholderIn(seen, text) ?? [])
  if (marks.length > 0) {
    const lines = marks.map(
      ({ mark, offset }) => `line ${lineCounter.linePos(offset).line}: ${mark}`,
    )
    throw unfilled(refuse, [...new Set(lines)])
  }
  return values
}

function unfilled(refuse: Refuse, seen: readonly string[]): StepError {
  const { explanation } = refuse(
    'is a template whose placeholders are not filled in',
    ...seen.slice(0, SHOWN),
  )
  const remedy =
    'fill it in first (helm template, envsubst or sed, as its source says), then set manifest.url and manifest.sha256 in inventory.yaml to the result'
  return new StepError({ ...explanation, remedy }, { obstacle: true })
}

/** Placeholders that are shown. */
const SHOWN = 20

function lineOf(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim()
}

/** What cannot be a manifest by its first characters: proxies and login pages answer with status 200. */
const NOT_YAML: readonly (readonly [RegExp, string])[] = [
  [/^\s*$/, 'is empty'],
  [
    /^\s*(<!doctype html|<html|<head|<body)/i,
    'is an HTML page: a proxy or login page may have answered',
  ],
  [/^\s*(<\?xml|<[a-z]+[\s>])/i, 'is XML: a storage service may have answered with an error'],
  // eslint-disable-next-line no-control-regex -- NUL is what tells binary data from text
  [/\x00/, 'is binary data'],
]
