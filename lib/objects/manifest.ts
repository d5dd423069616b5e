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
import { at, isObject, type Json, textAt } from '../core/json.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import { isKubeObject, describe } from './objects.ts'

export type ManifestLimits = {
  readonly bytes: number
  readonly objects: number
  /** Nodes that aliases may add: a few lines of YAML can stand for gigabytes. */
  readonly aliases: number
}

export const MANIFEST_LIMITS: ManifestLimits = { bytes: 1024 * 1024, objects: 200, aliases: 100 }

/** How a manifest is refused: what is wrong with it, and what was seen of that. */
type Refuse = (problem: string, ...seen: readonly string[]) => StepError

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
  const refuse: Refuse = (problem, ...seen) =>
    new StepError({
      problem: `the manifest ${source} ${problem}`,
      ...(seen.length === 0 ? {} : { seen }),
      remedy: `look at ${source}; set another manifest url and its sha256 in inventory.yaml, or leave them out to use the kept copy`,
    })
  if (bytes.length > limits.bytes) {
    throw refuse(`is larger than ${limits.bytes} bytes`, `${bytes.length} bytes`)
  }
  const text = decode(bytes, refuse)
  const wrong = NOT_YAML.find(([form]) => form.test(text))?.[1]
  if (wrong !== undefined) throw refuse(wrong, text.slice(0, 80).trim())

  const lineCounter = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false, uniqueKeys: true })
  if (!Array.isArray(documents)) throw refuse('has no document in it')
  const found = (documents as readonly Document.Parsed[]).flatMap((document, index) => {
    const place = (offset: number): string => {
      const { line, col } = lineCounter.linePos(offset)
      return `document ${index + 1}, line ${line}, column ${col}`
    }
    const error = document.errors[0]
    if (error !== undefined) throw refuse(`is not YAML: ${error.message}`, place(error.pos[0]))
    const refuseHere: Refuse = (problem) => refuse(problem, `document ${index + 1}`)
    const value = toJson(document, limits.aliases, refuseHere)
    return value === null ? [] : flatten(value, place(document.contents?.range[0] ?? 0), refuse)
  })
  if (found.length === 0) throw refuse('has no object in it')
  if (found.length > limits.objects) {
    throw refuse(`has more than ${limits.objects} objects`, `${found.length} objects`)
  }
  refuseDoubles(found, refuse)
  return found.map(({ object }) => object)
}

type Found = {
  readonly object: KubeObject
  readonly place: string
}

function decode(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refuse('is not UTF-8 text')
  }
}

function toJson(document: Document, maxAliasCount: number, refuse: Refuse): Json {
  let aliases = 0
  const bomb = 'uses so many YAML aliases that it looks like an alias bomb'
  visit(document, {
    Alias: () => void (aliases += 1),
    Pair: (_, pair) => {
      const { key } = pair as { key: ParsedNode | null }
      // A key that is a map or list would turn into a text of it.
      if (isMap(key) || isAlias(key) || (isScalar(key) && typeof key.value !== 'string')) {
        throw refuse('has a key that is not text')
      }
    },
  })
  if (aliases > maxAliasCount) throw refuse(bomb)
  try {
    return document.toJS({ maxAliasCount }) as Json
  } catch (error) {
    throw error instanceof ReferenceError ? refuse(bomb) : error
  }
}

/** `kind: List` and the like hold objects in `items`. */
function flatten(value: Json, place: string, refuse: Refuse): readonly Found[] {
  const kind = textAt(value, 'kind')
  if (kind?.endsWith('List') === true) {
    const items = at(value, 'items')
    if (!Array.isArray(items)) throw refuse(`has a ${kind} without items`, place)
    return items.flatMap((item: Json, i) => flatten(item, `${place}, item ${i + 1}`, refuse))
  }
  if (!isKubeObject(value)) {
    throw refuse('has something that is not a Kubernetes object', `${place}: ${missingOf(value)}`)
  }
  if (value.kind === 'Secret' && value.apiVersion === 'v1') {
    const { name } = value.metadata
    throw refuse(`has the secret ${name}; secrets in a manifest are refused`, place)
  }
  return [{ object: value, place }]
}

function missingOf(value: Json): string {
  if (!isObject(value)) return 'it is not a map'
  const missing = ['apiVersion', 'kind'].find((key) => (textAt(value, key) ?? '') === '')
  return `${missing ?? 'metadata.name'} is missing or not text`
}

function refuseDoubles(found: readonly Found[], refuse: Refuse): void {
  const places = new Map<string, string>()
  for (const { object, place } of found) {
    const key = JSON.stringify([object.apiVersion.replace(/\/.*/, ''), describe(object)])
    const first = places.get(key)
    if (first !== undefined) throw refuse(`has ${nameOf(object)} twice`, first, place)
    places.set(key, place)
  }
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
