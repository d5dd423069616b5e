import { isObject, type Json } from '../core/json.ts'
import { shorten } from './layout.ts'

/** Columns a value may take before its middle is left out. */
const MAX_VALUE = 60

/** Equal letters kept around a difference when both values are long. */
const AROUND = 12

/** A value as YAML would have it on one line: bare where that is unambiguous, else as JSON. */
export function valueText(value: Json): string {
  return shorten(written(value), MAX_VALUE)
}

/** Two values for `from → to`; where both are long, the part in which they differ. */
export function valueTexts(from: Json, to: Json): { from: string; to: string } {
  const [a, b] = [Array.from(written(from)), Array.from(written(to))]
  if (a.length <= MAX_VALUE && b.length <= MAX_VALUE) return { from: a.join(''), to: b.join('') }
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  const most = Math.min(a.length, b.length) - start
  while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return { from: window(a, start, end), to: window(b, start, end) }
}

/** The letters from a little before `start` to a little after `end`, counted from the back. */
function window(letters: readonly string[], start: number, end: number): string {
  const first = start > AROUND + 1 ? start - AROUND : 0
  const last = end > AROUND + 1 ? letters.length - end + AROUND : letters.length
  const inside = shorten(letters.slice(first, last).join(''), MAX_VALUE)
  return (first > 0 ? '…' : '') + inside + (last < letters.length ? '…' : '')
}

function written(value: Json): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => written(item)).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, item]) => `${written(key)}: ${written(item)}`)
  return `{${entries.join(', ')}}`
}

/** False for a string that would read as something else than itself: empty, a number, `true`, `a, b`. */
function isPlain(text: string): boolean {
  const other = /^(?:null|true|false|~|[-+]?[0-9._]+(?:e[-+]?[0-9]+)?)$/i.test(text)
  const bare = /^[A-Za-z0-9_./@:+-][^\s"'{}[\],→]*$/.test(text) && !text.endsWith(':')
  return bare && (!other || /\..*\./.test(text))
}
