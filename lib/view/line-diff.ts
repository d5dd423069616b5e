import { structuredPatch } from 'diff/lib/patch/create.js'

/** One line of a comparison: kept, taken away, put in, or `gap` for lines left out. */
export type DiffLine = {
  readonly mark: ' ' | '-' | '+' | 'gap'
  readonly text: string
}

/** Texts that differ more are shown as replaced: to look on would cost more than a reader gains. */
const MAX_EDITS = 500

const GAP: DiffLine = { mark: 'gap', text: '…' }

/** How `from` becomes `to`, line by line, with the unchanged lines far from a change left out. */
export function diffLines(from: string, to: string): DiffLine[] {
  const [a, b] = [linesOf(from), linesOf(to)]
  const patch = structuredPatch('', '', ended(a), ended(b), '', '', {
    context: 1,
    maxEditLength: MAX_EDITS,
  })
  if (patch === undefined) return [...marked('-', a), ...marked('+', b)]
  let next = 1
  const lines = patch.hunks.flatMap((hunk) => {
    const left = hunk.oldStart > next ? [GAP] : []
    next = hunk.oldStart + hunk.oldLines
    return [...left, ...hunk.lines.map(diffLine)]
  })
  return next <= a.length ? [...lines, GAP] : lines
}

/** The lines of a text; a last line end starts no further line. */
export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}

/** `lines` all marked the same. */
export function marked(mark: DiffLine['mark'], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ mark, text }))
}

function ended(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}

/** A patch's line begins with its mark. */
function diffLine(line: string): DiffLine {
  return { mark: line.slice(0, 1) as DiffLine['mark'], text: line.slice(1) }
}
