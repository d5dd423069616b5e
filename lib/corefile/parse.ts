import { snippetOf, type Statement } from './statement.ts'
import { isBrace, type Token, tokensOf } from './tokens.ts'

export type ParsedCorefile =
  | { readonly statements: readonly Statement[] }
  /** Not to be read: at which line, and why. */
  | { readonly line: number; readonly problem: string }

/**
 * By the grammar of coredns/caddy (caddyfile/parse.go), imports and variables left as they stand. What that takes is taken, if
 * only by accident: a last server block without braces, the last brace missing behind another one, one too many.
 */
export function parseCorefile(text: string): ParsedCorefile {
  const cursor = { tokens: tokensOf(text), at: 0 }
  const statements: Statement[] = []
  try {
    while (cursor.at < cursor.tokens.length) {
      const one = isImport(cursor) ? readImport(cursor) : readBlock(cursor)
      const name = snippetOf(one)
      if (name !== null && statements.some((other) => snippetOf(other) === name)) {
        throw new NoCorefile(one.line, `the snippet ${name} is there already`)
      }
      statements.push(one)
    }
    return { statements }
  } catch (error) {
    if (error instanceof NoCorefile) return { line: error.line, problem: error.message }
    throw error
  }
}

class NoCorefile extends Error {
  readonly line: number

  constructor(line: number, problem: string) {
    super(problem)
    this.line = line
  }
}

type Cursor = { readonly tokens: readonly Token[]; at: number }

/** A server block or a snippet. One without braces goes on to the next `}`, or to the end of the text. */
function readBlock(cursor: Cursor): Statement {
  const head = readZones(cursor)
  if (here(cursor)?.word === '{') return readBraces(cursor, head, readPlugin)
  const block = { ...head, body: readBody(cursor, readPlugin) }
  if (block.body.length > 0 && snippetOf(block) !== null) {
    throw new NoCorefile(head.line, 'it stands in no braces')
  }
  // Past the `}`.
  if (here(cursor) !== undefined) cursor.at += 1
  return block
}

/** Up to the end of the line, or of the next one where it ends with a comma. */
function readZones(cursor: Cursor): Statement {
  const words: Token[] = []
  let more = false
  for (let token = here(cursor); token && token.word !== '{'; token = here(cursor)) {
    if (words.length > 0 && token.opensLine && !more) break
    words.push(token)
    if (token.word !== '') more = token.word.endsWith(',')
    cursor.at += 1
  }
  const head = statementOf(words, here(cursor))
  if (more) throw new NoCorefile(head.line, 'another zone has to follow its comma')
  return head
}

/** Also beside server blocks, of files that have such blocks, as k3s and AKS end theirs. */
function isImport(cursor: Cursor): boolean {
  return here(cursor)?.word === 'import'
}

function readImport(cursor: Cursor): Statement {
  const words = readWords(cursor, ({ opensLine }) => opensLine)
  const line = statementOf(words)
  if (words.length !== 2) throw new NoCorefile(line.line, 'import takes one file or snippet')
  return line
}

/** Its closing brace stands in a line of its own, unless one was opened in its line. */
function readPlugin(cursor: Cursor): Statement {
  if (isImport(cursor)) return readImport(cursor)
  const found = readOption(cursor)
  const next = here(cursor)
  if (next?.word === '}' && !next.opensLine) {
    throw new NoCorefile(next.line, 'a brace is closed in a line that has not opened it')
  }
  return found
}

function readOption(cursor: Cursor): Statement {
  const words = readWords(cursor, (token) => isBrace(token) || token.opensLine)
  const head = statementOf(words, here(cursor))
  if (words.length === 0) throw new NoCorefile(head.line, 'a brace is opened behind nothing')
  return here(cursor)?.word === '{' ? readBraces(cursor, head, readOption) : head
}

type Read = (cursor: Cursor) => Statement

function readBraces(cursor: Cursor, head: Statement, read: Read): Statement {
  cursor.at += 1
  const body = readBody(cursor, read)
  const closing = here(cursor)
  // Of a server block the one of its last plugin does as well.
  const closed = read === readPlugin && cursor.tokens.at(-1)?.word === '}'
  if (closing === undefined && !closed) throw new NoCorefile(head.line, 'its brace is never closed')
  cursor.at += 1
  const comments = closing?.comments ?? []
  // What stands above the brace stays with the last line before it, else with what the brace belongs to.
  const last = body.at(-1)
  if (last === undefined) return { ...head, comments: [...head.comments, ...comments], body }
  const withIts = { ...last, comments: [...last.comments, ...comments] }
  return { ...head, body: [...body.slice(0, -1), withIts] }
}

/** Up to the brace that ends it, or the end of the text. */
function readBody(cursor: Cursor, read: Read): readonly Statement[] {
  const statements: Statement[] = []
  while (cursor.at < cursor.tokens.length && here(cursor)?.word !== '}') {
    statements.push(read(cursor))
  }
  return statements
}

/** The first one stands anyhow, unless it is a brace. */
function readWords(cursor: Cursor, ends: (token: Token) => boolean): readonly Token[] {
  const words: Token[] = []
  for (let token = here(cursor); token; token = here(cursor)) {
    if (words.length > 0 ? ends(token) : isBrace(token)) break
    words.push(token)
    cursor.at += 1
  }
  return words
}

function here({ tokens, at }: Cursor): Token | undefined {
  return tokens[at]
}

/** `next` says where it is where it has no word. */
function statementOf(words: readonly Token[], next?: Token): Statement {
  return {
    words: words.map(({ word }) => word),
    text: words.map(({ raw }) => raw).join(' '),
    line: (words[0] ?? next)?.line ?? 1,
    comments: words.flatMap(({ comments }) => comments),
    body: null,
  }
}
