/** Columns a text takes. Wide letters count as one: then a line comes out short, never broken. */
export function widthOf(text: string): number {
  return Array.from(text).length
}

/** `text` filled up with spaces to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** `text` in at most `width` columns, its end replaced by `…` where it is longer. */
export function clip(text: string, width: number): string {
  return widthOf(text) <= width
    ? text
    : Array.from(text)
        .slice(0, Math.max(0, width - 1))
        .join('') + '…'
}

/** `text` in at most `width` columns, its middle replaced by `…` where it is longer. */
export function shorten(text: string, width: number): string {
  const letters = Array.from(text)
  if (letters.length <= width) return text
  const tail = Math.floor((width - 1) / 2)
  return [...letters.slice(0, width - 1 - tail), '…', ...letters.slice(letters.length - tail)].join(
    '',
  )
}

/**
 * `text` as lines of at most `width` columns, broken at spaces; a longer word is broken anywhere.
 * Its own line ends stay.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, width)))
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let rest = Array.from(line)
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const end = space > 0 ? space : width
    lines.push(rest.slice(0, end).join(''))
    rest = rest.slice(space > 0 ? end + 1 : end)
  }
  return [...lines, rest.join('')]
}

/** `lines` each indented by `columns`; empty ones stay empty. */
export function indent(lines: readonly string[], columns: number): string[] {
  return lines.map((line) => (line === '' ? line : ' '.repeat(columns) + line))
}

/** `1 step`, `2 steps`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`
}

/** A time for people: `0.4 s`, `13.2 s`, `10 min 42 s`. */
export function duration(ms: number): string {
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`
}

/** A time that is still growing, in whole seconds: `15 s`, `2 min 05 s`. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${String(seconds)} s`
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60).padStart(2, '0')} s`
}
