/** One line of a comparison: kept, taken away, put in, or `gap` for lines left out. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+' | 'gap'
  readonly text: string
}

/** Unchanged lines shown around a change. */
const CONTEXT = 1

/** Beyond this the table would cost more than a reader gains; the changed middle is shown as replaced. */
const MAX_CELLS = 250_000

/** How `from` becomes `to`, line by line, with the unchanged lines far from a change left out. */
export function diffLines(from: string, to: string): DiffLine[] {
  return withoutFarLines(compare(linesOf(from), linesOf(to)))
}

/** The lines of a text; a last line end starts no further line. */
export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}

function compare(from: readonly string[], to: readonly string[]): DiffLine[] {
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let end = 0
  const most = Math.min(from.length, to.length) - start
  while (end < most && from[from.length - 1 - end] === to[to.length - 1 - end]) end++
  return [
    ...marked(' ', from.slice(0, start)),
    ...compareMiddle(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...marked(' ', from.slice(from.length - end)),
  ]
}

function compareMiddle(from: readonly string[], to: readonly string[]): DiffLine[] {
  if (from.length * to.length > MAX_CELLS) return [...marked('-', from), ...marked('+', to)]
  const common = commonLengths(from, to)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < from.length && j < to.length) {
    const line = from[i] ?? ''
    if (line === to[j]) {
      lines.push({ mark: ' ', text: line })
      i++
      j++
    } else if ((common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) {
      lines.push({ mark: '-', text: line })
      i++
    } else {
      lines.push({ mark: '+', text: to[j] ?? '' })
      j++
    }
  }
  return [...lines, ...marked('-', from.slice(i)), ...marked('+', to.slice(j))]
}

/** `[i][j]`: how many lines `from` after i and `to` after j have in common, in order. */
function commonLengths(from: readonly string[], to: readonly string[]): number[][] {
  const table = Array.from({ length: from.length + 1 }, () =>
    new Array<number>(to.length + 1).fill(0),
  )
  for (let i = from.length - 1; i >= 0; i--) {
    const row = table[i] ?? []
    const below = table[i + 1] ?? []
    for (let j = to.length - 1; j >= 0; j--) {
      row[j] =
        from[i] === to[j] ? 1 + (below[j + 1] ?? 0) : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
    }
  }
  return table
}

function marked(mark: DiffLine['mark'], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ mark, text }))
}

function withoutFarLines(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, here) =>
    lines.slice(Math.max(0, here - CONTEXT), here + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  )
  return lines.flatMap((line, here) => {
    if (near[here] === true) return [line]
    // One mark for a whole run of lines left out.
    return here > 0 && near[here - 1] !== true ? [] : [{ mark: 'gap' as const, text: '…' }]
  })
}
