import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { StepError, UnknownYetError } from '../../lib/core/errors.ts'
import type { Step } from '../../lib/ports/step.ts'
import { eventOf, fakeSetup, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const DRY: Command = { mode: 'dry-run' }

test('later steps see what earlier ones would have made', async () => {
  const chapter = [
    step({ id: 'a', wants: { a: '1' } }),
    step({ id: 'b', wants: { b: '1' }, requires: { a: 'a' } }),
    step({ id: 'a-again', wants: { a: '1' } }),
  ]
  const setup = fakeSetup({ world: new World(), chapter, command: DRY })
  const result = await runPlan(setup)
  assert.deepEqual([result.changed, result.unchanged], [2, 1])
  const told = ['started a', 'planned a', 'started b', 'planned b', 'started a-again']
  assert.deepEqual(story(setup.events), [...told, 'satisfied a-again', 'done 0'])
})

test('verify is not called: nothing was really applied', async () => {
  const onVerify = () => assert.fail('verify was called')
  const chapter = [step({ id: 'a', wants: { a: '1' }, onVerify })]
  const setup = fakeSetup({ world: new World(), chapter, command: DRY })
  assert.equal((await runPlan(setup)).code, 0)
})

test('what cannot be known yet is told with the step after which it will be', async () => {
  const thrown: Step = {
    ...step({ id: 'b', wants: {} }),
    check: () => Promise.reject(new UnknownYetError('a', 'the pod has no name')),
  }
  const chapter = [step({ id: 'n', wants: { n: '1' }, requires: { q: 'p' } }), thrown]
  const setup = fakeSetup({ world: new World(), chapter, command: DRY })
  assert.equal((await runPlan(setup)).code, 0)
  const unknown = setup.events.filter(({ type }) => type === 'step-unknown')
  assert.deepEqual(unknown, [
    { type: 'step-unknown', step: 'n', after: 'p', because: 'there is no q' },
    { type: 'step-unknown', step: 'b', after: 'a', because: 'the pod has no name' },
  ])
})

test('a step whose changes are known is planned even where the overlay cannot imagine them', async () => {
  const onApply = () => {
    throw new UnknownYetError('a', 'no bytes yet')
  }
  const setup = fakeSetup({
    world: new World(),
    chapter: [step({ id: 'b', wants: { b: '1' }, onApply })],
    command: DRY,
  })
  assert.equal((await runPlan(setup)).code, 0)
  assert.deepEqual(eventOf(setup.events, 'step-planned').changes, [{ action: 'create', what: 'b' }])
})

test('a conflict is planned as blocked, the rest is planned too, and the end is 1', async () => {
  const chapter = [
    step({
      id: 'a',
      wants: { a: '1' },
      blocked: { problem: 'a belongs to kubectl', remedy: 'ask kubectl' },
    }),
    step({ id: 'b', wants: { b: '1' } }),
  ]
  const setup = fakeSetup({ world: new World(), chapter, command: DRY })
  assert.equal((await runPlan(setup)).code, 1)
  assert.equal(eventOf(setup.events, 'step-planned').blocked, 'a belongs to kubectl')
  const told = ['started a', 'planned a', 'started b', 'planned b', 'failed 1']
  assert.deepEqual(story(setup.events), told)
})

test('a step before --from that does not hold blocks the plan', async () => {
  const chapter = ['a', 'b'].map((id) => step({ id, wants: { [id]: '1' } }))
  const command: Command = { mode: 'dry-run', from: 'b' }
  const setup = fakeSetup({ world: new World(), chapter, command })
  assert.equal((await runPlan(setup)).code, 1)
  assert.equal(
    eventOf(setup.events, 'step-planned').blocked,
    'it does not hold, and --from leaves it as it is',
  )
})

test('a step that cannot be looked at ends the plan', async () => {
  const onCheck = () => {
    throw new StepError({ problem: 'the API server refuses', remedy: 'start it' })
  }
  const chapter = [step({ id: 'a', wants: {}, onCheck }), step({ id: 'b', wants: {} })]
  const setup = fakeSetup({ world: new World(), chapter, command: DRY })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(story(setup.events), ['started a', 'failed a', 'failed 1'])
  assert.equal(eventOf(setup.events, 'step-failed').goOn, undefined)
})

test('a dry-run needs no lock and reads no journal', async () => {
  const world = new World()
  world.journals.set('chapter', Buffer.from('damaged\n'))
  const setup = fakeSetup({
    world,
    chapter: [step({ id: 'a', wants: { a: '1' } })],
    command: DRY,
    lock: { take: () => assert.fail('the lock was asked for') },
  })
  assert.equal((await runPlan(setup)).code, 0)
})
