/** Characters that steer a terminal or hide text; JSON itself escapes only the first 32. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** What may hold a secret: all behind // but a plain host, what stands before an @, a query. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\/\/(?![a-z0-9.-]+(?:[/?#]|$)).*/is, '//…'],
  [/^.*@/s, '…@'],
  [/\?.*/s, '?…'],
]

/** Longer values are cut in messages. */
const LENGTH = 60

/** True for text with characters that must not reach a terminal. */
export function hasSteering(text: string): boolean {
  return text.search(STEERING) >= 0
}

/** A value from the file, fit for a message: quoted, escaped, short, without what may be a secret. */
export function quote(text: string): string {
  const masked = MASKS.reduce((left, [mask, stand]) => left.replace(mask, stand), text)
  const short = masked.length > LENGTH ? `${masked.slice(0, LENGTH)}…` : masked
  return printable(JSON.stringify(short))
}

/** Text without characters that steer a terminal: they are written out as `\u001b`. */
export function printable(text: string): string {
  return text.replace(STEERING, (character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
