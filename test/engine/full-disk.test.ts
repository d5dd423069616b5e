import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { StepError } from '../../lib/core/errors.ts'
import { fakeSetup } from '../fakes/engine.ts'
import { type FakeStep, fakeStep as step } from '../fakes/engine-step.ts'
import { World, strikingAt } from '../fakes/engine-world.ts'

const around = (b: FakeStep) => [
  step({ id: 'a', wants: { a: '1' } }),
  step(b),
  step({ id: 'c', wants: { c: '1' } }),
]

test('a fact that could not be journaled is known to the undo of the same process', async () => {
  const world = new World()
  const full = new StepError({ problem: 'the disk is full', remedy: 'make room' })
  const b = step({ id: 'b', wants: { b: '1' } })
  let known: unknown
  const spied: typeof b = {
    ...b,
    rollback(on, undo, facts) {
      known = facts
      return b.rollback(on, undo, facts)
    },
  }
  let writes = 0
  const point = (name: string) => {
    if (name.startsWith('before journal')) writes += 1
    return writes === 3 ? Promise.reject(full) : Promise.resolve()
  }
  await runPlan(fakeSetup({ world, chapter: [spied], process: { point } }))
  assert.deepEqual([known, world.values], [[{ b: 1 }], {}])
})

test('on a full disk no step is left half done, wherever it fills up, and the run can go on', async () => {
  const full = new StepError({ problem: 'the disk is full', remedy: 'make room' })
  const good: FakeStep = { id: 'b', wants: { 'b-1': 'new', 'b-2': 'new' }, via: 'half' }
  let struck = 0
  for (let n = 1; n < 60; n += 1) {
    const world = new World()
    world.set('b-1', 'old', 'somebody')
    let isFull = false
    const process = strikingAt(n, () => (isFull = true))
    const point = async (name: string): Promise<void> => {
      await process.point(name)
      if (isFull && name.startsWith('torn')) throw full
    }
    const result = await runPlan(fakeSetup({ world, chapter: around(good), process: { point } }))
    if (result.code !== 0) {
      struck += 1
      assert.equal(result.code, 1)
      const { 'b-1': one, 'b-2': two } = world.values
      const whole = (one === 'new' && two === 'new') || (one === 'old' && two === undefined)
      assert.ok(whole, `full at ${String(n)}: ${JSON.stringify(world.values)}`)
    }
    await runPlan(fakeSetup({ world, chapter: around(good) }))
    assert.deepEqual(world.values, { a: '1', 'b-1': 'new', 'b-2': 'new', c: '1' })
    const command = { mode: 'rollback', list: 'chapter' } as const
    await runPlan(fakeSetup({ world, chapter: around(good), command }))
    assert.deepEqual(world.values, { 'b-1': 'old' })
  }
  assert.ok(struck > 10)
})
