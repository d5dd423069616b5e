import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { type Explanation, InterruptedError, StepError } from '../../lib/core/errors.ts'
import type { Reading, Step } from '../../lib/ports/step.ts'
import { eventOf, fakeClock, fakeSetup, story } from '../fakes/engine.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const WHY: Explanation = {
  ...{ problem: 'it cannot come', cause: '[E3] no route', remedy: 'add it' },
  verdict: {
    ...{
      code: 'E3',
      layer: 'network',
      certainty: 'seen',
      cause: 'no route',
      evidence: 'ip route: none',
    },
    ...{ subject: 'w0', cure: 'add it' },
  },
}

/** A step that is made at once and proven when `verify` says so. */
function waits(verify: (on: Reading) => Promise<string>): Step {
  return { ...fakeStep({ id: 'a', wants: { a: '1' } }), verify }
}

const DATA = { pods: [] }

/** Never proven; ends only with the run, or with its own wait. */
function endless(on: Reading): Promise<string> {
  on.progress('0 of 2 ready')
  on.saw({ missing: ['0 of 2 ready', 'x is pending; y as well'], data: DATA })
  return new Promise((_, reject) => {
    if (on.signal.aborted) reject(on.signal.reason as Error)
    on.signal.addEventListener('abort', () => {
      on.progress('too late to tell')
      on.saw({ missing: ['too late to tell'], data: DATA })
      reject(on.signal.reason as Error)
    })
  })
}

test('a wait ends as soon as nothing can heal it, with the cause, and undoes what it had made', async () => {
  const world = new World()
  const asked: string[] = []
  const setup = fakeSetup({
    world,
    chapter: [waits(endless)],
    diagnose: ({ title }, { explanation, data }, when) => {
      // What is gathered then is kept, and has to have what was seen.
      assert.equal(data, DATA)
      if (when === 'end') return Promise.resolve(null)
      asked.push(when)
      assert.deepEqual(explanation, {
        problem: `${title}: failed, and waiting will not help`,
        seen: ['0 of 2 ready', 'x is pending; y as well'],
        remedy: '',
      })
      return Promise.resolve(asked.length < 4 ? null : WHY)
    },
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(asked, ['look', 'wait', 'wait', 'wait'])
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, WHY)
  assert.deepEqual(story(setup.events).slice(-2), ['failed a', 'failed 1'])
  assert.deepEqual(
    setup.events.flatMap((event) => (event.type === 'step-progress' ? [event.text] : [])),
    ['0 of 2 ready'],
  )
})

test('a slow start is waited for, however often there is still hope', async () => {
  const proven = Promise.withResolvers<string>()
  let looks = 0
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(() => proven.promise)],
    diagnose: () => {
      looks += 1
      if (looks === 50) proven.resolve('a is ready')
      return Promise.resolve(null)
    },
  })
  assert.equal((await runPlan(setup)).code, 0)
  assert.equal(eventOf(setup.events, 'step-done').proof, 'a is ready')
})

test('a look for hope that fails says nothing about the step', async () => {
  const proven = Promise.withResolvers<string>()
  let looks = 0
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(() => proven.promise)],
    diagnose: () => {
      looks += 1
      if (looks === 2) proven.resolve('a is ready')
      throw new StepError({ problem: 'nobody answers', remedy: 'wait' })
    },
  })
  assert.equal((await runPlan(setup)).code, 0)
})

test('a bug in a look for hope ends the run with 70', async () => {
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(endless)],
    diagnose: () => Promise.reject(new TypeError('a bug of the look')),
  })
  assert.equal((await runPlan(setup)).code, 70)
})

test('what the look itself has read may end the wait before any time has passed', async () => {
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(endless)],
    clock: { ...fakeClock(), sleep: () => new Promise(() => undefined) },
    diagnose: (_, __, asked) => Promise.resolve(asked === 'look' ? WHY : null),
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, WHY)
})

test('a cause is found in what the last look of a failed step has read', async () => {
  const late = new StepError({ problem: 'timed out', remedy: 'wait' }, { data: DATA })
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(() => Promise.reject(late))],
    diagnose: (_, { data }, asked) => {
      return Promise.resolve(asked === 'end' && data === DATA ? WHY : null)
    },
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, WHY)
})

test('a step that fails by itself is told in its own words, with nobody asked while it waits', async () => {
  const broken = new StepError({ problem: 'no answer', remedy: 'mend it' })
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(() => Promise.reject(broken))],
    clock: { ...fakeClock(), sleep: () => new Promise(() => undefined) },
    diagnose: (_, __, asked) => {
      assert.equal(asked, 'end', 'asked about a step that has ended')
      return Promise.resolve(null)
    },
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'step-failed').explanation, broken.explanation)
})

test('Ctrl-C in a wait is an interruption, not a cause', async () => {
  const stop = new AbortController()
  const interrupted = new InterruptedError('SIGINT', { problem: 'stopped', remedy: 'go on' })
  const setup = fakeSetup({
    world: new World(),
    chapter: [waits(endless)],
    signal: stop.signal,
    diagnose: () => {
      stop.abort(interrupted)
      return Promise.resolve(null)
    },
  })
  assert.equal((await runPlan(setup)).code, 130)
})
