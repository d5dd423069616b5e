import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { languageOf, sayIn } from '../../lib/words/language.ts'
import { PROJECT } from '../fakes/lab-world.ts'

test('the language is the one that was asked for, else that of the locale, else English', () => {
  const japan = { LANG: 'ja_JP.UTF-8' }
  for (const [asked, env, expected] of [
    [undefined, japan, 'ja'],
    [undefined, { LANG: 'ja.utf8' }, 'ja'],
    ['en', japan, 'en'],
    ['ja', { LC_ALL: 'C' }, 'ja'],
    [undefined, { ...japan, LC_MESSAGES: 'en_US.UTF-8' }, 'en'],
    [undefined, { LANG: 'en_US.UTF-8', LC_MESSAGES: 'ja_JP.UTF-8' }, 'ja'],
    [undefined, { ...japan, LC_ALL: 'C.UTF-8', LC_MESSAGES: 'ja_JP.UTF-8' }, 'en'],
    [undefined, { ...japan, LC_ALL: '' }, 'ja'],
    [undefined, { LANG: 'POSIX' }, 'en'],
    [undefined, { LANG: 'jam_JM.UTF-8' }, 'en'],
    [undefined, {}, 'en'],
  ] as const) {
    assert.equal(languageOf(asked, env), expected, JSON.stringify([asked, env]))
  }
})

test('a locale of other letters than UTF-8 gets English, which it can show', () => {
  assert.equal(languageOf(undefined, { LANG: 'ja_JP.eucJP' }), 'en')
  assert.equal(languageOf(undefined, { LANG: 'ja_JP' }), 'en')
})

test('English is as it is written, and Japanese is not', async () => {
  assert.equal((await sayIn('en'))('Start busybox'), 'Start busybox')
  assert.equal((await sayIn('ja'))('Start busybox'), 'busyboxの起動')
})

test('a catalogue is loaded only where it is needed', () => {
  const files = globSync('{run.ts,{lib,steps}/**/*.ts}', {
    cwd: PROJECT,
    exclude: ['lib/words/ja/**'],
  })
  const loading = files.filter((file) =>
    /\bja\/ja\.ts/.test(readFileSync(`${PROJECT}${file}`, 'utf8')),
  )
  assert.deepEqual(loading, ['lib/words/language.ts'])
  const text = readFileSync(`${PROJECT}lib/words/language.ts`, 'utf8')
  assert.match(text, /await import\('\.\/ja\/ja\.ts'\)/)
  assert.doesNotMatch(text, /from '\.\/ja/)
})
