import { clip } from './layout.ts'
import type { Output } from './output.ts'

/** Lines on a terminal that take the place of those before; none is broken, as it could not be taken back then. */
export function redrawn(out: Output, columns: () => number): (lines: readonly string[]) => void {
  let drawn = 0
  return (lines) => {
    const up = drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[0J`
    out.write(`${up}${lines.map((line) => `${clip(line, columns() - 1)}\n`).join('')}`)
    drawn = lines.length
  }
}
