import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type ParsedNode,
  visit,
} from 'yaml'
import { StepError } from '../core/errors.ts'
import { isObject, type Json } from '../core/json.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import { isKubeObject, describe } from './objects.ts'

/** Bounds on what came from outside. */
export type ManifestLimits = {
  readonly bytes: number
  readonly objects: number
  /** Nodes that aliases may add: a few lines of YAML can stand for gigabytes. */
  readonly aliases: number
}

export const MANIFEST_LIMITS: ManifestLimits = { bytes: 1024 * 1024, objects: 200, aliases: 100 }

/**
 * Reads a manifest: documents of YAML (or JSON), lists taken apart. `source` is the url or path, for messages.
 * Throws StepError with document, line and column for all that is not a plain list of Kubernetes objects.
 * Secrets are refused: they must not lie in a manifest, and would get into plan and journal.
 */
export function parseManifest(
  bytes: Uint8Array,
  source: string,
  limits: ManifestLimits = MANIFEST_LIMITS,
): readonly KubeObject[] {
  if (bytes.length > limits.bytes) {
    throw refuse(source, `is larger than ${limits.bytes} bytes`, [`${bytes.length} bytes`])
  }
  const text = decode(bytes, source)
  const wrong = looksWrong(text)
  if (wrong !== null) throw refuse(source, wrong, [text.slice(0, 80).trim()])

  const lines = new LineCounter()
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `line ${line}, column ${col}`
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  })
  if (!Array.isArray(documents)) throw refuse(source, 'has no document in it', [])
  const found: Found[] = []
  for (const [index, document] of (documents as readonly Document.Parsed[]).entries()) {
    const number = `document ${index + 1}`
    const error = document.errors[0]
    if (error !== undefined) {
      throw refuse(source, `is not YAML: ${error.message}`, [`${number}, ${place(error.pos[0])}`])
    }
    const value = toJson(document, source, number, limits)
    if (value === null) continue
    const start = document.contents?.range[0] ?? 0
    found.push(...flatten(value, source, `${number}, ${place(start)}`))
  }
  if (found.length === 0) throw refuse(source, 'has no object in it', [])
  if (found.length > limits.objects) {
    throw refuse(source, `has more than ${limits.objects} objects`, [`${found.length} objects`])
  }
  refuseDoubles(found, source)
  return found.map(({ object }) => object)
}

type Found = {
  readonly object: KubeObject
  readonly place: string
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refuse(source, 'is not UTF-8 text', [])
  }
}

function toJson(document: Document, source: string, number: string, limits: ManifestLimits): Json {
  let aliases = 0
  visit(document, {
    Alias: () => void (aliases += 1),
    Pair: (_, pair) => {
      const { key } = pair as { key: ParsedNode | null }
      // A key that is a map or list would turn into a text of it.
      if (isMap(key) || isAlias(key) || (isScalar(key) && typeof key.value !== 'string')) {
        throw refuse(source, 'has a key that is not text', [number])
      }
    },
  })
  if (aliases > limits.aliases) throw bomb(source, number)
  try {
    return document.toJS({ maxAliasCount: limits.aliases }) as Json
  } catch (error) {
    if (error instanceof ReferenceError) throw bomb(source, number)
    throw error
  }
}

function bomb(source: string, number: string): StepError {
  return refuse(source, 'uses so many YAML aliases that it looks like an alias bomb', [number])
}

/** `kind: List` and the like hold objects in `items`. */
function flatten(value: Json, source: string, place: string): readonly Found[] {
  if (isObject(value) && typeof value['kind'] === 'string' && /List$/.test(value['kind'])) {
    const { items } = value
    if (!Array.isArray(items)) throw refuse(source, `has a ${value['kind']} without items`, [place])
    return (items as readonly Json[]).flatMap((item, i) =>
      flatten(item, source, `${place}, item ${i + 1}`),
    )
  }
  if (!isKubeObject(value))
    throw refuse(source, `has something that is not a Kubernetes object`, [
      `${place}: ${missingOf(value)}`,
    ])
  if (value.kind === 'Secret' && value.apiVersion === 'v1') {
    throw refuse(
      source,
      `has the secret ${value.metadata.name}; secrets in a manifest are refused`,
      [place],
    )
  }
  return [{ object: value, place }]
}

function missingOf(value: Json): string {
  if (!isObject(value)) return 'it is not a map'
  for (const key of ['apiVersion', 'kind']) {
    if (typeof value[key] !== 'string' || value[key] === '') return `${key} is missing or not text`
  }
  return 'metadata.name is missing or not text'
}

function refuseDoubles(found: readonly Found[], source: string): void {
  const places = new Map<string, string>()
  for (const { object, place } of found) {
    const key = JSON.stringify([object.apiVersion.replace(/\/.*/, ''), describe(object)])
    const first = places.get(key)
    if (first !== undefined) throw refuse(source, `has ${nameOf(object)} twice`, [first, place])
    places.set(key, place)
  }
}

function refuse(source: string, problem: string, seen: readonly string[]): StepError {
  return new StepError({
    problem: `the manifest ${source} ${problem}`,
    ...(seen.length === 0 ? {} : { seen }),
    remedy: `look at ${source}; set another manifest url and its sha256 in inventory.yaml, or leave them out to use the kept copy`,
  })
}

/**
 * What a body is in truth, where it is not YAML at all: proxies and login pages answer with status 200.
 * Null where nothing speaks against a manifest.
 */
function looksWrong(text: string): string | null {
  const start = text.trimStart().slice(0, 200).toLowerCase()
  if (start === '') return 'is empty'
  if (/^(<!doctype html|<html|<head|<body)/.test(start))
    return 'is an HTML page: a proxy or login page may have answered'
  if (start.startsWith('<?xml') || /^<[a-z]+[\s>]/.test(start))
    return 'is XML: a storage service may have answered with an error'
  // eslint-disable-next-line no-control-regex -- NUL is what tells binary data from text
  if (/\x00/.test(text)) return 'is binary data'
  return null
}
