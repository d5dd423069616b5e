import { asWritten, type Say } from './say.ts'

/** The languages that this program speaks to people. What programs read is English. */
export const LANGUAGES = ['en', 'ja'] as const

export type Language = (typeof LANGUAGES)[number]

/**
 * The one that was asked for, else that of the locale by the variables of POSIX in their order. A locale without
 * other letters than ASCII's is one of English here, whatever it is named.
 */
export function languageOf(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const known = LANGUAGES.find((one) => one === asked)
  if (known !== undefined) return known
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return /^ja(?:_\w+)?\.utf-?8/i.test(locale) ? 'ja' : 'en'
}

/** How it is said in a language; a catalogue is loaded only where it is needed. */
export async function sayIn(language: Language): Promise<Say> {
  return language === 'en' ? asWritten : (await import('./ja/ja.ts')).ja
}
