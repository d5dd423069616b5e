import { isObject, type Json } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { keyed } from './list-keys.ts'

/** The value at a path as server-side apply spells it, such as `.spec.ports[port=53,protocol="UDP"].name`. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  return find('', value, path)
}

function find(at: string, value: Json | undefined, rest: string): Json | undefined {
  if (rest === '') return value
  // A key may have dots in it, so that more than one may fit.
  for (const [element, inner] of childrenOf(at, value)) {
    if (!rest.startsWith(element) || !/^(?:$|[.[])/.test(rest.slice(element.length))) continue
    const found = find(at + element, inner, rest.slice(element.length))
    if (found !== undefined) return found
  }
  return undefined
}

/** The object with these fields set, or left out where undefined. An empty map goes too: it would be a field. */
export function withFields(
  object: KubeObject,
  values: ReadonlyMap<string, Json | undefined>,
): KubeObject {
  return put('', object, values) as KubeObject
}

function put(
  at: string,
  value: Json,
  values: ReadonlyMap<string, Json | undefined>,
): Json | undefined {
  if (values.has(at)) return values.get(at)
  const children = childrenOf(at, value)
  if (children.length === 0) return value
  const kept = children.flatMap(([element, inner]) => {
    const now = put(at + element, inner, values)
    return now === undefined ? [] : [[element.slice(1), now] as const]
  })
  if (kept.length === 0) return undefined
  return Array.isArray(value) ? kept.map(([, item]) => item) : Object.fromEntries(kept)
}

/** The parts that server-side apply tells apart, by their spelling; none where the value is one. */
function childrenOf(at: string, value: Json | undefined): readonly (readonly [string, Json])[] {
  if (isObject(value)) return Object.entries(value).map(([key, inner]) => [`.${key}`, inner])
  return [...(keyed(at, value) ?? [])]
}
