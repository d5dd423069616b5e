import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Seen, type Wait, until } from '../../lib/step-kinds/wait-for.ts'
import { StepError } from '../../lib/core/errors.ts'
import { fakeClock } from '../fakes/engine.ts'

/** A wait that sees these one after the other, the last one for ever; an Error is thrown. */
function waitFor(sights: readonly (Seen<string> | Error)[], more: Partial<Wait<string>> = {}) {
  const clock = fakeClock()
  const begin = clock.now().getTime()
  const said: string[] = []
  let looks = 0
  const value = until({
    what: 'two pods',
    deadlineMs: 2000,
    clock,
    signal: new AbortController().signal,
    say: (progress) => said.push(progress),
    look() {
      const sight = sights[Math.min(looks, sights.length - 1)]
      looks += 1
      if (sight instanceof Error) return Promise.reject(sight)
      return Promise.resolve(sight ?? { seen: [] })
    },
    ...more,
  })
  const passed = () => ({ looks, ms: clock.now().getTime() - begin, said })
  return { value, passed }
}

test('looks until it is done, and says each new sight once', async () => {
  const { value, passed } = waitFor([
    { seen: ['0 of 2'] },
    { seen: ['1 of 2'] },
    { seen: ['1 of 2'] },
    { done: 'both' },
  ])
  assert.equal(await value, 'both')
  assert.deepEqual(passed(), { looks: 4, ms: 1500, said: ['0 of 2', '1 of 2'] })
})

test('at the deadline the error says what was seen last, and the last look is at the deadline', async () => {
  const { value, passed } = waitFor([{ seen: ['1 of 2', 'x pending'] }], {
    intervalMs: 1500,
    remedy: 'kubectl describe pods',
  })
  await assert.rejects(value, {
    name: 'StepError',
    explanation: {
      problem: 'waited 2 s for two pods, in vain',
      seen: ['1 of 2', 'x pending'],
      remedy: 'kubectl describe pods',
    },
  })
  assert.deepEqual([passed().looks, passed().ms], [3, 2000])
})

test('what is hopeless ends the wait at once, with its own explanation', async () => {
  const hopeless = { problem: 'no such image', remedy: 'correct its name' }
  const { value, passed } = waitFor([{ seen: ['pulling'] }, { seen: [], hopeless }])
  await assert.rejects(value, { name: 'StepError', explanation: hopeless })
  assert.equal(passed().ms, 500)
})

test('a look that fails is a bad moment: seen, and looked at again', async () => {
  const trouble = new StepError({
    problem: 'the API server refuses',
    seen: ['ECONNREFUSED'],
    cause: 'it is starting',
    remedy: 'wait',
  })
  const good = waitFor([trouble, { done: 'there' }])
  assert.equal(await good.value, 'there')
  await assert.rejects(waitFor([trouble]).value, {
    explanation: {
      problem: 'waited 2 s for two pods, in vain',
      seen: ['the API server refuses', 'ECONNREFUSED'],
      cause: 'it is starting',
      remedy: 'wait',
    },
    cause: trouble,
  })
})

test('a bug in a look is not waited out', async () => {
  await assert.rejects(waitFor([new TypeError('oops')]).value, TypeError)
})

test('an aborted signal ends the wait with its reason', async () => {
  const reason = new Error('Ctrl-C')
  await assert.rejects(waitFor([{ seen: [] }], { signal: AbortSignal.abort(reason) }).value, reason)
})

test('a failure that comes of the abort is not seen as a bad moment', async () => {
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const { value, passed } = waitFor([], {
    signal: controller.signal,
    look() {
      controller.abort(reason)
      return Promise.reject(new StepError({ problem: 'aborted', remedy: 'none' }))
    },
  })
  await assert.rejects(value, { message: 'aborted' })
  assert.equal(passed().ms, 0)
})
