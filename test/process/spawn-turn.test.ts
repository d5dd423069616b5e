import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spawnTurn } from '../../lib/process/spawn-turn.ts'

test('of programs that are to start at once each gets a turn of the event loop, in the order asked', async () => {
  let turn = 0
  let counting = true
  const count = (): void => {
    turn += 1
    if (counting) setImmediate(count)
  }
  setImmediate(count)
  const started: { readonly program: number; readonly turn: number }[] = []
  await Promise.all(
    Array.from({ length: 20 }, async (_, program) => {
      await spawnTurn()
      started.push({ program, turn })
    }),
  )
  counting = false
  assert.deepEqual(
    started.map(({ program }) => program),
    Array.from({ length: 20 }, (_, i) => i),
  )
  assert.equal(new Set(started.map((one) => one.turn)).size, 20)
})
