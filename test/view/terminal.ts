import xterm from '@xterm/headless'

/** A line of a terminal, and whether it is only there because the one before was too long. */
export type TerminalLine = { readonly text: string; readonly overflows: boolean }

/** What stands in a real terminal (xterm.js) after all that was written to it, what has scrolled away included. */
export async function terminalWith(
  text: string,
  size: { readonly columns: number; readonly rows: number },
): Promise<readonly TerminalLine[]> {
  const terminal = new xterm.Terminal({
    ...{ cols: size.columns, rows: size.rows, scrollback: 10_000 },
    // What a terminal's driver makes of a line end.
    ...{ convertEol: true, allowProposedApi: true },
  })
  await new Promise<void>((drawn) => {
    terminal.write(text, drawn)
  })
  const { active } = terminal.buffer
  const lines = Array.from({ length: active.length }, (_, row) => {
    const line = active.getLine(row)
    return { text: line?.translateToString(true) ?? '', overflows: line?.isWrapped === true }
  })
  terminal.dispose()
  const last = lines.findLastIndex((line) => line.text !== '')
  return lines.slice(0, last + 1)
}
