import { JsonPathError } from './value.ts'

/** A part of a parsed template; the names are those of client-go's node.go. */
export type Node =
  | { readonly type: 'list'; readonly nodes: readonly Node[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field' | 'identifier'; readonly name: string }
  | ({ readonly type: 'array' } & Bounds)
  | FilterNode
  | { readonly type: 'union'; readonly lists: readonly (readonly Node[])[] }
  | { readonly type: 'int' | 'float' | 'bool'; readonly value: bigint | number | boolean }
  | { readonly type: 'wildcard' | 'recursive' }

/** Of `[from:to:step]`; undefined where `to` is left out: up to the end. */
export type Bounds = {
  readonly from: bigint
  readonly to: bigint | undefined
  readonly step: bigint
}

/** `[?(left operator right)]`; the operator is `exists` where there is no comparison. */
export type FilterNode = {
  readonly type: 'filter'
  readonly left: readonly Node[]
  readonly right: readonly Node[]
  readonly operator: string
}

/** What ends a name, as a class of characters; a backslash takes this meaning from the next one. */
const END = String.raw` \t\r\n.,[\]$@{}`
const NAME = new RegExp(String.raw`(?:\\[^]?|[^\\${END}])*`, 'y')
const IDENTIFIER = new RegExp(String.raw`[_\p{L}\p{Nd}][^${END}]*`, 'uy')
const NUMBER = /[-+\p{Nd}][.\p{Nd}]*/uy
/** A literal ends at the first quote of its kind that has no backslash before it, escaped or not. */
const QUOTED = /(["'])[^\n]*?(?<!\\)\1/y

type Scanner = ReturnType<typeof scannerOf>

/** Takes one token after the other from a template. */
function scannerOf(input: string) {
  let at = 0
  return {
    atEnd: (): boolean => at >= input.length,
    /** The text that the sticky pattern finds here, if any. */
    take(pattern: RegExp): string | undefined {
      pattern.lastIndex = at
      const token = pattern.exec(input)?.[0]
      at += token?.length ?? 0
      return token
    },
    /** True, and the text is passed over, where it comes next. */
    skip(text: string): boolean {
      const isNext = input.startsWith(text, at)
      if (isNext) at += text.length
      return isNext
    },
  }
}

/**
 * Reads a template: text nodes for what stands outside braces, one list node for each `{...}`.
 * A port of client-go's parser.go, oddities included. Throws JsonPathError.
 */
export function parseTemplate(template: string): readonly Node[] {
  const scanner = scannerOf(template)
  const root: Node[] = []
  while (!scanner.atEnd()) {
    const text = scanner.take(/[^{]+/y)
    if (text !== undefined) root.push({ type: 'text', text })
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
function parseAction(scanner: Scanner): readonly Node[] {
  const nodes: Node[] = []
  while (!scanner.skip('}')) {
    if (scanner.take(/[ @$]/y) !== undefined) continue
    if (scanner.skip('..')) {
      if (nodes.at(-1)?.type === 'recursive') {
        throw new JsonPathError('invalid multiple recursive descent')
      }
      nodes.push({ type: 'recursive' })
      if (scanner.take(/(?=[_\p{L}\p{Nd}])/uy) !== undefined) nodes.push(parseField(scanner))
    } else if (scanner.skip('.')) nodes.push(parseField(scanner))
    else if (scanner.skip('[?(')) nodes.push(parseFilter(scanner))
    else if (scanner.skip('[')) nodes.push(...parseBrackets(scanner))
    else nodes.push(parseWord(scanner))
  }
  return nodes
}

function parseField(scanner: Scanner): Node {
  const name = scanner.take(NAME) ?? ''
  return name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') }
}

/** The first `)` outside the one quoted literal ends a filter, so that none can stand in another. */
function parseFilter(scanner: Scanner): FilterNode {
  let text = scanner.take(/[^"'\n)]*/y) ?? ''
  const quoted = scanner.take(QUOTED)
  if (quoted !== undefined) text += quoted + (scanner.take(/[^\n)]*/y) ?? '')
  if (!scanner.skip(')')) throw new JsonPathError('unterminated filter')
  if (!scanner.skip(']')) throw new JsonPathError('unclosed array expect ]')
  const [, left = text, operator = 'exists', right] =
    /^([^!<>=]+)([!<>=]+)([^\n]+)$/.exec(text) ?? []
  return {
    type: 'filter',
    left: parseExpression(left),
    right: right === undefined ? [] : parseExpression(right),
    operator,
  }
}

function parseBrackets(scanner: Scanner): readonly Node[] {
  const text = scanner.take(/[^\]\n]*/y) ?? ''
  if (!scanner.skip(']')) throw new JsonPathError('unterminated array')
  const parts = text.split(',')
  if (parts.length > 1) {
    const trimmed = parts.map((part) => part.replace(/^ +/, '').replace(/(?<! ) +$/, ''))
    return [{ type: 'union', lists: trimmed.map((part) => parseExpression(`[${part}]`)) }]
  }
  const key = /^'([^']*)'$/.exec(text)?.[1]
  return key === undefined ? [parseSlice(text === '*' ? ':' : text)] : parseExpression(`.${key}`)
}

function parseSlice(text: string): Node {
  const found = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/.exec(text)
  if (found === null) throw new JsonPathError(`invalid array index ${text}`)
  const from = bound(found[1]) ?? 0n
  const step = bound(found[3]?.slice(1)) ?? 1n
  if (found[2] !== undefined) return { type: 'array', from, to: bound(found[2].slice(1)), step }
  // `[n]` is `[n:n+1]`, and `[-1]` the last; the addition wraps as that of a Go int.
  return { type: 'array', from, to: from === -1n ? undefined : BigInt.asIntN(64, from + 1n), step }
}

function bound(digits = ''): bigint | undefined {
  if (digits === '') return undefined
  const value = int64(digits)
  if (value === undefined) throw new JsonPathError(`array index ${digits} is not a number`)
  return value
}

/** A literal, `range`, `end`, or what is no part of a template. */
function parseWord(scanner: Scanner): Node {
  const number = scanner.take(NUMBER)
  if (number !== undefined) return parseNumber(number)
  const name = scanner.take(IDENTIFIER)
  if (name === 'true' || name === 'false') return { type: 'bool', value: name === 'true' }
  if (name !== undefined) return { type: 'identifier', name }
  const quoted = scanner.take(QUOTED)
  if (quoted !== undefined) return { type: 'text', text: unquote(quoted) }
  const character = scanner.take(/[^\r\n]/uy)
  if (character === undefined) throw new JsonPathError('unclosed action')
  if (character === '"' || character === "'") {
    throw new JsonPathError('unterminated quoted string')
  }
  throw new JsonPathError(`unrecognized character in action: ${inUnicode(character)}`)
}

function parseNumber(digits: string): Node {
  const whole = int64(digits)
  if (whole !== undefined) return { type: 'int', value: whole }
  const value = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(digits) ? Number(digits) : Infinity
  if (!Number.isFinite(value)) throw new JsonPathError(`cannot parse number ${digits}`)
  return { type: 'float', value }
}

/** The whole number that an int64 can hold, or undefined. */
function int64(digits: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(digits)) return undefined
  const value = BigInt(digits.replace(/^\+/, ''))
  return BigInt.asIntN(64, value) === value ? value : undefined
}

/** A character as Go's `%#U` prints it: `U+002A '*'`. */
function inUnicode(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)
  return printable ? `U+${hex} '${character}'` : `U+${hex}`
}

const ESCAPE =
  /\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]?))|["']/g
const LETTERS = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/**
 * The text inside a literal with its quotes, by Go's rules for escapes. It is made as bytes: `\xff`
 * and `\377` are bytes, so that several of them may make up one character.
 */
function unquote(literal: string): string {
  const quote = literal[0] ?? ''
  const plain = new Map(Object.entries({ ...LETTERS, [quote]: quote }))
  const escaped = (all: string, ...[hex, octal, short, long, letter]: string[]): string => {
    if (hex !== undefined || octal !== undefined) {
      return String.fromCharCode(hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16))
    }
    const code = short ?? long
    const text = code === undefined ? plain.get(letter ?? '') : character(parseInt(code, 16))
    if (text !== undefined) return text
    // A quote that no backslash made plain: the other kind is text.
    if (all !== quote && !all.startsWith('\\')) return all
    throw new JsonPathError(`unquote string ${literal} error invalid syntax`)
  }
  const bytes = Buffer.from(literal.slice(1, -1)).toString('latin1').replace(ESCAPE, escaped)
  return Buffer.from(bytes, 'latin1').toString()
}

/** The bytes of a character, or undefined for what is none. */
function character(point: number): string | undefined {
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined
  return Buffer.from(String.fromCodePoint(point)).toString('latin1')
}
