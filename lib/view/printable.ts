import { UNSAFE_CHARACTERS } from '../core/unsafe-characters.ts'

/** Longest text that is shown; what comes from outside may be of any size. */
const PRINTABLE_LIMIT = 20_000

const CUT = '…[cut]'

/** How `printable` treats line ends, and how much it lets through. */
export type PrintableOptions = {
  /** `keep`: `\n` stays a line end and `\r\n` becomes one. Without it both are escaped. */
  readonly lines?: 'keep' | 'escape'
  /** Most UTF-16 units in the result; a cut is marked. */
  readonly limit?: number
}

/**
 * Text from outside (manifests, API answers, logs, command output) made safe for a terminal: what could move
 * the cursor, change colours, reorder or hide text becomes a visible escape such as `\x1b`. Tabs stay.
 * Applying it again changes nothing.
 */
export function printable(text: string, options: PrintableOptions = {}): string {
  const { lines = 'escape', limit = PRINTABLE_LIMIT } = options
  // No character shrinks to less than half (`\r\n` -> `\n`), so what lies beyond can never be shown.
  const start = text.slice(0, limit * 2)
  const unified = lines === 'keep' ? start.replaceAll('\r\n', '\n') : start
  const safe = unified.replace(UNSAFE_CHARACTERS, (character) => {
    if (character === '\t' || (character === '\n' && lines === 'keep')) return character
    return escaped(character)
  })
  return safe.length <= limit && start.length === text.length ? safe : cut(safe, limit)
}

function escaped(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

function cut(text: string, limit: number): string {
  const kept = text.slice(0, Math.max(0, limit - CUT.length))
  // Half of a surrogate pair would be a new unsafe character.
  return (/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept) + CUT
}
