import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inGroups } from '../../../lib/linux/kinds/kind.ts'

test('resources of one key are asked for together, and the answers come back in order', async () => {
  const asked: string[] = []
  const found = await inGroups(
    ['a1', 'b1', 'a2', 'c1', 'b2'],
    (one) => one.slice(0, 1),
    (group, key) => {
      asked.push(`${key}: ${group.join()}`)
      return Promise.resolve(group.map((one) => one.toUpperCase()))
    },
  )
  assert.deepEqual(found, ['A1', 'B1', 'A2', 'C1', 'B2'])
  assert.deepEqual(asked, ['a: a1,a2', 'b: b1,b2', 'c: c1'])
})

test('what a group did not answer is absent', async () => {
  const found = await inGroups(
    ['a', 'b'],
    () => 'all',
    () => Promise.resolve(['a is there']),
  )
  assert.deepEqual(found, ['a is there', null])
})
