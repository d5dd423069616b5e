import { escapeUnsafe } from '../core/unsafe-characters.ts'

/** What may hold a secret: all behind // but a plain host, what stands before an @, a query. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\/\/(?![a-z0-9.-]+(?:[/?#]|$)).*/is, '//…'],
  [/^.*@/s, '…@'],
  [/\?.*/s, '?…'],
]

/** Longer values are cut in messages. */
const LENGTH = 60

/** A value from the file, fit for a message: quoted, escaped, short, without what may be a secret. */
export function quote(text: string): string {
  const masked = MASKS.reduce((left, [mask, stand]) => left.replace(mask, stand), text)
  const short = masked.length > LENGTH ? `${masked.slice(0, LENGTH)}…` : masked
  return escapeUnsafe(JSON.stringify(short))
}
