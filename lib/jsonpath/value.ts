import { isObject } from '../core/json.ts'
import type { Json, JsonObject } from '../core/json.ts'

/**
 * A value as kubectl's decoder and Go's reflection see it: that decides how it is compared and
 * printed. `int` has the type of whole numbers in a document (int64) or in a template (int);
 * `uint8` is one byte of a text; `invalid` is what a range gets for a null, or for no elements.
 */
export type Value =
  | { readonly kind: 'invalid' }
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly type: 'int' | 'int64'; readonly value: bigint }
  | { readonly kind: 'uint8'; readonly value: bigint }
  | { readonly kind: 'float64'; readonly value: number }
  | { readonly kind: 'slice'; readonly value: readonly Json[] }
  | { readonly kind: 'map'; readonly value: JsonObject }

/** The value of a piece of a document. */
export function fromJson(json: Json): Value {
  if (json === null) return { kind: 'null' }
  if (typeof json === 'boolean') return { kind: 'bool', value: json }
  if (typeof json === 'string') return { kind: 'string', value: json }
  if (typeof json === 'number') return fromNumber(json)
  if (isObject(json)) return { kind: 'map', value: json }
  return { kind: 'slice', value: json }
}

/** JSON does not tell 1.0 from 1; what kubectl's decoder could hold in an int64 is taken for one. */
function fromNumber(value: number): Value {
  if (!Number.isInteger(value) || value >= 2 ** 63 || value < -(2 ** 63)) {
    return { kind: 'float64', value }
  }
  return { kind: 'int', type: 'int64', value: BigInt(value) }
}

/** The name of the value's type in Go, as client-go's messages have it. */
export function typeName(value: Value): string {
  if (value.kind === 'map') return 'map[string]interface {}'
  if (value.kind === 'slice') return '[]interface {}'
  return value.kind === 'int' ? value.type : value.kind
}

/**
 * What `*` and `..` find directly inside. Go leaves the order of a map's keys to chance; here they
 * come sorted, so that a template gives the same text each time.
 */
export function children(value: Value): readonly Value[] {
  if (value.kind === 'map') return sortedEntries(value.value).map(([, item]) => fromJson(item))
  if (value.kind === 'slice') return value.value.map(fromJson)
  if (value.kind !== 'string') return []
  return Array.from(Buffer.from(value.value), (byte) => ({ kind: 'uint8', value: BigInt(byte) }))
}

/** The entries of an object in Go's order of their keys. */
export function sortedEntries(object: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(object).sort(([a], [b]) => compareStrings(a, b))
}

/** Compares as Go does, by UTF-8 bytes: negative, 0 or positive. */
export function compareStrings(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
