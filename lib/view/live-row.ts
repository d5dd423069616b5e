import { clip, indent, padTo, widthOf, wrap } from './layout.ts'
import type { Paint, Style } from './paint.ts'

/** One line of the list, before it is laid out. */
export type Row = {
  readonly mark: string
  readonly title: string
  readonly detail: string
  /** What stands below; may have line ends of its own. */
  readonly lines?: readonly string[]
  /** Nothing happened here: the whole row stands back. */
  readonly quiet?: boolean
}

/** The room a row has. */
export type RowSpace = {
  /** Columns right of the mark. */
  readonly width: number
  /** Columns of the titles, so that the details stand in one column. */
  readonly titleWidth: number
  readonly paint: Paint
}

/** A detail narrower than this goes below its title. */
const NARROWEST_DETAIL = 24

/** A progress narrower than this is left out. */
const NARROWEST_PROGRESS = 8

const MARK_STYLES: Readonly<Record<string, Style>> = {
  '✔': 'green',
  '✖': 'red',
  '~': 'yellow',
  '!': 'yellow',
  '■': 'yellow',
  '?': 'cyan',
  '-': 'dim',
}

/** A finished row: the first line begins with the mark, further ones stand right of it. */
export function finishedRow(row: Row, space: RowSpace): string[] {
  const { paint } = space
  const style = row.quiet === true ? 'dim' : (MARK_STYLES[row.mark] ?? 'dim')
  const [title, ...below] = titleAndDetail(row, space)
  const lines = (row.lines ?? []).flatMap((line) => line.split('\n')).filter(Boolean)
  return [`${paint(style, row.mark)} ${title}`, ...indent([...below, ...indent(lines, 2)], 2)]
}

/** A row being worked on, on one line: a text that grows and shrinks would make the list jump. */
export function runningRow(
  title: string,
  progress: string,
  { width, titleWidth, paint }: RowSpace,
): string {
  if (progress === '') return clip(title, width)
  const head = padTo(title, Math.min(titleWidth, width - NARROWEST_PROGRESS - 2))
  const room = width - widthOf(head) - 2
  return room < NARROWEST_PROGRESS
    ? clip(title, width)
    : `${head}  ${paint('dim', clip(progress, room))}`
}

function titleAndDetail(row: Row, { width, titleWidth, paint }: RowSpace): [string, ...string[]] {
  const title = (text: string): string => {
    if (row.quiet === true) return paint('dim', text)
    return row.mark === '✖' ? paint('red', text) : text
  }
  const wrapped = wrap(row.title, width).map(title)
  if (row.detail === '') return [wrapped[0] ?? '', ...wrapped.slice(1)]
  const room = width - titleWidth - 2
  const beside = room >= NARROWEST_DETAIL && widthOf(row.title) <= titleWidth
  if (!beside) {
    const below = indent(wrap(row.detail, width - 2), 2)
    return [wrapped[0] ?? '', ...wrapped.slice(1), ...below.map((line) => paint('dim', line))]
  }
  const [first = '', ...rest] = wrap(row.detail, room)
  return [
    `${title(padTo(row.title, titleWidth))}  ${paint('dim', first)}`,
    ...indent(rest, titleWidth + 2).map((line) => paint('dim', line)),
  ]
}
