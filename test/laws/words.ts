import assert from 'node:assert/strict'
import { ja } from '../../lib/words/ja/ja.ts'
import { type Phrases, sayBy } from '../../lib/words/say.ts'

/** Hiragana, katakana or Han. */
export const JAPANESE = /[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u

/** Of these English texts there has to be a Japanese one each. */
export function mustBeSaid(texts: Iterable<string>, file: string): void {
  const missing = [...new Set(texts)].filter((text) => !JAPANESE.test(ja(text)))
  assert.deepEqual(missing, [], `add their Japanese to lib/words/ja/${file}`)
}

/** Texts that are said no more would only be kept up in vain. */
export function mustBeUsed(phrases: Phrases, texts: readonly string[], file: string): void {
  const stale = Object.entries(phrases).filter(([english, text]) => {
    const say = sayBy({ [english]: text })
    return texts.every((one) => say(one) === one)
  })
  assert.deepEqual(
    stale.map(([english]) => english),
    [],
    `nobody says this any more: change it in lib/words/ja/${file}`,
  )
}
