/**
 * What text from outside must not bring to a terminal: controls (C0, DEL, C1), format characters (bidi
 * overrides, zero-width, tags), line and paragraph separators, lone surrogates, and the letters that
 * look like nothing at all.
 */
export const UNSAFE_CHARACTERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u034f\u115f\u1160\u3164\uffa0]/gu

/** True for text with characters that must not reach a terminal. */
export function hasUnsafe(text: string): boolean {
  return text.search(UNSAFE_CHARACTERS) >= 0
}

/** `text` with those characters written as in JSON, `\u001b`: what was JSON still means the same. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE_CHARACTERS, (character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
