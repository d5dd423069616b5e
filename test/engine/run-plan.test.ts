import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import type { Step } from '../../lib/ports/step.ts'
import { eventOf, fakeSetup, story } from '../fakes/engine.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const steps = (ids: readonly string[]): readonly Step[] =>
  ids.map((id) => fakeStep({ id, wants: { [id]: 'made' } }))

test('a run makes what is missing in order, and a second run writes nothing and takes no lock', async () => {
  const world = new World()
  const first = fakeSetup({ world, lab: steps(['a', 'b']), chapter: steps(['c']) })
  const result = await runPlan(first)
  assert.deepEqual([result.outcome, result.code, result.changed], ['done', 0, 3])
  assert.deepEqual(world.values, { a: 'made', b: 'made', c: 'made' })
  assert.equal(world.lockedBy, null)
  const writes = world.writes.length
  const journals = new Map(world.journals)

  const again = fakeSetup({ world, lab: steps(['a', 'b']), chapter: steps(['c']) })
  const second = await runPlan(again)
  assert.deepEqual([second.code, second.changed, second.unchanged], [0, 0, 3])
  assert.equal(world.writes.length, writes)
  assert.deepEqual(world.journals, journals)
  assert.equal(eventOf(again.events, 'step-satisfied').because, 'a is there')
})

test('a dry-run predicts exactly what the run then does, and writes nothing', async () => {
  const world = new World()
  world.set('b', 'old', 'somebody')
  const chapter = [
    ...steps(['a', 'b']),
    fakeStep({ id: 'c', wants: { c: '1' }, requires: { a: 'a' } }),
  ]
  const dry = fakeSetup({ world, chapter, command: { mode: 'dry-run' } })
  assert.equal((await runPlan(dry)).code, 0)
  assert.deepEqual([world.values, world.writes, world.journals.size], [{ b: 'old' }, [], 0])
  const planned = dry.events.flatMap((event) =>
    event.type === 'step-planned' ? [{ step: event.step, changes: event.changes }] : [],
  )

  const real = fakeSetup({ world, chapter })
  await runPlan(real)
  const done = real.events.flatMap((event) =>
    event.type === 'step-done' ? [{ step: event.step, changes: event.changes }] : [],
  )
  assert.deepEqual(planned, done)
})

test('a rollback gives back the state before the first of all runs', async () => {
  const world = new World()
  world.set('a', 'old', 'somebody')
  const chapter = steps(['a', 'b'])
  await runPlan(fakeSetup({ world, chapter }))
  world.set('b', 'changed by hand', 'somebody')
  await runPlan(fakeSetup({ world, chapter, run: 'run-2' }))
  const command = { mode: 'rollback', list: 'chapter' } as const
  const back = fakeSetup({ world, chapter, command })
  const result = await runPlan(back)
  assert.deepEqual([result.mode, result.code, result.changed], ['rollback', 0, 2])
  assert.deepEqual(world.values, { a: 'old' })
})

test('undo data and facts survive JSON: another process rolls back with what the journal has', async () => {
  const world = new World()
  const seen: unknown[] = []
  const step: Step = {
    ...steps(['a'])[0],
    async apply(on) {
      await on.record({ uid: 7, left: undefined } as never)
    },
    check: () =>
      Promise.resolve({
        status: 'drifted',
        changes: [{ action: 'create', what: 'a' }],
        undo: { was: null, gone: undefined } as never,
      }),
    verify: () => Promise.resolve('proven'),
    rollback(_, undo, facts) {
      seen.push({ undo, facts })
      return Promise.resolve([])
    },
  } as Step
  await runPlan(fakeSetup({ world, chapter: [step] }))
  const command = { mode: 'rollback', list: 'chapter' } as const
  await runPlan(fakeSetup({ world, chapter: [step], command }))
  assert.deepEqual(seen, [{ undo: { was: null }, facts: [{ uid: 7 }] }])
})

test('facts recorded at the same moment all have their line', async () => {
  const world = new World()
  const facts = ['one', 'two', 'three', 'four']
  const base = fakeStep({ id: 'a', wants: { a: '1' } })
  const step: typeof base = {
    ...base,
    async apply(on, changes) {
      await Promise.all(facts.map((fact) => on.record(fact)))
      await base.apply(on, changes)
    },
  }
  assert.equal((await runPlan(fakeSetup({ world, chapter: [step] }))).code, 0)
  const lines = String(world.journals.get('chapter')).split('\n')
  assert.deepEqual(
    lines.flatMap((line) => /"fact":"(\w+)"/.exec(line)?.[1] ?? []),
    facts,
  )
})

test('the run is told from its start to its end, with its titles, its time and its ledger', async () => {
  const world = new World()
  const ledger = { reads: 3, dryRuns: 2, writes: 1, hostWrites: 4 }
  const setup = fakeSetup({
    world,
    lab: steps(['a']),
    chapter: steps(['b']),
    ledger: () => ledger,
    notes: ({ changed }) => [`${String(changed)} changed`],
  })
  await runPlan(setup)
  assert.deepEqual(setup.events[0], {
    type: 'run-started',
    mode: 'run',
    run: 'run-1',
    target: 'a fake world',
    steps: [
      { id: 'a', title: 'Make a', list: 'lab', chapter: { section: '14', command: 'make a' } },
      { id: 'b', title: 'Make b', list: 'chapter', chapter: { section: '14', command: 'make b' } },
    ],
  })
  assert.deepEqual(story(setup.events), ['started a', 'done a', 'started b', 'done b', 'done 0'])
  assert.deepEqual(setup.events.at(-1), {
    type: 'run-ended',
    mode: 'run',
    outcome: 'done',
    code: 0,
    durationMs: 0,
    ledger,
    notes: ['2 changed'],
  })
})

test('an unknown step is refused before anything is told or done', async () => {
  const world = new World()
  const setup = fakeSetup({ world, chapter: steps(['a']), command: { mode: 'run', only: 'x' } })
  await assert.rejects(runPlan(setup), { name: 'InputError', message: 'there is no step "x"' })
  assert.deepEqual([setup.events, world.writes], [[], []])
})
