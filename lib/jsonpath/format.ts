import type { Json } from '../core/json.ts'
import { isObject } from '../core/json.ts'
import { JsonPathError } from './error.ts'
import { fromJson, sortedEntries } from './value.ts'
import type { Value } from './value.ts'

/** Deeper documents than this do not come from an API server's clients; the stack must hold them. */
const MAX_DEPTH = 1000

/** A result as kubectl (since 1.19) prints it: objects and arrays as JSON, anything else bare. */
export function printed(value: Value): string {
  if (value.kind === 'map' || value.kind === 'slice') return toJson(value.value, 0)
  if (value.kind === 'null') return 'null'
  if (value.kind === 'invalid') return '<no value>'
  return scalarText(value)
}

/** A value as Go's `%v` prints it: `map[a:1 b:[2 <nil>]]`. */
export function goText(value: Value): string {
  return goTextAt(value, 0)
}

function goTextAt(value: Value, depth: number): string {
  bounded(depth)
  if (value.kind === 'null') return '<nil>'
  if (value.kind === 'invalid') return '<invalid reflect.Value>'
  if (value.kind === 'slice') {
    return `[${value.value.map((item) => goTextAt(fromJson(item), depth + 1)).join(' ')}]`
  }
  if (value.kind === 'map') {
    const entries = sortedEntries(value.value)
    const texts = entries.map(([key, item]) => `${key}:${goTextAt(fromJson(item), depth + 1)}`)
    return `map[${texts.join(' ')}]`
  }
  return scalarText(value)
}

type ScalarValue = Extract<Value, { kind: 'bool' | 'string' | 'int' | 'uint8' | 'float64' }>

function scalarText(value: ScalarValue): string {
  return value.kind === 'float64' ? goFloat(value.value) : String(value.value)
}

/** A float as Go's `%v` prints it: the shortest digits, with an exponent outside 1e-4 ... 1e6. */
function goFloat(value: number): string {
  if (Object.is(value, -0)) return '-0'
  const [digits = '', power = ''] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${power.slice(1).padStart(2, '0')}`
}

/** JSON as Go's encoder writes it: keys sorted, and safe to put into HTML. */
function toJson(json: Json, depth: number): string {
  bounded(depth)
  if (isObject(json)) {
    const entries = sortedEntries(json)
    return `{${entries.map(([key, item]) => `${quoted(key)}:${toJson(item, depth + 1)}`).join(',')}}`
  }
  if (Array.isArray(json)) {
    return `[${json.map((item: Json) => toJson(item, depth + 1)).join(',')}]`
  }
  if (typeof json === 'string') return quoted(json)
  const value = fromJson(json)
  return value.kind === 'int' ? String(value.value) : JSON.stringify(json)
}

function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function bounded(depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new JsonPathError(`the document is nested deeper than ${String(MAX_DEPTH)} levels`)
  }
}
