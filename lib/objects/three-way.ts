import { at, isObject, type Json, type JsonObject, sameJson } from '../core/json.ts'
import { diffJson } from './diff.ts'
import { keyed } from './list-keys.ts'

/** What to put back, and the fields where others' changes since stand in the way and stay. */
export type TakenBack = {
  readonly value: Json | undefined
  /** Paths as server-side apply spells them. */
  readonly kept: readonly string[]
}

/**
 * Takes back only what we changed: `before` -> `ours` was our doing, `ours` -> `live` that of others.
 * Where live still is ours, before returns; where others went on, theirs stays and is named.
 * Repeating it on its own result changes nothing.
 */
export function revertOurs(
  before: Json | undefined,
  ours: Json | undefined,
  live: Json | undefined,
): TakenBack {
  const kept: string[] = []
  return { value: merge('', { before, ours, live }, kept), kept }
}

type Three<T> = { readonly [version in 'before' | 'ours' | 'live']: T | undefined }

function merge(
  path: string,
  { before, ours, live }: Three<Json>,
  kept: string[],
): Json | undefined {
  if (sameJson(before, live)) return live
  if (sameJson(ours, live)) return before
  if (sameJson(before, ours)) {
    kept.push(...diffJson(path, ours, live).map((change) => change.path))
    return live
  }
  if (isMap(before) && isMap(ours) && isMap(live)) {
    return mergeMaps(path, { before, ours, live }, (key) => `.${key}`, kept)
  }
  const lists = [before, ours, live].flatMap((list) => keyed(path, list) ?? [])
  if (lists.length < 3) {
    kept.push(path)
    return live
  }
  const [was, wrote, now] = lists.map((items): JsonObject => Object.fromEntries(items))
  const maps = { before: was, ours: wrote, live: now }
  return Object.values(mergeMaps(path, maps, (key) => key, kept) ?? {})
}

function isMap(value: Json | undefined): value is JsonObject | undefined {
  return value === undefined || isObject(value)
}

function mergeMaps(
  path: string,
  { before, ours, live }: Three<JsonObject>,
  spell: (key: string) => string,
  kept: string[],
): JsonObject | undefined {
  // The order of before first: in keyed lists it is content.
  const keys = new Set([before, live, ours].flatMap((map) => Object.keys(map ?? {})))
  // Not an object to assign to: `__proto__` is a valid key of a ConfigMap.
  const merged = new Map<string, Json>()
  for (const key of keys) {
    const three = { before: at(before, key), ours: at(ours, key), live: at(live, key) }
    const value = merge(path + spell(key), three, kept)
    if (value !== undefined) merged.set(key, value)
  }
  // A map that we had made goes away with our last field in it.
  return before === undefined && merged.size === 0 ? undefined : Object.fromEntries(merged)
}
