import { JsonPathError } from './error.ts'
import type { Node } from './node.ts'
import { parseBrackets } from './parse-brackets.ts'
import { parseFilter } from './parse-filter.ts'
import { isAlphaNumeric, isDigit, isTerminator, Scanner } from './scanner.ts'
import { unquote } from './unquote.ts'

/**
 * Reads a template: text nodes for what stands outside braces, one list node for each `{...}`.
 * A port of client-go's parser.go, oddities included, with loops where it recurses.
 * Throws JsonPathError.
 */
export function parseTemplate(template: string): readonly Node[] {
  const scanner = new Scanner(template)
  const root: Node[] = []
  while (!scanner.atEnd) {
    const text = scanner.takeUntil('{')
    if (text !== '') root.push({ type: 'text', text })
    if (scanner.skip('{')) root.push({ type: 'list', nodes: parseAction(scanner) })
  }
  return root
}

/** Reads one expression as if it stood in braces; what follows an early `}` does not count. */
function parseExpression(expression: string): readonly Node[] {
  const first = parseTemplate(`{${expression}}`)[0]
  return first?.type === 'list' ? first.nodes : []
}

/** Reads up to and including the closing brace. */
function parseAction(scanner: Scanner): Node[] {
  const nodes: Node[] = []
  while (!scanner.skip('}')) {
    if (scanner.skip('[?(')) nodes.push(parseFilter(scanner, parseExpression))
    else if (scanner.skip('..')) parseRecursive(scanner, nodes)
    else parseOne(scanner, nodes)
  }
  return nodes
}

function parseOne(scanner: Scanner, nodes: Node[]): void {
  const character = scanner.next()
  switch (character) {
    case '':
    case '\r':
    case '\n':
      throw new JsonPathError('unclosed action')
    case ' ':
    case '@':
    case '$':
      scanner.take()
      return
    case '[':
      nodes.push(...parseBrackets(scanner, parseExpression))
      return
    case '"':
    case "'":
      nodes.push(parseQuote(scanner, character))
      return
    case '.':
      parseField(scanner, nodes)
      return
    default:
      nodes.push(parseWord(scanner, character))
  }
}

function parseWord(scanner: Scanner, character: string): Node {
  if (character === '+' || character === '-' || isDigit(character)) return parseNumber(scanner)
  if (isAlphaNumeric(character)) return parseIdentifier(scanner)
  throw new JsonPathError(`unrecognized character in action: ${inUnicode(character)}`)
}

function parseRecursive(scanner: Scanner, nodes: Node[]): void {
  if (nodes.at(-1)?.type === 'recursive') {
    throw new JsonPathError('invalid multiple recursive descent')
  }
  nodes.push({ type: 'recursive' })
  if (isAlphaNumeric(scanner.peek())) parseField(scanner, nodes)
}

function parseField(scanner: Scanner, nodes: Node[]): void {
  scanner.take()
  for (let character = scanner.next(); !isTerminator(character); character = scanner.next()) {
    if (character === '\\') scanner.next()
  }
  scanner.backup()
  const field = scanner.take()
  if (field === '*') nodes.push({ type: 'wildcard' })
  else nodes.push({ type: 'field', name: field.replaceAll('\\', '') })
}

function parseIdentifier(scanner: Scanner): Node {
  while (!isTerminator(scanner.next()));
  scanner.backup()
  const name = scanner.take()
  if (name === 'true' || name === 'false') return { type: 'bool', value: name === 'true' }
  return { type: 'identifier', name }
}

function parseNumber(scanner: Scanner): Node {
  for (let character = '.'; character === '.' || isDigit(character);) character = scanner.next()
  scanner.backup()
  const number = scanner.take()
  if (/^[+-]?[0-9]+$/.test(number)) {
    const value = BigInt(number.replace(/^\+/, ''))
    if (BigInt.asIntN(64, value) === value) return { type: 'int', value }
  }
  const value = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(number) ? Number(number) : Infinity
  if (!Number.isFinite(value)) throw new JsonPathError(`cannot parse number ${number}`)
  return { type: 'float', value }
}

function parseQuote(scanner: Scanner, quote: string): Node {
  for (let closed = false; !closed;) {
    const character = scanner.next()
    if (character === '' || character === '\n') {
      throw new JsonPathError('unterminated quoted string')
    }
    closed = character === quote && !scanner.escaped
  }
  const literal = scanner.take()
  const text = unquote(literal)
  if (text === undefined) {
    throw new JsonPathError(`unquote string ${literal} error invalid syntax`)
  }
  return { type: 'text', text }
}

/** A character as Go's `%#U` prints it: `U+002A '*'`. */
function inUnicode(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)
  return printable ? `U+${hex} '${character}'` : `U+${hex}`
}
