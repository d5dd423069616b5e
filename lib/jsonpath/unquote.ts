const SIMPLE: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
}
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/**
 * The text inside a literal with its quotes, by Go's rules for escapes; undefined where it breaks
 * them. `\xff` and `\377` are bytes, so several of them may make up one character.
 */
export function unquote(literal: string): string | undefined {
  const quote = literal[0] ?? ''
  const inside = literal.slice(1, -1)
  if (!inside.includes('\\') && !inside.includes(quote)) return inside
  const parts: Buffer[] = []
  for (let at = 0; at < inside.length;) {
    if (inside[at] === quote) return undefined
    if (inside[at] === '\\') {
      const escape = readEscape(inside, at + 1, quote)
      if (escape === undefined) return undefined
      parts.push(escape.bytes)
      at = escape.next
    } else {
      const end = nextSpecial(inside, at, quote)
      parts.push(Buffer.from(inside.slice(at, end)))
      at = end
    }
  }
  return Buffer.concat(parts).toString()
}

function nextSpecial(text: string, from: number, quote: string): number {
  let at = from
  while (at < text.length && text[at] !== '\\' && text[at] !== quote) at++
  return at
}

interface Escape {
  readonly bytes: Buffer
  readonly next: number
}

/** The escape whose letter stands at `at`. */
function readEscape(text: string, at: number, quote: string): Escape | undefined {
  const letter = text[at] ?? ''
  if (letter === quote) return { bytes: Buffer.from(quote), next: at + 1 }
  const simple = Object.hasOwn(SIMPLE, letter) ? SIMPLE[letter] : undefined
  if (simple !== undefined) return { bytes: Buffer.from([simple]), next: at + 1 }
  const count = Object.hasOwn(HEX_DIGITS, letter) ? HEX_DIGITS[letter] : undefined
  if (count !== undefined) {
    const digits = text.slice(at + 1, at + 1 + count)
    if (digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return undefined
    const bytes = letter === 'x' ? Buffer.from(digits, 'hex') : utf8(parseInt(digits, 16))
    return bytes && { bytes, next: at + 1 + count }
  }
  const octal = text.slice(at, at + 3)
  if (!/^[0-3][0-7]{2}$/.test(octal)) return undefined
  return { bytes: Buffer.from([parseInt(octal, 8)]), next: at + 3 }
}

function utf8(point: number): Buffer | undefined {
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined
  return Buffer.from(String.fromCodePoint(point))
}
