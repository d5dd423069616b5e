import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { PROJECT } from '../fakes/lab-world.ts'

const [english, japanese] = await Promise.all(
  ['README.md', 'README.ja.md'].map((file) => readFile(`${PROJECT}${file}`, 'utf8')),
)

function all(text: string | undefined, what: RegExp): readonly string[] {
  return [...(text ?? '').matchAll(what)].map(([, found = '']) => found.trim())
}

for (const [name, what] of Object.entries({
  headings: /^(#+) /gm,
  'commands to paste': /^ {4}(.*?)#/gm,
  'commands in text and table': /`([^`\n]+)`/g,
  pictures: /^!\[.*\]\((.*)\)$/gm,
})) {
  test(`both READMEs have the same ${name}, in the same order`, () => {
    const found = all(english, what)
    assert.ok(found.length > 0)
    // The Japanese one tells how to get Japanese, too.
    const own = name.startsWith('commands in') ? ['explain', '--lang ja', '--json'] : []
    assert.deepEqual(
      all(japanese, what).filter((one) => !own.includes(one)),
      found,
    )
  })
}

test('both READMEs lead to the same places, and to each other', () => {
  const links = /\]\(((?!README)[^)]*)\)/g
  const there = all(japanese, links).map((link) => link.replace('.ja.md', '.md'))
  assert.deepEqual(there, all(english, links))
  assert.match(english ?? '', /^\[日本語\]\(README\.ja\.md\)$/m)
  assert.match(japanese ?? '', /^\[English\]\(README\.md\)$/m)
})

test('each README is one screen', () => {
  for (const text of [english, japanese]) assert.ok((text ?? '').split('\n').length <= 45)
})
