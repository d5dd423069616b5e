import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { failuresText } from '../../lib/diagnosis/failure-pages.ts'
import { RULES } from '../../lib/diagnosis/rank.ts'
import { faults } from '../../steps/faults.ts'
import { ja } from '../../lib/words/ja/ja.ts'
import { labWorld, PROJECT } from '../fakes/lab-world.ts'

const all = faults(labWorld())
const text = failuresText(all)

test('docs/failures.md and its Japanese are what `npm run docs` writes', async () => {
  const texts = { 'failures.md': text, 'failures.ja.md': failuresText(all, ja) }
  for (const [file, wanted] of Object.entries(texts)) {
    const written = await readFile(`${PROJECT}docs/${file}`, 'utf8')
    assert.ok(written === wanted, `docs/${file} is not: run \`npm run docs\``)
  }
})

test('each rule has a code of its own', () => {
  const codes = RULES.map(({ code }) => code)
  assert.deepEqual(codes, [...new Set(codes)])
})

for (const { code, name, symptom, proof, cure } of RULES) {
  test(`${code} has a short name, and says what a user sees, what shows it and what cures it`, () => {
    assert.match(name, /^.{5,50}[^.]$/)
    for (const sentence of [symptom, proof, cure]) assert.match(sentence, /^\S.{14,}[^.]\.$/)
  })

  test(`${code} has its section, with an anchor`, () => {
    assert.ok(text.includes(`\n<a id="${code}"></a>\n\n### ${code}: ${name}\n`))
  })
}

test('each fault is the way to try its failure', () => {
  for (const { id, code } of all) {
    const section = text.split('\n### ').find((one) => one.startsWith(`${String(code)}: `))
    assert.equal(section?.includes(`lab break ${id}\``), code === null ? undefined : true, id)
  }
})
