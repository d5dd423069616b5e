import type { CommonOptions } from '../command-line/request.ts'
import { isCommand } from '../core/shell.ts'
import { languageOf, sayIn } from '../words/language.ts'
import type { Say } from '../words/say.ts'
import { linesOf } from '../view/failure-text.ts'
import { hanging, widthOf } from '../view/layout.ts'
import { inAscii, isAsciiOnly } from '../view/letters.ts'
import { openOutput, type WritableLike } from '../view/output.ts'
import { printable } from '../view/printable.ts'
import { redact } from '../view/redact.ts'

/** Prints a text for people, safe for a terminal and no wider; a closed pipe is a quiet end. */
export async function print(text: string): Promise<void> {
  const safe = printable(redact(text), { lines: 'keep', limit: 1_000_000 })
  const columns = columnsOf(process.stdout)
  const lines = safe.split('\n').flatMap((line) => {
    if (widthOf(line) <= columns) return [line]
    return isCommand(line) || /\b(?:npx tsx|kubectl) /.test(line)
      ? linesOf(line, columns)
      : hanging(line, columns)
  })
  await write(spelled(lines.join('\n')))
}

/** The language in which people read what is printed. */
export function sayFor({ lang }: Pick<CommonOptions, 'lang'>): Promise<Say> {
  return sayIn(languageOf(lang, process.env))
}

/** How wide a text may be there; one that tells no width is a terminal of none, or no terminal. */
export function columnsOf({ isTTY, columns = 0 }: WritableLike): number {
  return isTTY === true && columns > 0 ? columns : Infinity
}

/** In the letters that the locale has. */
export function spelled(text: string): string {
  return isAsciiOnly(process.env) ? inAscii(text) : text
}

/** Prints one JSON object on a line. */
export async function printJson(value: object): Promise<void> {
  await write(JSON.stringify(value))
}

/** Writes a text as it is. */
export async function write(text: string, stream: WritableLike = process.stdout): Promise<void> {
  const out = openOutput(stream)
  out.write(`${text}\n`)
  await out.flush()
}
