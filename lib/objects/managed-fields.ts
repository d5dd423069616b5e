import { at, isObject, type Json, type JsonObject, textAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { elementOf } from './list-keys.ts'
import { managedFieldsOf } from './objects.ts'

/** The fields of one entry of managedFields; each a JSON array of raw elements: `["f:data","f:Corefile"]`. */
export type FieldSet = ReadonlySet<string>

export function fieldsOf(entry: Json | undefined): FieldSet {
  const fields = new Set<string>()
  const walk = (node: Json | undefined, path: readonly string[]): void => {
    if (!isObject(node)) return
    const keys = Object.keys(node)
    // A leaf owns itself; an inner node only where it says so with ".".
    if (path.length > 0 && (keys.length === 0 || '.' in node)) fields.add(JSON.stringify(path))
    for (const key of keys) if (key !== '.') walk(node[key], [...path, key])
  }
  if (isObject(entry)) walk(entry['fieldsV1'], [])
  return fields
}

type Tree = {
  [key: string]: Tree
}

/** The other way: a set of fields as `fieldsV1`. */
export function treeOf(fields: FieldSet): JsonObject {
  const root: Tree = {}
  for (const field of fields) {
    let node = root
    for (const element of JSON.parse(field) as readonly string[]) node = node[element] ??= {}
    node['.'] = {}
  }
  return pruned(root)
}

/** A leaf is written `{}`, not `{".":{}}`. */
function pruned(node: Tree): JsonObject {
  const entries = Object.entries(node)
  if (entries.length === 1 && '.' in node) return {}
  return Object.fromEntries(entries.map(([key, child]) => [key, key === '.' ? {} : pruned(child)]))
}

/** What identifies an entry: a manager has one for each operation, API version and subresource. */
export function entryKey(entry: JsonObject): string {
  return ['manager', 'operation', 'apiVersion', 'subresource']
    .map((key) => textAt(entry, key) ?? '')
    .join('\n')
}

/** Who owns what: from the path as server-side apply spells it to the managers' names. */
export type Owners = ReadonlyMap<string, readonly string[]>

/** True for what controllers write of status; `kubectl scale` writes content, through a subresource of its own. */
export function ofStatus(entry: JsonObject): boolean {
  return textAt(entry, 'subresource') === 'status'
}

/** The owners of an object's fields, status aside. */
export function ownersOf(object: KubeObject): Owners {
  const owners = new Map<string, string[]>()
  for (const entry of managedFieldsOf(object)) {
    if (ofStatus(entry)) continue
    const manager = textAt(entry, 'manager') ?? ''
    for (const field of fieldsOf(entry)) {
      const path = spell(JSON.parse(field) as readonly string[])
      const names = owners.get(path) ?? []
      owners.set(path, names.includes(manager) ? names : [...names, manager])
    }
  }
  return owners
}

/** Who owns a field: itself, else something inside it, else the nearest thing around it. */
export function ownerOf(owners: Owners, path: string): string | undefined {
  const own = owners.get(path)
  if (own !== undefined) return own.join(', ')
  const inside = new Set([...owners].flatMap(([at, names]) => (isInside(at, path) ? names : [])))
  if (inside.size > 0) return [...inside].join(', ')
  const around = [...owners.keys()]
    .filter((at) => isInside(path, at))
    .sort((a, b) => b.length - a.length)[0]
  return around === undefined ? undefined : owners.get(around)?.join(', ')
}

/** True where the path leads into what `outer` names. */
export function isInside(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
}

/** Raw elements as the server spells them in conflicts: `.spec.ports[port=53,protocol="UDP"].name`. */
function spell(elements: readonly string[]): string {
  return elements.map(spellElement).join('')
}

function spellElement(element: string): string {
  const kind = element.slice(0, 2)
  const rest = element.slice(2)
  if (kind === 'f:') return `.${rest}`
  if (kind === 'v:') return `[=${rest}]`
  if (kind === 'i:') return `[${rest}]`
  return kind === 'k:' ? spellKeys(rest) : element
}

function spellKeys(text: string): string {
  try {
    const keys = JSON.parse(text) as JsonObject
    return elementOf(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)))
  } catch {
    return `[${text}]`
  }
}

/** When somebody wrote to its data last, by the owners of fields; null where that is not kept. */
export function dataChangedAt(object: KubeObject): string | null {
  const times = managedFieldsOf(object)
    .filter((one) => at(one, 'fieldsV1', 'f:data') !== undefined)
    .flatMap((one) => textAt(one, 'time') ?? [])
  return times.toSorted().at(-1) ?? null
}
