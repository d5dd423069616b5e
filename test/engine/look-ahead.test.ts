import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Check, Step } from '../../lib/ports/step.ts'
import { fakeClock, fakeSetup, type FakeRun, story } from '../fakes/engine.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const yes = () => Promise.resolve(true)

/** Done already, but for those that are named: so that there is nothing to change. */
function worldWith(...keys: readonly string[]): World {
  const world = new World()
  for (const key of keys) world.set(key, '1')
  return world
}

/** Steps of one thing each, and the order in which they were looked at. */
function stepsOf(...ids: readonly string[]) {
  const looked: string[] = []
  const steps = ids.map((id) =>
    fakeStep({ id, wants: { [id]: '1' }, onCheck: () => looked.push(id) }),
  )
  return { looked, steps }
}

async function run(of: FakeRun) {
  const setup = fakeSetup({ mayLookAhead: yes, ...of })
  const result = await runPlan(setup)
  return { ...result, events: setup.events }
}

test('all are looked at before the first is told, each once, and told in their order', async () => {
  const { looked, steps } = stepsOf('a', 'b', 'c')
  const [first, ...others] = steps
  assert.ok(first !== undefined)
  const seen = Promise.withResolvers<undefined>()
  const waits: Step = {
    ...first,
    // The first look ends only when the last has begun.
    check: async (on) => {
      await seen.promise
      return first.check(on)
    },
  }
  const last = others.at(-1)
  assert.ok(last !== undefined)
  const tells: Step = {
    ...last,
    check: (on) => {
      seen.resolve(undefined)
      return last.check(on)
    },
  }
  const chapter = [waits, ...others.slice(0, -1), tells]
  const { code, events } = await run({ world: worldWith('a', 'b', 'c'), chapter })
  assert.equal(code, 0)
  assert.deepEqual(looked.toSorted(), ['a', 'b', 'c'])
  const told = ['a', 'b', 'c'].flatMap((id) => [`started ${id}`, `satisfied ${id}`])
  assert.deepEqual(story(events), [...told, 'done 0'])
})

test('what was looked at before a change is looked at again', async () => {
  const { looked, steps } = stepsOf('a', 'b', 'c')
  const { code } = await run({ world: worldWith('a', 'c'), chapter: steps })
  assert.equal(code, 0)
  assert.deepEqual(looked.slice(0, 3), ['a', 'b', 'c'])
  assert.ok(looked.slice(3).includes('c'))
  assert.ok(!looked.slice(3).includes('a'))
})

test('what an early look has to say is said in its turn', async () => {
  const { steps } = stepsOf('a', 'b')
  const [first, second] = steps
  assert.ok(first !== undefined && second !== undefined)
  const speaking: Step = {
    ...second,
    check: (on) => {
      on.progress('it looks')
      on.show({ lines: ['a table'], data: {} })
      return second.check(on)
    },
  }
  const { events } = await run({ world: worldWith('a', 'b'), chapter: [first, speaking] })
  assert.deepEqual(
    events.map(({ type }) => type).filter((type) => type.startsWith('step-')),
    [
      ...['step-started', 'step-satisfied', 'step-started'],
      ...['step-progress', 'step-measured', 'step-satisfied'],
    ],
  )
})

test('a bug in an early look ends the run in its turn, and only there', async () => {
  const { steps } = stepsOf('a', 'b')
  const [first, second] = steps
  assert.ok(first !== undefined && second !== undefined)
  const broken = { ...second, check: () => Promise.reject<Check>(new TypeError('no')) } as Step
  const { code, events } = await run({ world: worldWith('a', 'b'), chapter: [first, broken] })
  assert.equal(code, 70)
  assert.deepEqual(story(events), [
    'started a',
    'satisfied a',
    'started b',
    'failed b',
    'failed 70',
  ])
})

test('each waits for its turn where somebody reads along, or where not all is there', async () => {
  for (const how of [
    { before: () => Promise.resolve() },
    { mayLookAhead: () => Promise.resolve(false) },
  ]) {
    const { looked, steps } = stepsOf('a', 'b')
    const atStart: number[] = []
    const setup = fakeSetup({
      mayLookAhead: yes,
      world: worldWith('a', 'b'),
      chapter: steps,
      ...how,
    })
    const sink: typeof setup.sink = (event) => {
      if (event.type === 'step-started') atStart.push(looked.length)
    }
    await runPlan({ ...setup, sink })
    assert.deepEqual(atStart, [0, 1])
  }
})

test('once something has come that was waited for, it is looked again, unless a step is to be waited for anyway', async () => {
  const looked: string[] = []
  /** Missing, or not, at each look. */
  const seen = (id: string, ...missing: readonly boolean[]) =>
    lookStep({
      ...{ id, title: id, chapter: { section: '14', command: id }, touches: [], what: id },
      ...{ satisfied: 'it is seen', deadlineMs: 1_000 },
      look: () => {
        looked.push(id)
        const isMissing = missing[looked.filter((one) => one === id).length - 1] === true
        return Promise.resolve(isMissing ? { missing: ['not yet'] } : { proven: 'it is' })
      },
    })
  const asked: string[] = []
  const { code } = await run({
    world: new World(),
    chapter: [seen('a', true), seen('b'), seen('c', true)],
    command: { mode: 'verify' },
    clock: { ...fakeClock(), sleep: () => new Promise(() => undefined) },
    diagnose: (step) => {
      asked.push(step.id)
      return Promise.resolve(null)
    },
  })
  assert.equal(code, 0)
  assert.deepEqual(looked, ['a', 'b', 'c', 'a', 'b', 'c'])
  assert.deepEqual(asked, ['a', 'c'], 'the causes of what was seen missing are looked for at once')
})
