/** Says an English text in the reader's language; a text that it does not know stays as it is. */
export type Say = (english: string) => string

/** For readers of English. */
export const asWritten: Say = (english) => english

/** Several things in one line, each in the reader's language; what is not known at all stays as it is. */
export function saidInParts(text: string, say: Say): string {
  return text
    .split('; ')
    .map((part) => {
      const whole = say(part)
      const each = part.split(', ').map(say).join(say(', '))
      return whole !== part || each === part.replaceAll(', ', say(', ')) ? whole : each
    })
    .join('; ')
}

/**
 * Texts of one language by the English ones, which stand where they are used. Both may have values: `{host}` is one
 * word and stays as it is; `{why…}` is any text, and is itself said in that language where it is known.
 */
export type Phrases = Readonly<Record<string, string>>

/** A value in a text. */
export const VALUE = /\{(\w+)(…?)\}/g

/** Says what is in these phrases. Of several that fit a text, the one with most letters of its own counts. */
export function sayBy(phrases: Phrases): Say {
  const whole = new Map(Object.entries(phrases))
  const withValues = Object.entries(phrases)
    .filter(([english]) => english.search(VALUE) >= 0)
    .toSorted(([a], [b]) => ownLetters(b) - ownLetters(a))
    .map(([english, text]) => ({ fits: shapeOf(english), text }))
  const say: Say = (english) => {
    const known = whole.get(english)
    if (known !== undefined) return known
    for (const { fits, text } of withValues) {
      const values = fits.exec(english)?.groups
      if (values === undefined) continue
      return text.replaceAll(VALUE, (_, name: string, any: string) => {
        const value = values[name] ?? ''
        return any === '' ? value : say(value)
      })
    }
    return english
  }
  return say
}

function ownLetters(english: string): number {
  return english.replaceAll(VALUE, '').length
}

/** Where a cure is to be typed stands behind it, and holds for all of it: no value within it has that. */
const ANY = '(?:(?! {3}# on ).)+?'

/** A text with these values, and no other. */
function shapeOf(english: string): RegExp {
  const shape = english
    .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(VALUE, (_, name: string, any: string) => `(?<${name}>${any === '' ? '\\S+' : ANY})`)
  return new RegExp(`^${shape}$`, 's')
}
