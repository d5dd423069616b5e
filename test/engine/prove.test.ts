import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { type Verdict, codeOf } from '../../lib/engine/prove.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { type Explanation, StepError } from '../../lib/core/errors.ts'
import type { Step } from '../../lib/ports/step.ts'
import { eventOf, fakeSetup, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const broken = new StepError({ problem: 'no answer', remedy: 'mend it' })
const fails = () => {
  throw broken
}

function verify(world: World, chapter: readonly Step[]) {
  return fakeSetup({
    world,
    chapter,
    command: { mode: 'verify' },
    lock: { take: () => assert.fail('the lock was asked for') },
  })
}

test('verify proves every step, reads only and needs neither lock nor journal', async () => {
  const world = new World()
  world.set('a', '1')
  const setup = verify(world, [step({ id: 'a', wants: { a: '1' } })])
  assert.equal((await runPlan(setup)).code, 0)
  assert.equal(eventOf(setup.events, 'step-proven').proof, 'a proven')
  assert.deepEqual([world.writes, world.journals.size], [[], 0])
})

test('verify goes through all steps: drifted, not healthy and not to be looked at', async () => {
  const world = new World()
  world.set('b', '1')
  const setup = verify(world, [
    step({ id: 'a', wants: { a: '1' } }),
    step({ id: 'b', wants: { b: '1' }, onVerify: fails }),
    step({ id: 'c', wants: {}, onCheck: fails }),
    step({ id: 'd', wants: {}, requires: { a: 'a' } }),
    step({ id: 'e', wants: {} }),
  ])
  const result = await runPlan(setup)
  assert.deepEqual([result.outcome, result.code], ['failed', 4])
  assert.deepEqual(
    story(setup.events).filter((line) => !line.startsWith('started')),
    ['drifted a', 'failed b', 'failed c', 'unknown d', 'proven e', 'failed 4'],
  )
  assert.deepEqual(eventOf(setup.events, 'step-drifted').changes, [{ action: 'create', what: 'a' }])
  assert.deepEqual(eventOf(setup.events, 'step-failed').undone, [])
  assert.deepEqual(world.writes, [])
})

test('a step that only looks is not healthy where what it waits for does not come', async () => {
  const look = lookStep({
    touches: [],
    satisfied: 'it is seen',
    id: 'look',
    title: 'Look',
    chapter: { section: '14', command: 'get' },
    what: 'two pods',
    deadlineMs: 1000,
    look: () => Promise.resolve({ missing: ['1 pod'] }),
  })
  const setup = verify(new World(), [look])
  assert.equal((await runPlan(setup)).code, 4)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation.seen, ['1 pod'])
})

test('verify asks a step only once whose look is the whole proof', async () => {
  let looks = 0
  const look = lookStep({
    touches: [],
    ...{ id: 'look', title: 'Look', chapter: { section: '14', command: 'get' } },
    ...{ satisfied: 'it is seen', what: 'two pods', deadlineMs: 1000 },
    look: () => {
      looks += 1
      return Promise.resolve({ proven: '2 pods' })
    },
  })
  const setup = verify(new World(), [look])
  assert.equal((await runPlan(setup)).code, 0)
  assert.deepEqual([eventOf(setup.events, 'step-proven').proof, looks], ['2 pods', 1])
})

test('a bug ends verify at once with 70', async () => {
  const onCheck = () => {
    throw new TypeError('oops')
  }
  const setup = verify(new World(), [
    step({ id: 'a', wants: {}, onCheck }),
    step({ id: 'b', wants: {} }),
  ])
  assert.equal((await runPlan(setup)).code, 70)
  assert.deepEqual(story(setup.events), ['started a', 'failed a', 'failed 70'])
})

const CODES: readonly (readonly [readonly Verdict[], number])[] = [
  [[], 0],
  [['proven'], 0],
  [['proven', 'unclear'], 1],
  [['unclear', 'drifted'], 3],
  [['drifted', 'unhealthy', 'unclear'], 4],
]
for (const [verdicts, code] of CODES) {
  test(`the verdicts [${verdicts.join(', ')}] end with ${String(code)}`, () => {
    assert.equal(codeOf(verdicts), code)
  })
}

test('what is kept on this machine alone does not count where it is not there', async () => {
  const world = new World()
  const setup = verify(world, [{ ...step({ id: 'a', wants: { a: '1' } }), onlyHere: true }])
  assert.equal((await runPlan(setup)).code, 0)
  world.set('a', '2')
  const other = verify(world, [{ ...step({ id: 'a', wants: { a: '1' } }), onlyHere: true }])
  assert.equal((await runPlan(other)).code, 3)
})

test('where nothing of a list is there, that is said, and nothing else is looked at', async () => {
  const absent = { problem: 'nothing of it is here', remedy: 'begin' }
  const a = step({ id: 'a', wants: { a: '1' } })
  const check: Step['check'] = async (on) => {
    const found = await a.check(on)
    return found.status === 'drifted' ? { ...found, absent } : found
  }
  const setup = verify(new World(), [
    { ...a, check },
    step({ id: 'b', wants: {}, onCheck: () => assert.fail('it went on') }),
  ])
  assert.equal((await runPlan(setup)).code, 4)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, absent)
})

test('verify tells once that nobody can be asked, and looks at nothing further', async () => {
  const explanation = { problem: 'the API server refuses connections', remedy: 'start it' }
  const dead = new StepError(explanation, { noAccess: true })
  const never = () => assert.fail('it was looked at')
  const setup = verify(new World(), [
    { ...step({ id: 'a', wants: {} }), check: () => Promise.reject(dead) },
    step({ id: 'b', wants: {}, onCheck: never }),
    step({ id: 'c', wants: {}, onCheck: never }),
  ])
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(story(setup.events), ['started a', 'failed a', 'failed 1'])
  assert.deepEqual(eventOf(setup.events, 'run-ended').notes, [
    'The 2 steps after it were not looked at: they ask the same cluster.',
  ])
})

test('a look that hangs is ended by a cause that no waiting heals', async () => {
  const why: Explanation = {
    ...{ problem: 'it hangs', cause: '[G6] a filter', remedy: 'take it off' },
    verdict: {
      ...{ code: 'G6', layer: 'hosts', certainty: 'seen', cause: 'a filter', evidence: 'drop' },
      ...{ subject: 'w0', cure: 'take it off' },
    },
  }
  const hangs = {
    ...step({ id: 'a', wants: {} }),
    check: () => new Promise<never>(() => undefined),
  }
  const asked: string[] = []
  const setup = {
    ...verify(new World(), [hangs]),
    diagnose: (_: Step, __: unknown, when: string) => {
      asked.push(when)
      return Promise.resolve(asked.length < 3 ? null : why)
    },
  }
  assert.equal((await runPlan(setup)).code, 4)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, why)
  assert.deepEqual(asked.slice(0, 3), ['wait', 'wait', 'wait'])
})
