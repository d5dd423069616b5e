import { isDeepStrictEqual } from 'node:util'

/** Any value that survives `JSON.parse(JSON.stringify(value))` unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. */
export type JsonObject = {
  readonly [key: string]: Json
}

/** True for objects, false for arrays, scalars and null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The JSON value that a text is; undefined where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Deep equality of JSON values; the order of object keys does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return isDeepStrictEqual(a, b)
}

type Path = readonly (string | number)[]

/** The value at a path of keys and indexes, or undefined where the path leaves the document. */
export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let here: Json | undefined = value
  for (const key of path) {
    if (typeof key === 'number') here = Array.isArray(here) ? (here as Json[])[key] : undefined
    else here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined
  }
  return here
}

/** The string at a path, or undefined where there is none or it is no string. */
export function textAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

/** The array at a path; empty where there is none. */
export function listAt(value: Json | undefined, ...path: Path): readonly Json[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? (found as readonly Json[]) : []
}

/** The object at a path as far as its values are strings; empty where there is none. */
export function textsAt(value: Json, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = at(value, ...path)
  if (!isObject(found)) return {}
  return Object.fromEntries(
    Object.entries(found).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}
