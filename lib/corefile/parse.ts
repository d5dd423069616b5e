/** A line of a Corefile with what stands in its braces: a server block, an import, a plugin, an option of one. */
export type Statement = {
  /** Without quotes. */
  readonly words: readonly string[]
  /** As written, one blank between words. */
  readonly text: string
  /** Counted from 1; 0 for one that stands in no file. */
  readonly line: number
  /** The comments above it and behind it, each with its `#`. */
  readonly comments: readonly string[]
  /** null where it has no braces. */
  readonly body: readonly Statement[] | null
}

export type ParsedCorefile =
  | { readonly statements: readonly Statement[] }
  /** Not to be read: at which line, and why. */
  | { readonly line: number; readonly problem: string }

/** By the grammar of coredns/caddy (caddyfile/lexer.go and parse.go), imports and variables left as they stand. */
export function parseCorefile(text: string): ParsedCorefile {
  const cursor = { tokens: tokensOf(text), at: 0 }
  const statements: Statement[] = []
  try {
    while (cursor.at < cursor.tokens.length) {
      const first = statements.every(({ body }) => body === null)
      statements.push(isImport(cursor) ? readLine(cursor) : readBlock(cursor, first))
    }
    return { statements }
  } catch (error) {
    if (error instanceof NoCorefile) return { line: error.line, problem: error.message }
    throw error
  }
}

/** All statements of a body, whether it is there or not. */
export function bodyOf({ body }: Statement): readonly Statement[] {
  return body ?? []
}

class NoCorefile extends Error {
  readonly line: number

  constructor(line: number, problem: string) {
    super(problem)
    this.line = line
  }
}

type Token = {
  readonly raw: string
  readonly word: string
  readonly line: number
  /** The first of its line. */
  readonly opensLine: boolean
  /** Above it, and behind it. */
  readonly comments: string[]
}

type Cursor = { readonly tokens: readonly Token[]; at: number }

/** A server block; the first, where it is the only one, needs no braces. */
function readBlock(cursor: Cursor, first: boolean): Statement {
  const head = readWords(cursor, (token, last) => token.opensLine && !last.word.endsWith(','))
  const next = cursor.tokens[cursor.at]
  if (next?.raw === '{') return readBraces(cursor, head)
  if (!first) throw new NoCorefile(head.line, 'it stands in no braces')
  const body = readBody(cursor)
  return { ...head, body }
}

/** Beside server blocks, of files that have such blocks, as k3s and AKS end theirs. */
function isImport({ tokens, at }: Cursor): boolean {
  return tokens[at]?.word === 'import'
}

function readLine(cursor: Cursor): Statement {
  return readWords(cursor, ({ opensLine }) => opensLine)
}

function readStatement(cursor: Cursor): Statement {
  const head = readLine(cursor)
  return cursor.tokens[cursor.at]?.raw === '{' ? readBraces(cursor, head) : head
}

function readBraces(cursor: Cursor, head: Statement): Statement {
  cursor.at += 1
  const body = readBody(cursor)
  const closing = cursor.tokens[cursor.at]
  if (closing === undefined) throw new NoCorefile(head.line, 'its brace is never closed')
  cursor.at += 1
  // What stands above the brace stays with the last line before it, else with what the brace belongs to.
  const last = body.at(-1)
  if (last === undefined) {
    return { ...head, comments: [...head.comments, ...closing.comments], body }
  }
  const comments = [...last.comments, ...closing.comments]
  return { ...head, body: [...body.slice(0, -1), { ...last, comments }] }
}

/** Up to the brace that ends it, or the end of the text. */
function readBody(cursor: Cursor): readonly Statement[] {
  const statements: Statement[] = []
  while (cursor.at < cursor.tokens.length && cursor.tokens[cursor.at]?.raw !== '}') {
    statements.push(readStatement(cursor))
  }
  return statements
}

function readWords(cursor: Cursor, ends: (token: Token, last: Token) => boolean): Statement {
  const words: Token[] = []
  for (let token = cursor.tokens[cursor.at]; token; token = cursor.tokens[cursor.at]) {
    const last = words.at(-1)
    if (isBrace(token) || (last !== undefined && ends(token, last))) break
    words.push(token)
    cursor.at += 1
  }
  const [first] = words
  if (first === undefined) {
    const { raw = '', line = 1 } = cursor.tokens[cursor.at] ?? {}
    const what = raw === '{' ? 'opened behind nothing' : 'closed that was not opened'
    throw new NoCorefile(line, `a brace is ${what}`)
  }
  return {
    words: words.map(({ word }) => word),
    text: words.map(({ raw }) => raw).join(' '),
    line: first.line,
    comments: words.flatMap(({ comments }) => comments),
    body: null,
  }
}

function isBrace({ raw }: Token): boolean {
  return raw === '{' || raw === '}'
}

/** As the lexer has it: quotes count at the start of a word, `#` anywhere outside of them. */
const TOKEN = /"(?:\\[\s\S]|[^"\\])*"|#[^\n]*|[^\s#"][^\s#]*/g

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let comments: string[] = []
  let line = 1
  let at = 0
  for (const { 0: raw, index } of text.matchAll(TOKEN)) {
    const lines = text.slice(at, index).split('\n').length - 1
    line += lines
    at = index
    const last = tokens.at(-1)
    const opensLine = last === undefined || line > last.line + last.raw.split('\n').length - 1
    if (raw.startsWith('#')) {
      if (last === undefined || opensLine || isBrace(last)) comments.push(raw.trimEnd())
      else last.comments.push(raw.trimEnd())
      continue
    }
    const quoted = raw.startsWith('"') && raw.length > 1
    const word = quoted ? raw.slice(1, -1).replaceAll('\\"', '"') : raw
    tokens.push({ raw, word, line, opensLine, comments })
    comments = []
  }
  // At the end of the text.
  tokens.at(-1)?.comments.push(...comments)
  return tokens
}
