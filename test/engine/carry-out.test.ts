import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { eventOf, fakeSetup, journalOf, memoryLock, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World, hostOf, immortal } from '../fakes/engine-world.ts'

test('the intent with all that undo needs is in the journal before the first write', async () => {
  const world = new World()
  world.set('a', 'old', 'somebody')
  let atApply: readonly string[] = []
  const a = step({
    id: 'a',
    wants: { a: 'new', b: 'new' },
    onApply() {
      atApply = journalOf(world, 'chapter')
    },
  })
  await runPlan(fakeSetup({ world, chapter: [a] }))
  assert.deepEqual(atApply, ['run-start run', 'intent a', 'fact 0'])
  assert.deepEqual(journalOf(world, 'chapter').slice(3), ['done a', 'run-end done'])
  assert.match(String(world.journals.get('chapter')), /"undo":\{"a":"old","b":null\}/)
})

test('the lock is taken before the first write only, and the check is read again after it', async () => {
  const world = new World()
  const looks: string[] = []
  const watch = (id: string) =>
    step({
      id,
      wants: { [id]: '1' },
      onCheck: () => looks.push(world.lockedBy ? `${id} locked` : id),
    })
  world.set('a', '1')
  await runPlan(fakeSetup({ world, chapter: [watch('a'), watch('b'), watch('c')] }))
  assert.deepEqual(looks, ['a', 'b', 'b locked', 'c locked'])
  assert.equal(world.writes.filter((write) => write.startsWith('lock')).length, 1)
})

test('what another run has done meanwhile is not done again', async () => {
  const world = new World()
  const lock = memoryLock(world, immortal, () => true)
  const setup = fakeSetup({
    world,
    chapter: [step({ id: 'a', wants: { a: '1' } })],
    lock: {
      take(run, at) {
        world.set('a', '1', 'the run before us')
        return lock.take(run, at)
      },
    },
  })
  const result = await runPlan(setup)
  assert.deepEqual([result.changed, result.unchanged], [0, 1])
  assert.equal(world.things.get('a')?.by, 'the run before us')
})

test('a step that only waits gets no lock, no intent and no apply', async () => {
  const world = new World()
  let looks = 0
  const look = lookStep({
    touches: [],
    satisfied: 'it is seen',
    id: 'look',
    title: 'Look',
    chapter: { section: '14', command: 'get' },
    what: 'a',
    deadlineMs: 5000,
    look(on) {
      looks += 1
      if (looks === 3) world.set('a', '1', 'a controller')
      const thing = hostOf(on).get('a')
      return Promise.resolve(thing ? { proven: 'a is there' } : { missing: ['no a'] })
    },
  })
  const setup = fakeSetup({ world, chapter: [look] })
  assert.equal((await runPlan(setup)).code, 0)
  assert.equal(eventOf(setup.events, 'step-done').proof, 'a is there')
  assert.deepEqual([world.writes, world.journals.size], [[], 0])
})

test('a step whose precondition is not there fails and names the step that makes it', async () => {
  const world = new World()
  const setup = fakeSetup({
    world,
    chapter: [step({ id: 'b', wants: { b: '1' }, requires: { a: 'make-a' } })],
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, {
    problem: 'b needs what make-a makes: there is no a',
    remedy: 'run all steps: run',
  })
})

test('what stands in the way fails the step before anything of it is written', async () => {
  const world = new World()
  const setup = fakeSetup({
    world,
    chapter: [
      step({
        id: 'a',
        wants: { a: '1' },
        blocked: { problem: 'a belongs to kubectl', remedy: 'ask kubectl' },
      }),
    ],
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, {
    problem: 'a belongs to kubectl',
    remedy: 'ask kubectl',
  })
  assert.deepEqual(world.values, {})
  assert.ok(!journalOf(world, 'chapter').includes('intent a'))
})

test('--from checks the earlier steps, which must hold, and changes only the later ones', async () => {
  const world = new World()
  const chapter = ['a', 'b'].map((id) => step({ id, wants: { [id]: '1' } }))
  const command = { mode: 'run', from: 'b' } as const
  const refused = fakeSetup({ world, chapter, command })
  assert.equal((await runPlan(refused)).code, 1)
  assert.equal(
    eventOf(refused.events, 'step-failed').explanation.problem,
    'a does not hold, and --from leaves the steps before it as they are',
  )
  assert.deepEqual(world.values, {})

  world.set('a', '1')
  const good = fakeSetup({ world, chapter, command })
  assert.equal((await runPlan(good)).code, 0)
  assert.deepEqual(story(good.events), [
    'started a',
    'satisfied a',
    'started b',
    'done b',
    'done 0',
  ])
})

test('--only carries out that step and says that the others are left out', async () => {
  const world = new World()
  const chapter = ['a', 'b', 'c'].map((id) => step({ id, wants: { [id]: '1' } }))
  const setup = fakeSetup({ world, chapter, command: { mode: 'run', only: 'b' } })
  assert.equal((await runPlan(setup)).code, 0)
  assert.deepEqual(story(setup.events), ['skipped a', 'started b', 'done b', 'skipped c', 'done 0'])
  assert.deepEqual(world.values, { b: '1' })
})
