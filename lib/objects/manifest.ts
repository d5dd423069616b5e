import { StepError } from '../core/errors.ts'
import { at, isObject, type Json, textAt } from '../core/json.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import {
  MANIFEST_LIMITS,
  type ManifestLimits,
  type Refuse,
  textOf,
  valuesIn,
} from './manifest-text.ts'
import { isMadeByOthers } from './made-by-others.ts'
import { isKubeObject, describe } from './objects.ts'
import { leftOutInWords, withoutServerFields } from './server-fields.ts'

/** The objects of a manifest, in its order. */
export type Manifest = {
  readonly objects: readonly KubeObject[]
  /** What servers and controllers had written: fields, of which objects, and whole objects; null where nothing was. */
  readonly leftOut: string | null
}

/** As `readManifest` does; only the objects. */
export function parseManifest(
  bytes: Uint8Array,
  source: string,
  limits: ManifestLimits = MANIFEST_LIMITS,
): readonly KubeObject[] {
  return readManifest(bytes, source, limits).objects
}

/**
 * Reads a manifest as kubectl does: documents of YAML or JSON, lists taken apart, without the fields that a
 * server writes. `source` is the url or path, for messages.
 * Throws StepError with document, line and column for all that is not a plain list of Kubernetes objects.
 * Secrets are refused: they must not lie in a manifest, and would get into plan and journal.
 */
export function readManifest(
  bytes: Uint8Array,
  source: string,
  limits: ManifestLimits = MANIFEST_LIMITS,
): Manifest {
  const refuse: Refuse = (problem, ...seen) => {
    const explanation = {
      problem: `the manifest ${source} ${problem}`,
      ...(seen.length === 0 ? {} : { seen }),
      remedy: `look at ${source}; set another manifest url and its sha256 in inventory.yaml, or leave them out to use the kept copy`,
    }
    return new StepError(explanation, { obstacle: true })
  }
  if (bytes.length > limits.bytes) {
    throw refuse(`is larger than ${limits.bytes} bytes`, `${bytes.length} bytes`)
  }
  const text = textOf(bytes, refuse)
  const found = valuesIn(text, limits, refuse).flatMap(({ value, place }) =>
    value === null ? [] : flatten(value, place, refuse),
  )
  if (found.length === 0) throw refuse('has no object in it')
  if (found.length > limits.objects) {
    throw refuse(`has more than ${limits.objects} objects`, `${found.length} objects`)
  }
  refuseDoubles(found, refuse)
  const all = found.map(({ object }) => object)
  const made = all.filter((object) => isMadeByOthers(object, all))
  const exported = all.filter((object) => !made.includes(object)).map(withoutServerFields)
  if (exported.length === 0) {
    throw refuse('has only objects that others make', ...found.map(({ place }) => place))
  }
  const leftOut = leftOutInWords(exported, made)
  return { objects: exported.map(({ object }) => object), leftOut }
}

type Found = {
  readonly object: KubeObject
  readonly place: string
}

/** `kind: List` and the like hold objects in `items`, which in a typed list need not say their kind. */
function flatten(value: Json, place: string, refuse: Refuse): readonly Found[] {
  const kind = textAt(value, 'kind')
  if (kind?.endsWith('List') === true) {
    const items = at(value, 'items')
    if (!Array.isArray(items)) throw refuse(`has a ${kind} without items`, place)
    const own =
      kind === 'List'
        ? {}
        : { apiVersion: at(value, 'apiVersion') ?? null, kind: kind.slice(0, -4) }
    return items.flatMap((item: Json, i) =>
      flatten(isObject(item) ? { ...own, ...item } : item, `${place}, item ${i + 1}`, refuse),
    )
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
