import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { InputError, LockedError, StepError } from '../../lib/core/errors.ts'
import { eventOf, fakeSetup, journalOf, memoryLock, story } from '../fakes/engine.ts'
import { type FakeStep, fakeStep as step } from '../fakes/engine-step.ts'
import { World, immortal } from '../fakes/engine-world.ts'

const broken = new StepError({ problem: 'not ready', seen: ['0 of 2'], remedy: 'mend it' })
const failing = (error: Error = broken): FakeStep => ({
  id: 'b',
  wants: { 'b-1': 'new', 'b-2': 'new' },
  onVerify() {
    throw error
  },
})
const around = (b: FakeStep) => [
  step({ id: 'a', wants: { a: '1' } }),
  step(b),
  step({ id: 'c', wants: { c: '1' } }),
]

test('a failed step gives back what it did, the earlier ones stay, the later ones do not run', async () => {
  const world = new World()
  world.set('b-1', 'old', 'somebody')
  const setup = fakeSetup({ world, chapter: around(failing()) })
  const result = await runPlan(setup)
  assert.deepEqual([result.outcome, result.code, result.error], ['failed', 1, broken])
  assert.deepEqual(world.values, { a: '1', 'b-1': 'old' })
  assert.deepEqual(eventOf(setup.events, 'step-failed'), {
    type: 'step-failed',
    step: 'b',
    explanation: broken.explanation,
    undone: ['b-1 is old again', 'b-2 removed'],
    goOn: 'run --resume',
  })
  assert.deepEqual(story(setup.events).slice(-2), ['failed b', 'failed 1'])
  assert.deepEqual(journalOf(world, 'chapter').slice(-3), [
    'failed b',
    'undone 1',
    'run-end failed',
  ])
})

test('evidence is gathered before the step gives anything back', async () => {
  const world = new World()
  const setup = fakeSetup({
    world,
    chapter: around(failing()),
    diagnose: (at, { explanation }, asked) =>
      Promise.resolve(
        asked !== 'end'
          ? null
          : {
              problem: `${at.id}: ${String(explanation === broken.explanation)}`,
              seen: Object.keys(world.values),
              remedy: 'none',
            },
      ),
  })
  await runPlan(setup)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, {
    problem: 'b: true',
    seen: ['a', 'b-1', 'b-2'],
    remedy: 'none',
  })
})

test('evidence that cannot be gathered does not hide the failure', async () => {
  const setup = fakeSetup({
    world: new World(),
    chapter: around(failing()),
    diagnose: () => Promise.reject(new StepError({ problem: 'no evidence', remedy: 'none' })),
  })
  await runPlan(setup)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, broken.explanation)
})

test('--keep leaves a failed step as it is, and says so', async () => {
  const world = new World()
  const command = { mode: 'run', keep: true } as const
  const setup = fakeSetup({ world, chapter: around(failing()), command })
  await runPlan(setup)
  assert.deepEqual(world.values, { a: '1', 'b-1': 'new', 'b-2': 'new' })
  assert.deepEqual(eventOf(setup.events, 'step-failed').undone, [
    'nothing, as asked with --keep; to undo it: run rollback',
  ])
})

test('a step that was kept and fails again gives back both of its attempts', async () => {
  const world = new World()
  world.set('b-1', 'old', 'somebody')
  const command = { mode: 'run', keep: true } as const
  await runPlan(fakeSetup({ world, chapter: around(failing()), command }))
  world.set('b-2', 'spoilt', 'somebody')
  await runPlan(fakeSetup({ world, chapter: around(failing()) }))
  assert.equal(world.values['b-1'], 'old')
  assert.deepEqual(journalOf(world, 'chapter').slice(-3), [
    'undone 2',
    'undone 1',
    'run-end failed',
  ])
})

test('a bug ends with 70, but is journaled and given back all the same', async () => {
  const world = new World()
  const setup = fakeSetup({ world, chapter: around(failing(new TypeError('x is undefined'))) })
  assert.equal((await runPlan(setup)).code, 70)
  assert.deepEqual(world.values, { a: '1' })
  const { explanation } = eventOf(setup.events, 'step-failed')
  assert.equal(explanation.problem, 'a bug of this program: x is undefined')
  assert.match(explanation.seen?.[0] ?? '', /undo-step\.test\.ts/)
})

test('a step that cannot give back everything says so, and rollback tries again', async () => {
  const world = new World()
  let works = false
  const b: FakeStep = {
    ...failing(),
    onRollback() {
      if (!works) throw new StepError({ problem: 'the API server is gone', remedy: 'none' })
    },
  }
  const setup = fakeSetup({ world, chapter: around(b) })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'step-failed').undone, [
    'not everything: the API server is gone; to try again: run rollback',
  ])
  works = true
  const command = { mode: 'rollback', list: 'chapter' } as const
  await runPlan(fakeSetup({ world, chapter: around(b), command }))
  assert.deepEqual(world.values, {})
})

test('a step that fails in its check has nothing to give back, and --resume finds it', async () => {
  const world = new World()
  let fails = true
  const b: FakeStep = {
    id: 'b',
    wants: { b: '1' },
    onCheck() {
      if (fails) throw broken
    },
  }
  const setup = fakeSetup({ world, chapter: around(b) })
  await runPlan(setup)
  assert.deepEqual(eventOf(setup.events, 'step-failed').undone, [])
  fails = false
  const command = { mode: 'run', resume: true } as const
  assert.equal((await runPlan(fakeSetup({ world, chapter: around(b), command }))).code, 0)
  assert.deepEqual(world.values, { a: '1', b: '1', c: '1' })
})

test('bad input found before anything was done leaves no trace', async () => {
  const world = new World()
  const refused = new InputError({ problem: 'not root', remedy: 'sudo' })
  const b: FakeStep = {
    id: 'b',
    wants: {},
    onCheck() {
      throw refused
    },
  }
  const setup = fakeSetup({ world, chapter: [step(b)] })
  assert.equal((await runPlan(setup)).code, 2)
  assert.equal(eventOf(setup.events, 'step-failed').goOn, 'run')
  assert.deepEqual([world.writes, world.journals.size], [[], 0])
})

test('a held lock ends the run with 75 before anything is written', async () => {
  const world = new World()
  await memoryLock(world, immortal, () => true).take('another', 'x')
  world.writes.length = 0
  const setup = fakeSetup({ world, chapter: around(failing()) })
  assert.equal((await runPlan(setup)).code, 75)
  assert.equal(eventOf(setup.events, 'step-failed').goOn, 'run')
  assert.deepEqual([world.values, world.writes, world.journals.size], [{}, [], 0])
})

test('a run that lost its lock writes nothing more, neither undo nor journal', async () => {
  const world = new World()
  const lock = memoryLock(world, immortal, () => true)
  const lost = new LockedError({ problem: 'lost it', remedy: 'none' })
  const setup = fakeSetup({
    world,
    chapter: around({ id: 'b', wants: { b: '1' } }),
    lock: {
      async take(run, at) {
        const held = await lock.take(run, at)
        return { ...held, at: (now) => (now === 'b' ? Promise.reject(lost) : Promise.resolve()) }
      },
    },
  })
  assert.equal((await runPlan(setup)).code, 75)
  assert.deepEqual(world.values, { a: '1' })
  assert.deepEqual(journalOf(world, 'chapter').slice(-1), ['done a'])
  assert.deepEqual(eventOf(setup.events, 'step-failed').undone, [
    'nothing: this step had changed nothing',
    'changed by this run before: a',
  ])
})

test('a step that finds in its own apply that the lock is lost leaves everything to the new holder', async () => {
  const world = new World()
  const onApply = () => {
    throw new LockedError({ problem: 'the lease has another holder', remedy: 'none' })
  }
  const setup = fakeSetup({ world, chapter: [step({ id: 'b', wants: { b: '1' }, onApply })] })
  assert.equal((await runPlan(setup)).code, 75)
  assert.deepEqual([world.values, world.lockedBy], [{ b: '1' }, null])
  assert.deepEqual(journalOf(world, 'chapter'), ['run-start run', 'intent b', 'fact 0'])
  const { undone, goOn } = eventOf(setup.events, 'step-failed')
  assert.deepEqual(undone, [
    'nothing: without the lock, what was begun is left as it is',
    'perhaps done: create b',
  ])
  assert.equal(goOn, 'run --resume')
})
