/** A piece of HTML, SVG or XML. Only `markup` makes it, so whatever else is put into a page is text and escaped. */
export type Markup = { readonly [SAFE]: string }

/** What may stand in a template: texts and numbers are escaped, lists are joined, false and undefined leave nothing. */
export type Inside = Markup | string | number | false | undefined | readonly Inside[]

const SAFE = Symbol('markup')

/** `markup\`<p title="${a}">${b}</p>\``: safe in element content and in quoted attributes. */
export function markup(parts: TemplateStringsArray, ...inside: readonly Inside[]): Markup {
  return { [SAFE]: parts.map((part, i) => part + written(inside[i])).join('') }
}

/** The whole as text, for a file. */
export function textOfMarkup(of: Markup): string {
  return of[SAFE]
}

function written(inside: Inside): string {
  if (inside === undefined || inside === false) return ''
  if (typeof inside === 'string' || typeof inside === 'number') return escaped(String(inside))
  return SAFE in inside ? inside[SAFE] : inside.map(written).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Also without the characters that XML 1.0 cannot hold, not even escaped. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter)
}
