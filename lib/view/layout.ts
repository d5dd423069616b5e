import { eastAsianWidth } from 'get-east-asian-width'

/**
 * Columns a text takes on a terminal; of what `printable` lets through, rather too many than too few.
 * `string-width` knows emoji better, but takes 20 ms of every start to learn them.
 */
export function widthOf(text: string): number {
  let width = 0
  for (const letter of text) width += columnsOf(letter)
  return width
}

/** A mark stands on the letter before it; the one that asks for an emoji may widen that. */
function columnsOf(letter: string): number {
  if (letter === '\ufe0f') return 1
  return /[\p{Mn}\p{Me}]/u.test(letter) ? 0 : eastAsianWidth(letter.codePointAt(0) ?? 0)
}

/** `text` filled up with spaces to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** `text` in at most `width` columns, its end replaced by `…` where it is longer. */
export function clip(text: string, width: number): string {
  return widthOf(text) <= width ? text : fitting(text, width - 1) + '…'
}

/** `text` in at most `width` columns, its middle replaced by `…` where it is longer. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const room = Math.floor((width - 1) / 2)
  const tail = fitting(Array.from(text).reverse().join(''), room).length
  return `${fitting(text, width - 1 - room)}…${text.slice(text.length - tail)}`
}

/**
 * `text` as lines of at most `width` columns, broken at spaces and beside wide letters, which are written without
 * spaces; a longer word is broken anywhere. Its own line ends stay.
 */
export function wrap(text: string, width: number): string[] {
  // Narrower than a wide letter no line could hold one.
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(2, width)))
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let rest = line
  for (;;) {
    const head = fitting(rest, width)
    if (head === rest) return [...lines, rest]
    const at = placeToBreak(rest, head.length)
    lines.push(rest.slice(0, at))
    rest = rest.slice(rest.charAt(at) === ' ' ? at + 1 : at)
  }
}

/** The last place in a line, at most so far, at which it may end; just so far where there is none. */
function placeToBreak(line: string, most: number): number {
  for (let at = most; at > 0; at--) {
    // Blanks at its beginning are no place to break it.
    if (line.charAt(at) === ' ') return line.slice(0, at).trim() === '' ? most : at
    if (mayPart(line, at)) return at
  }
  return most
}

/** What Japanese puts neither first nor last in a line (JIS X 4051), as far as this program's texts have it. */
const NOT_FIRST = /[、。，．・：；！？）」』】〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/
const NOT_LAST = /[（「『【〔]/

/** Whether a line may end between these two letters, of which one is wide. */
function mayPart(line: string, at: number): boolean {
  const before = letterBefore(line, at)
  const after = String.fromCodePoint(line.codePointAt(at) ?? 0)
  const wide = [before, after].filter((letter) => columnsOf(letter) === 2)
  if (wide.length === 0 || NOT_FIRST.test(after) || NOT_LAST.test(before)) return false
  return wide.length === 2 || /[\p{L}\p{N}]/u.test(wide[0] === before ? after : before)
}

/** The whole letter that ends there; empty within one. */
function letterBefore(line: string, at: number): string {
  const [letter = ''] = /[^]$/u.exec(line.slice(0, at)) ?? []
  return /[\udc00-\udfff]/.test(line.charAt(at)) ? '' : letter
}

/** The longest beginning of `text` that takes at most `width` columns. */
function fitting(text: string, width: number): string {
  let end = 0
  let columns = 0
  for (const letter of text) {
    columns += columnsOf(letter)
    if (columns > width) break
    end += letter.length
  }
  return text.slice(0, end)
}

/**
 * A table whose columns stand two blanks apart, in at most `width` columns: where one of its lines is longer,
 * each row becomes its first cell and below it a line a cell, after the head of its column; above all the first head.
 */
export function tableLines(lines: readonly string[], width: number): readonly string[] {
  if (lines.every((line) => widthOf(line) <= width)) return lines
  const [heads = [], ...rows] = lines.map((line) => line.trim().split(/ {2,}/))
  const each = rows.flatMap(([first = '', ...cells]) => [
    first,
    ...cells.map((cell, i) => `  ${heads[i + 1] ?? ''}: ${cell}`),
  ])
  return [heads[0] ?? '', ...each]
}

/** `text` in lines of at most `width` columns, further ones two to the right of the first, or `columns` from the left. */
export function hanging(text: string, width: number, columns?: number): string[] {
  const [first = '', ...rest] = wrap(text, width)
  const right = columns ?? text.search(/[^ ]|$/) + 2
  if (rest.length === 0 || right > width / 2) return [first, ...rest]
  return [first, ...indent(wrap(text.slice(first.length).trimStart(), width - right), right)]
}

/** `text` as one line: line ends and tabs become spaces, runs of them one space. */
export function oneLine(text: string): string {
  return text.trim().replace(/[ \t]*[\n\t]\s*/g, ' ')
}

/** `lines` each indented by `columns`; empty ones stay empty. */
export function indent(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => (line === '' ? line : ' '.repeat(columns) + line))
}

/** A time for people: `0.4 s`, `13.2 s`, `10 min 42 s`. */
export function duration(ms: number): string {
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** A time that is still growing, in whole seconds: `15 s`, `2 min 05 s`. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}
