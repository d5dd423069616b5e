import { openOutput, type WritableLike } from '../view/output.ts'
import { printable } from '../view/printable.ts'
import { redact } from '../view/redact.ts'

/** Prints a text for people, safe for a terminal; a closed pipe is a quiet end. */
export async function print(text: string): Promise<void> {
  await write(printable(redact(text), { lines: 'keep', limit: 1_000_000 }))
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
