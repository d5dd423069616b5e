import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bounded } from '../../lib/core/bounded.ts'

test('no more than the limit at a time, and the results in the order of the items', async () => {
  let now = 0
  let most = 0
  const gates = [3, 1, 2, 5, 4].map((item) => ({ item, ...Promise.withResolvers<undefined>() }))
  const all = bounded(gates, 2, async ({ item, promise }) => {
    now += 1
    most = Math.max(most, now)
    await promise
    now -= 1
    return item * 10
  })
  for (const { resolve } of gates.toReversed()) resolve(undefined)
  assert.deepEqual(await all, [30, 10, 20, 50, 40])
  assert.equal(most, 2)
})

test('nothing to do is done at once, and an error is passed on', async () => {
  assert.deepEqual(await bounded([], 3, () => Promise.resolve(1)), [])
  await assert.rejects(
    bounded([1], 3, () => Promise.reject(new Error('no'))),
    /no/,
  )
})
