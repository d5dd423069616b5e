/** A word of a Corefile, or a brace. */
export type Token = {
  /** As written. */
  readonly raw: string
  /** Without quotes. */
  readonly word: string
  readonly line: number
  /** The first of its line. */
  readonly opensLine: boolean
  /** Above it, and behind it. */
  readonly comments: string[]
}

/** What Go's unicode.IsSpace has, but for the carriage return, which counts for nothing outside of quotes. */
const BLANK = String.raw`\t\n\v\f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`

/**
 * As the lexer has it (coredns/caddy, caddyfile/lexer.go): quotes count at the start of a word. A comment begins anywhere
 * outside of them, and ends with its line; behind a word, without a blank between them, with the next blank.
 */
const TOKEN = new RegExp(
  String.raw`"(?:\\[\s\S]|[^"\\])*(?:"|\\?$)|#[^\n]*|([^#"${BLANK}][^#${BLANK}]*)(#[^${BLANK}]*)?`,
  'g',
)

/** Words and braces in their order, each with the comments that belong to it. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let comments: string[] = []
  let line = 1
  let at = 0
  for (const { 0: all, 1: bare = '', 2: glued, index } of text.matchAll(TOKEN)) {
    line += linesIn(text.slice(at, index))
    at = index
    const last = tokens.at(-1)
    const opensLine = last === undefined || line > last.line + linesIn(last.raw)
    if (all.startsWith('#')) {
      if (last === undefined || opensLine || isBrace(last)) comments.push(all.trimEnd())
      else last.comments.push(all.trimEnd())
      continue
    }
    const raw = all.startsWith('"') ? all : bare.replaceAll(/\r|^\uFEFF/g, '')
    if (raw === '') continue
    if (glued !== undefined) comments.push(glued.trimEnd())
    tokens.push({ raw, word: wordOf(raw), line, opensLine, comments })
    comments = []
  }
  // At the end of the text.
  tokens.at(-1)?.comments.push(...comments)
  return tokens
}

export function isBrace({ word }: Token): boolean {
  return word === '{' || word === '}'
}

/** Only quotes are escaped in quotes; those that are never closed end with the text. */
function wordOf(raw: string): string {
  return raw.startsWith('"') ? raw.slice(1).replace(/"$/, '').replaceAll('\\"', '"') : raw
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}
