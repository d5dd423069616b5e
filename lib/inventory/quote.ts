/** Characters that steer a terminal or hide text; JSON itself escapes only the first 32. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Where there may be a user and password before an @: a password may hold any character. */
const USERINFO = /^.*:.*@/su

/** Longer values are cut in messages. */
const LENGTH = 60

/** True for text with characters that must not reach a terminal. */
export function hasSteering(text: string): boolean {
  return text.search(STEERING) >= 0
}

/** A value from the file, fit for a message: quoted, escaped, short, without user names and passwords. */
export function quote(text: string): string {
  const masked = text.replace(USERINFO, '…@')
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
