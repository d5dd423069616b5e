import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draw, levelOf } from '../../lib/exercises/draw.ts'
import { faults } from '../../steps/faults.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { labOf } from '../../lib/lab/layout.ts'

const ALL = faults(labOf(await loadInventory('inventory.yaml')))
const SEEDS = Array.from({ length: 500 }, (_, i) => i + 1)
const codeOf = (id: string): string => ALL.find((fault) => fault.id === id)?.code ?? ''

test('the same seed draws the same exercise, and others draw others', () => {
  assert.deepEqual(draw(ALL, 2, 7), draw(ALL, 2, 7))
  assert.ok(new Set(SEEDS.map((seed) => draw(ALL, 2, seed).join())).size > 5)
})

test('every fault that leads to a failure is drawn at its own level, and the one that leads to none never', () => {
  for (const level of [1, 2] as const) {
    const drawn = new Set(SEEDS.flatMap((seed) => draw(ALL, level, seed)))
    const wanted = ALL.filter(({ code }) => code !== null && levelOf(code) === level)
    assert.deepEqual([...drawn].sort(), wanted.map(({ id }) => id).sort())
  }
})

test('at level 3 two are put on at once: what objects show first, then what hosts show', () => {
  for (const seed of SEEDS) {
    const drawn = draw(ALL, 3, seed)
    assert.deepEqual(
      drawn.map((id) => levelOf(codeOf(id))),
      [1, 2],
    )
    const second = ALL.find(({ id }) => id === drawn[1])
    assert.equal(
      second?.needsDns,
      undefined,
      `${String(second?.id)} needs what the first may break`,
    )
  }
})
