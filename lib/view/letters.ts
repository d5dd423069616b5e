/** Marks of this program's own texts, and what stands for them where only ASCII can be shown; one column each. */
const IN_ASCII: Readonly<Record<string, string>> = {
  ...{ '✔': 'v', '✖': 'x', '■': '#', '❯': '>', '…': '~', '→': '>', '·': '-', '×': 'x' },
  ...{ '▁': '_', '▂': '.', '▃': ':', '▄': '-', '▅': '=', '▆': '+', '▇': '*', '█': '@' },
  ...{ '–': '-', '—': '-', '“': '"', '”': '"', '‘': "'", '’': "'", '≥': '>', '≤': '<' },
}
const MARKS = new RegExp(`[${Object.keys(IN_ASCII).join('')}]|[\\u2800-\\u28ff]`, 'g')
const SPINNER = '|/-\\'

/** The text with ASCII marks in place of others; names and values, which are not ours, stay as they are. */
export function inAscii(text: string): string {
  return text.replaceAll(
    MARKS,
    (mark) => IN_ASCII[mark] ?? SPINNER.charAt((mark.codePointAt(0) ?? 0) % SPINNER.length),
  )
}

/**
 * Whether the locale has other letters than ASCII, by the variables of POSIX in their order. Where none is
 * set, as in most containers, the terminal is taken for one of today.
 */
export function isAsciiOnly(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8'
  return !/utf-?8/i.test(locale)
}
