import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ofType, assertCode } from '../e2e/events.ts'
import { inventory } from '../e2e/inventory.ts'
import { withTheChapter } from '../e2e/lab.ts'
import { noLab } from '../e2e/no-lab.ts'
import { run } from '../e2e/program.ts'

/**
 * What a change of edition loses, in questions: with lameduck, which the current edition has, none of ten thousand. Part of
 * `npm run test:causes`, since a machine with much else to do loses some by itself.
 */
const skip = noLab
const FILE = inventory({ size: '3+3', edition: '2020' })
const QUESTIONS = 10_000

const lines: string[] = []

withTheChapter(FILE)

after(() => {
  if (noLab === false) process.stdout.write(`\n${lines.join('\n')}\n`)
})

test('from the current edition to that of 2020 no answer is lost', { skip }, async () => {
  const there = { edition: 'current', sent: 0, lost: 0 }
  const back = { edition: '2020', sent: 0, lost: 0 }
  while (back.sent < QUESTIONS) {
    for (const way of [there, back]) {
      const change = ['--edition', way.edition, '--on-conflict', 'adopt', '--json']
      const changed = await run([...change, '--inventory', FILE])
      assertCode(changed, 0)
      const asked = ofType(changed, 'dns-asked').flatMap(({ workers }) => workers)
      assert.ok(asked.length > 0, changed.stdout)
      for (const { sent, lost } of asked) {
        way.sent += sent
        way.lost += lost
      }
    }
  }
  for (const { edition, sent, lost } of [there, back]) {
    lines.push(`to edition ${edition}: ${String(lost)} of ${String(sent)} questions lost`)
  }
  assert.equal(back.lost, 0)
})
