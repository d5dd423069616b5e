import { isObject, type Json, type JsonObject } from '../core/json.ts'

/** A template that cannot be read, or does not fit the document; the message is client-go's own. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError'
  /** What had been found before: an existence filter looks at this alone. Absent: it fails too. */
  readonly found: readonly Value[] | undefined

  constructor(message: string, found?: readonly Value[]) {
    super(message)
    this.found = found
  }
}

/**
 * A value as kubectl's decoder and Go's reflection see it, which decides how it is compared and
 * printed: a bigint is a whole number, a number a float, and undefined what a range gets for a null
 * or for no elements. Inside arrays and objects everything is still JSON.
 */
export type Value = Scalar | readonly Json[] | JsonObject
type Scalar = null | boolean | string | number | bigint | undefined

/** Deeper documents than this do not come from an API server's clients; the stack must hold them. */
const MAX_DEPTH = 1000

/** JSON does not tell 1.0 from 1; what kubectl's decoder could hold in an int64 is taken for one. */
export function fromJson(json: Json): Value {
  const whole = Number.isInteger(json) && Number(json) < 2 ** 63 && Number(json) >= -(2 ** 63)
  return whole ? BigInt(json as number) : json
}

export function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value)
}

/** The name of the value's type in Go, as client-go's messages have it. */
export function typeName(value: Value): string {
  if (isList(value)) return '[]interface {}'
  if (isObject(value)) return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int64'
  return typeof value === 'number' ? 'float64' : typeof value
}

/**
 * What `*` and `..` find directly inside: of a text, its bytes. Go leaves the order of a map's keys
 * to chance; here they come sorted, so that a template gives the same text each time.
 */
export function children(value: Value): readonly Value[] {
  if (isList(value)) return value.map(fromJson)
  if (isObject(value)) return sortedEntries(value).map(([, item]) => fromJson(item))
  return typeof value === 'string' ? Array.from(Buffer.from(value), BigInt) : []
}

function sortedEntries(object: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(object).sort(([a], [b]) => compareTexts(a, b))
}

/** Compares as Go does, by UTF-8 bytes. */
function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

const OPERATORS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['==', (order) => order === 0],
  ['!=', (order) => order !== 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
])

/**
 * What a filter's operator says of two values. Throws JsonPathError where Go's templates cannot
 * compare them: null, objects, arrays, a whole number with a fraction, unknown operators.
 */
export function compare(left: Value, operator: string, right: Value): boolean {
  const holds = OPERATORS.get(operator)
  if (!holds) throw new JsonPathError(`unrecognized filter operator ${operator}`)
  const [a, b] = [scalar(left), scalar(right)]
  if (typeof a !== typeof b) throw new JsonPathError('incompatible types for comparison')
  if (typeof a === 'boolean' && operator !== '==' && operator !== '!=') {
    throw new JsonPathError('invalid type for comparison')
  }
  if (typeof a === 'string' && typeof b === 'string') return holds(compareTexts(a, b))
  return holds(Number(a > b) - Number(a < b))
}

function scalar(value: Value): boolean | string | number | bigint {
  if (value !== undefined && typeof value !== 'object') return value
  throw new JsonPathError('invalid type for comparison')
}

/** A result as kubectl (since 1.19) prints it: objects and arrays as JSON, anything else bare. */
export function printed(value: Value): string {
  if (value === undefined) return '<no value>'
  if (value === null) return 'null'
  return typeof value === 'object' ? nested(value, AS_JSON) : goScalar(value)
}

/** A value as Go's `%v` prints it: `map[a:1 b:[2 <nil>]]`. */
export function goText(value: Value): string {
  return nested(value, AS_GO)
}

const AS_GO = { open: 'map[', close: ']', between: ' ', key: String, scalar: goScalar }
const AS_JSON = { open: '{', close: '}', between: ',', key: jsonScalar, scalar: jsonScalar }

function nested(value: Value, style: typeof AS_GO | typeof AS_JSON, depth = 0): string {
  if (depth > MAX_DEPTH) {
    throw new JsonPathError(`the document is nested deeper than ${MAX_DEPTH} levels`)
  }
  const text = (item: Json): string => nested(fromJson(item), style, depth + 1)
  if (isList(value)) return `[${value.map(text).join(style.between)}]`
  if (!isObject(value)) return style.scalar(value)
  const items = sortedEntries(value).map(([key, item]) => `${style.key(key)}:${text(item)}`)
  return `${style.open}${items.join(style.between)}${style.close}`
}

/** JSON as Go's encoder writes it: safe to put into HTML. */
function jsonScalar(value: Scalar): string {
  if (typeof value === 'bigint') return String(value)
  const json = JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value)
  return json.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function goScalar(value: Scalar): string {
  if (value === null) return '<nil>'
  if (value === undefined) return '<invalid reflect.Value>'
  return typeof value === 'number' ? goFloat(value) : String(value)
}

/** The shortest digits, with an exponent outside 1e-4 ... 1e6. */
function goFloat(value: number): string {
  if (Object.is(value, -0)) return '-0'
  const [digits = '', power = ''] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${power.slice(1).padStart(2, '0')}`
}
