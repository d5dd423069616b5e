import { isObject, type Json, type JsonObject } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { keyed } from './list-keys.ts'

/** Server-side apply in memory: maps and keyed lists are joined, all else is replaced; no defaults, nothing given up. */
export function applyMerge(live: KubeObject, wanted: KubeObject): KubeObject {
  return merge('', live, wanted) as KubeObject
}

function merge(field: string, live: Json | undefined, wanted: Json): Json {
  if (isObject(live) && isObject(wanted)) return mergeMaps(live, wanted)
  const [old, now] = [keyed(field, live), keyed(field, wanted)]
  if (old === null || now === null) return wanted
  // The order of `wanted` first, as the server has it.
  const names = [...now.keys(), ...[...old.keys()].filter((key) => !now.has(key))]
  return names.map((key) => {
    const value = now.get(key)
    return value === undefined ? (old.get(key) ?? null) : merge('', old.get(key), value)
  })
}

function mergeMaps(live: JsonObject, wanted: JsonObject): JsonObject {
  // Not an object to assign to: `__proto__` is a valid key of a ConfigMap.
  const merged = new Map(Object.entries(live))
  for (const [key, value] of Object.entries(wanted)) {
    merged.set(key, merge(key, merged.get(key), value))
  }
  return Object.fromEntries(merged)
}
