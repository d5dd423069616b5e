import { JsonPathError } from './error.ts'
import type { FilterNode, Node } from './node.ts'
import type { Scanner } from './scanner.ts'

/**
 * Reads a filter whose `[?(` is read already. As in the original the first `)` outside the one
 * quoted literal ends it, so a filter inside a filter is an error. `parse` reads an expression
 * within. Throws JsonPathError.
 */
export function parseFilter(
  scanner: Scanner,
  parse: (expression: string) => readonly Node[],
): FilterNode {
  skipFilter(scanner)
  if (scanner.next() !== ']') throw new JsonPathError('unclosed array expect ]')
  const text = scanner.take().slice(0, -2)
  const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)([^\n]+)$/.exec(text) ?? []
  if (left === undefined || operator === undefined || right === undefined) {
    return { type: 'filter', left: parse(text), right: [], operator: 'exists' }
  }
  return { type: 'filter', left: parse(left), right: parse(right), operator }
}

/** Reads up to and including the bracket that ends the filter. */
function skipFilter(scanner: Scanner): void {
  let quote = ''
  let closed = false
  for (;;) {
    const character = scanner.next()
    if (character === '' || character === '\n') throw new JsonPathError('unterminated filter')
    if (character === ')' && (quote !== '') === closed) return
    if (character !== '"' && character !== "'") continue
    if (quote === '') quote = character
    else if (character === quote && !scanner.escaped) closed = true
  }
}
