/** What a person sees on a terminal. */
export interface Screen {
  /** All lines, those that have scrolled away included, without trailing spaces and empty end. */
  readonly lines: readonly string[]
  readonly cursorShown: boolean
}

/** One control sequence, or one character. */
// eslint-disable-next-line no-control-regex -- a terminal is controlled by control characters
const PIECE = /\u001b\[([?0-9;]*)([A-Za-z])|([\s\S])/gu

/** A letter that takes two cells, and a mark on another letter, which takes none. */
const WIDE = /[\u3000-\u30ff\p{Script=Han}\p{Script=Hangul}\p{Emoji_Presentation}]/u
const MARK = /\p{Mn}/u

/**
 * Plays what was written to a terminal of `columns` x `rows`. Knows the sequences that log-update
 * and listr2 use; throws for any other, so that nothing unexpected goes unseen. Colours are dropped.
 */
export function screenOf(text: string, size: { columns: number; rows: number }): Screen {
  const lines: string[][] = [[]]
  let row = 0
  let column = 0
  let cursorShown = true

  const top = (): number => Math.max(0, lines.length - size.rows)
  const moveTo = (to: number): void => {
    row = Math.max(top(), to)
    while (lines.length <= row) lines.push([])
  }
  const put = (letter: string): void => {
    const width = WIDE.test(letter) ? 2 : 1
    if (MARK.test(letter)) {
      const line = lines[row] ?? []
      line[column - 1] = (line[column - 1] ?? '') + letter
      return
    }
    if (column + width > size.columns) {
      moveTo(row + 1)
      column = 0
    }
    const line = lines[row] ?? []
    while (line.length < column) line.push(' ')
    line[column] = letter
    // The second cell of a wide letter.
    if (width === 2) line[column + 1] = ''
    column += width
  }
  const control = (argument: string, letter: string): void => {
    const count = Number(argument === '' ? 1 : argument)
    if (letter === 'A') row = Math.max(top(), row - count)
    else if (letter === 'B') row = Math.min(lines.length - 1, row + count)
    else if (letter === 'G') column = 0
    else if (letter === 'K')
      lines[row] = argument === '2' ? [] : (lines[row] ?? []).slice(0, column)
    else if (argument === '?25') cursorShown = letter === 'h'
    else if (letter !== 'm' && argument !== '?2026') {
      throw new Error(`unexpected control sequence ${argument}${letter}`)
    }
  }
  for (const [, argument, letter, character] of text.matchAll(PIECE)) {
    if (letter !== undefined) control(argument ?? '', letter)
    else if (character === '\n') {
      moveTo(row + 1)
      column = 0
    } else if (character === '\u001b' || character === '\r') {
      throw new Error('unexpected control character')
    } else put(character ?? '')
  }
  return {
    lines: lines
      .map((line) => line.join('').trimEnd())
      .join('\n')
      .trimEnd()
      .split('\n'),
    cursorShown,
  }
}
