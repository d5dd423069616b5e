import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IBufferCell, Terminal as XTerm } from '@xterm/headless'
import xterm from '@xterm/headless'

/**
 * `npm run picture -- FILE.svg [ARGUMENTS]`: runs the program in a terminal, as a user does, and draws what stands
 * there at the end as docs/FILE.svg. `script` (util-linux) gives it the terminal, and xterm.js reads what it draws there.
 */
const COLUMNS = 112
const ROWS = 44
const CELL = { width: 8.4, height: 18, font: 14 }
const MARGIN = 18

/** The 16 colours of a terminal, readable on the picture's own background. */
const COLOURS = [
  ...['#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9'],
  ...['#7f8694', '#ef8e95', '#b4d99a', '#f0d399', '#8ac6f5', '#d7a1e8', '#85ced6', '#ffffff'],
]

const [name = 'run.svg', ...argv] = process.argv.slice(2)
const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true })
const code = await draw(terminal, argv)
const file = new URL(name, import.meta.url)
await writeFile(file, svgOf(linesOf(terminal), ['npx tsx run.ts', ...argv].join(' ')))
process.exitCode = code

/** Runs the program and gives the terminal all that it draws; its exit code. */
async function draw(into: XTerm, args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hardway-picture-'))
  try {
    const program = [process.execPath, 'run.ts', ...args].join(' ')
    const command = `stty cols ${COLUMNS} rows ${ROWS}; ${program}`
    const child = spawn('script', ['-qefc', command, join(folder, 'typescript')], {
      env: { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.on('data', (chunk: Buffer) => into.write(chunk))
    const [ended] = (await once(child, 'close')) as [number]
    await new Promise<void>((drawn) => into.write('', drawn))
    return ended
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Pieces of one look, line by line, without the empty lines at the end. */
type Piece = { readonly column: number; readonly text: string; readonly style: string }

function linesOf({ buffer: { active } }: XTerm): readonly (readonly Piece[])[] {
  const lines = Array.from({ length: active.length }, (_, row) => {
    const line = active.getLine(row)
    const pieces: Piece[] = []
    for (let column = 0; line !== undefined && column < COLUMNS; column++) {
      const cell = line.getCell(column)
      if (cell === undefined || cell.getWidth() === 0) continue
      const text = cell.getChars() || ' '
      const style = styleOf(cell)
      const last = pieces.at(-1)
      // A gap of two begins a new piece, so that columns stand where they stood whatever font there is.
      const gap = last?.text.endsWith('  ') === true && text !== ' '
      if (last?.style === style && !gap)
        pieces[pieces.length - 1] = { ...last, text: last.text + text }
      else pieces.push({ column, text, style })
    }
    return pieces.filter(({ text }) => text.trim() !== '')
  })
  const used = lines.findLastIndex((pieces) => pieces.length > 0)
  return lines.slice(0, used + 1)
}

function styleOf(cell: IBufferCell): string {
  const colour = cell.isFgPalette() ? COLOURS[cell.getFgColor()] : undefined
  return [
    colour === undefined ? '' : ` fill="${colour}"`,
    cell.isBold() !== 0 ? ' font-weight="bold"' : '',
    cell.isDim() !== 0 ? ' opacity="0.65"' : '',
  ].join('')
}

function svgOf(lines: readonly (readonly Piece[])[], command: string): string {
  const all = [[{ column: 0, text: `# ${command}`, style: ' fill="#8ac6f5"' }], [], ...lines]
  const width = Math.round(COLUMNS * CELL.width + 2 * MARGIN)
  const height = all.length * CELL.height + 2 * MARGIN
  const rows = all.flatMap((pieces, row) =>
    pieces.map(({ column, text, style }) => {
      const begun = text.length - text.trimStart().length
      const x = (MARGIN + (column + begun) * CELL.width).toFixed(1)
      const length = (text.trim().length * CELL.width).toFixed(1)
      const y = MARGIN + row * CELL.height + CELL.font
      return `<text x="${x}" y="${y}"${style} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(text.trim())}</text>`
    }),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(command)}">
<rect width="100%" height="100%" rx="10" fill="#1e222a"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${CELL.font}" fill="#d8dee9">
${rows.join('\n')}
</g>
</svg>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
