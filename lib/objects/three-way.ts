import { isObject, type Json, type JsonObject, sameJson } from '../core/json.ts'
import { diffJson } from './diff.ts'
import { fieldNameOf, keyed } from './list-keys.ts'

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

type Three = {
  readonly before: Json | undefined
  readonly ours: Json | undefined
  readonly live: Json | undefined
}

function merge(path: string, { before, ours, live }: Three, kept: string[]): Json | undefined {
  if (sameJson(before, live)) return live
  if (sameJson(ours, live)) return before
  if (sameJson(before, ours)) {
    kept.push(...diffJson(path, ours, live).map((change) => change.path))
    return live
  }
  if (isMap(before) && isMap(ours) && isMap(live)) {
    return mergeMaps(path, { before, ours, live }, (key) => `.${key}`, kept)
  }
  const maps = mapsOfLists(path, [before, ours, live])
  if (maps !== null) return Object.values(mergeMaps(path, maps, (key) => key, kept) ?? {})
  kept.push(path)
  return live
}

/** Three keyed lists as maps; null where one is no such list. */
function mapsOfLists(path: string, lists: readonly (Json | undefined)[]): Maps | null {
  const field = fieldNameOf(path)
  const [before, ours, live] = lists.map((list) =>
    Array.isArray(list) ? keyed(field, list as readonly Json[]) : null,
  )
  if (before == null || ours == null || live == null) return null
  return {
    before: Object.fromEntries(before),
    ours: Object.fromEntries(ours),
    live: Object.fromEntries(live),
  }
}

type Maps = {
  readonly before: JsonObject | undefined
  readonly ours: JsonObject | undefined
  readonly live: JsonObject | undefined
}

function isMap(value: Json | undefined): value is JsonObject | undefined {
  return value === undefined || isObject(value)
}

function mergeMaps(
  path: string,
  { before, ours, live }: Maps,
  spell: (key: string) => string,
  kept: string[],
): JsonObject | undefined {
  const maps = [before, live, ours].map((map) => map ?? {})
  // The order of before first: in keyed lists it is content.
  const keys = new Set(maps.flatMap((map) => Object.keys(map)))
  // Not an object to assign to: `__proto__` is a valid key of a ConfigMap.
  const merged = new Map<string, Json>()
  for (const key of keys) {
    const three = { before: own(before, key), ours: own(ours, key), live: own(live, key) }
    const value = merge(path + spell(key), three, kept)
    if (value !== undefined) merged.set(key, value)
  }
  // A map that we had made goes away with our last field in it.
  return before === undefined && merged.size === 0 ? undefined : Object.fromEntries(merged)
}

function own(map: JsonObject | undefined, key: string): Json | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined
}
