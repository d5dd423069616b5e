import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { anyStep } from '../../lib/step.ts'
import { World, fakeSetup, fakeStep } from '../fakes/engine.ts'

const steps = (ids: readonly string[]) =>
  ids.map((id) => anyStep(fakeStep({ id, wants: { [id]: 'made' } })))

test('a run makes what is missing in order, and a second run writes nothing and takes no lock', async () => {
  const world = new World()
  const first = fakeSetup({ world, lab: steps(['a', 'b']), chapter: steps(['c']) })
  const result = await runPlan(first)
  assert.deepEqual([result.outcome, result.code, result.changed], ['done', 0, 3])
  assert.deepEqual(world.values, { a: 'made', b: 'made', c: 'made' })
  assert.equal(world.lockedBy, null)
  const writes = world.writes.length
  const journals = new Map(world.journals)

  const second = await runPlan(fakeSetup({ world, lab: steps(['a', 'b']), chapter: steps(['c']) }))
  assert.deepEqual([second.code, second.changed, second.unchanged], [0, 0, 3])
  assert.equal(world.writes.length, writes)
  assert.deepEqual(world.journals, journals)
})

test('a dry-run predicts every change and writes nothing', async () => {
  const world = new World()
  const chapter = [
    ...steps(['a']),
    anyStep(fakeStep({ id: 'b', wants: { b: '1' }, needs: { a: 'a' } })),
  ]
  const setup = fakeSetup({ world, chapter, command: { mode: 'dry-run' } })
  const result = await runPlan(setup)
  assert.equal(result.code, 0)
  assert.deepEqual(
    setup.events.map(({ type }) => type),
    ['run-started', 'step-started', 'step-planned', 'step-started', 'step-planned', 'run-ended'],
  )
  assert.deepEqual([world.values, world.writes, world.journals.size], [{}, [], 0])
})

test('a rollback gives back the state before the first of all runs', async () => {
  const world = new World()
  world.set('a', 'old', 'somebody')
  await runPlan(fakeSetup({ world, chapter: steps(['a', 'b']) }))
  world.set('b', 'changed by hand', 'somebody')
  await runPlan(fakeSetup({ world, chapter: steps(['a', 'b']), run: 'run-2' }))
  const back = fakeSetup({
    world,
    chapter: steps(['a', 'b']),
    command: { mode: 'rollback', list: 'chapter' },
  })
  const result = await runPlan(back)
  assert.equal(result.code, 0)
  assert.deepEqual(world.values, { a: 'old' })
})
