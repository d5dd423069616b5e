import { JsonPathError } from './error.ts'
import type { Bound, Node } from './node.ts'
import type { Scanner } from './scanner.ts'

/**
 * Reads `[...]` but not a filter; the opening bracket is read already. `parse` reads an expression
 * within. Throws JsonPathError.
 */
export function parseBrackets(
  scanner: Scanner,
  parse: (expression: string) => readonly Node[],
): readonly Node[] {
  for (let character = ''; character !== ']';) {
    character = scanner.next()
    if (character === '' || character === '\n') throw new JsonPathError('unterminated array')
  }
  const written = scanner.take().slice(1, -1)
  const text = written === '*' ? ':' : written
  const parts = text.split(',')
  if (parts.length > 1) {
    return [{ type: 'union', lists: parts.map((part) => parse(`[${trimSpaces(part)}]`)) }]
  }
  const key = /^'([^']*)'$/.exec(text)?.[1]
  if (key !== undefined) return parse(`.${key}`)
  return [parseSlice(text)]
}

function trimSpaces(text: string): string {
  let [from, to] = [0, text.length]
  while (text[from] === ' ') from++
  while (to > from && text[to - 1] === ' ') to--
  return text.slice(from, to)
}

function parseSlice(text: string): Node {
  const found = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/.exec(text)
  if (found === null) throw new JsonPathError(`invalid array index ${text}`)
  const from = bound(found[1] ?? '')
  const to = found[2] === undefined ? after(from) : bound(found[2].slice(1))
  const step = bound(found[3]?.slice(1) ?? '')
  return { type: 'array', bounds: [from, to, step] }
}

function bound(digits: string): Bound {
  if (digits === '') return { value: 0n, known: false, derived: false }
  const value = digits === '-' ? undefined : BigInt(digits)
  if (value === undefined || BigInt.asIntN(64, value) !== value) {
    throw new JsonPathError(`array index ${digits} is not a number`)
  }
  return { value, known: true, derived: false }
}

/** `[n]` is `[n:n+1]`; the addition wraps as that of a Go int. */
function after(from: Bound): Bound {
  return { value: BigInt.asIntN(64, from.value + 1n), known: true, derived: true }
}
