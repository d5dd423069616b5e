import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ladderFor } from '../../lib/exercises/ladder.ts'
import { RULES } from '../../lib/diagnosis/rank.ts'

test('hints go from what anybody sees to what cures', () => {
  const rungs = ladderFor(['E3'])
  assert.deepEqual(
    rungs.map(({ name }) => name),
    ['symptom', 'layer', 'where to look', 'what to do'],
  )
  assert.match(rungs[1]?.text ?? '', /^The pod network: /)
})

test('with two faults each rung is told of both before the next', () => {
  assert.deepEqual(
    ladderFor(['C3', 'E3']).map(({ name }) => name),
    ['symptom', 'symptom', 'layer', 'layer'].concat([
      'where to look',
      'where to look',
      'what to do',
      'what to do',
    ]),
  )
})

test('two faults of one layer have it as one hint: what was told already is none', () => {
  const rungs = ladderFor(['D4', 'D9'])
  assert.deepEqual(
    rungs.slice(1, 4).map(({ name }) => name),
    ['symptom', 'layer', 'where to look'],
  )
  assert.equal(rungs.length, 7)
})

test('no hint is empty, and none gives the code or name of the failure away', () => {
  for (const { code, name } of RULES) {
    for (const { text } of ladderFor([code]).slice(0, 3)) {
      assert.notEqual(text, '', code)
      assert.ok(!text.includes(`[${code}]`) && text !== name, `${code}: ${text}`)
    }
  }
})
