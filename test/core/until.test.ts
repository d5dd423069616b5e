import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '../../lib/core/observation.ts'
import { type Polled, until, type Waiting } from '../../lib/core/until.ts'
import { StepError } from '../../lib/core/errors.ts'
import { fakeClock } from '../fakes/engine.ts'

/** A wait that sees these one after the other, the last one for ever; an Error is thrown. */
function waitFor(
  sights: readonly (Observation | Error)[],
  more: Partial<Polled<string> & Waiting> = {},
) {
  const clock = fakeClock()
  const begin = clock.now().getTime()
  const said: string[] = []
  let looks = 0
  const on = {
    clock,
    signal: more.signal ?? new AbortController().signal,
    progress: (progress: string) => said.push(progress),
  }
  const value = until(on, {
    what: 'two pods',
    deadlineMs: 2000,
    look() {
      const sight = sights[Math.min(looks, sights.length - 1)]
      looks += 1
      if (sight instanceof Error) return Promise.reject(sight)
      return Promise.resolve(sight ?? { missing: [] })
    },
    ...more,
  })
  const passed = () => ({ looks, ms: clock.now().getTime() - begin, said })
  return { value, passed }
}

test('looks until it is done, and says each new sight once', async () => {
  const { value, passed } = waitFor([
    { missing: ['0 of 2'] },
    { missing: ['1 of 2'] },
    { missing: ['1 of 2'] },
    { proven: 'both' },
  ])
  assert.equal(await value, 'both')
  assert.deepEqual(passed(), { looks: 4, ms: 1500, said: ['0 of 2', '1 of 2'] })
})

test('at the deadline the error says what was seen last, and the last look is at the deadline', async () => {
  const { value, passed } = waitFor([{ missing: ['1 of 2', 'x pending'] }], {
    intervalMs: 1500,
    remedy: 'kubectl describe pods',
  })
  await assert.rejects(value, {
    name: 'StepError',
    explanation: {
      problem: 'timed out after 2 s waiting for two pods',
      seen: ['1 of 2', 'x pending'],
      remedy: 'kubectl describe pods',
    },
  })
  assert.deepEqual([passed().looks, passed().ms], [3, 2000])
})

test('what no waiting helps ends the wait at once, with its own explanation', async () => {
  const never = { problem: 'no such image', remedy: 'correct its name' }
  const { value, passed } = waitFor([{ missing: ['pulling'] }, { missing: [], never }])
  await assert.rejects(value, { name: 'StepError', explanation: never })
  assert.equal(passed().ms, 500)
})

test('a look that fails is a bad moment: seen, and looked at again', async () => {
  const trouble = new StepError({
    problem: 'the API server refuses',
    seen: ['ECONNREFUSED'],
    cause: 'it is starting',
    remedy: 'wait',
  })
  const good = waitFor([trouble, { proven: 'there' }])
  assert.equal(await good.value, 'there')
  await assert.rejects(waitFor([trouble]).value, {
    explanation: {
      problem: 'timed out after 2 s waiting for two pods',
      seen: ['the API server refuses', 'ECONNREFUSED'],
      cause: 'it is starting',
      remedy: 'wait',
    },
    cause: trouble,
  })
})

test('an obstacle is not waited out', async () => {
  const obstacle = new StepError({ problem: 'no right', remedy: 'have it' }, { obstacle: true })
  const { value, passed } = waitFor([obstacle])
  await assert.rejects(value, obstacle)
  assert.equal(passed().looks, 1)
})

test('a bug in a look is not waited out', async () => {
  await assert.rejects(waitFor([new TypeError('oops')]).value, TypeError)
})

test('an aborted signal ends the wait with its reason', async () => {
  const reason = new Error('Ctrl-C')
  await assert.rejects(
    waitFor([{ missing: [] }], { signal: AbortSignal.abort(reason) }).value,
    reason,
  )
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
  await assert.rejects(value, reason)
  assert.equal(passed().ms, 0)
})

test('an abort ends a wait at once, also while a look is stuck', async () => {
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const { value } = waitFor([], {
    signal: controller.signal,
    look: () => new Promise(() => controller.abort(reason)),
  })
  await assert.rejects(value, reason)
})

/** What a watch tells, one after the other; then it is silent until its signal aborts. */
function watchOf(...told: readonly (number | Error)[]) {
  return async function* (signal: AbortSignal): AsyncGenerator<number> {
    for (const one of told) {
      if (one instanceof Error) throw one
      yield one
    }
    await new Promise((_, reject) => {
      const end = (): void => reject(signal.reason as Error)
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    })
  }
}

const PODS = { what: 'two pods', deadlineMs: 2000 }
const two = (count: number): Observation<number> =>
  count === 2 ? { proven: count } : { missing: [`${count} of 2`] }

function quiet(said: string[] = []) {
  const progress = (progress: string) => said.push(progress)
  return { clock: fakeClock(), signal: new AbortController().signal, progress }
}

test('a wait that is told of changes looks at each, and says each new sight once', async () => {
  const said: string[] = []
  const wait = { ...PODS, watch: watchOf(0, 1, 1, 2), look: two }
  assert.equal(await until(quiet(said), wait), 2)
  assert.deepEqual(said, ['0 of 2', '1 of 2'])
})

test('a silent watch ends at the deadline, with what was seen last', async () => {
  await assert.rejects(until(quiet(), { ...PODS, watch: watchOf(1), look: two }), {
    name: 'StepError',
    explanation: {
      problem: 'timed out after 2 s waiting for two pods',
      seen: ['1 of 2'],
      remedy:
        'look at what was seen last; if it only needs more time, continue with npx tsx run.ts --resume',
    },
  })
})

test('what a watch cannot get over ends the wait at once', async () => {
  const forbidden = new StepError({ problem: 'user admin may not list Pod', remedy: 'ask' })
  const held = { ...quiet(), clock: { ...fakeClock(), sleep: () => new Promise<void>(() => {}) } }
  const wait = { ...PODS, watch: watchOf(1, forbidden), look: two }
  await assert.rejects(until(held, wait), forbidden)
})

test('a look that fails after a change is repeated without another one', async () => {
  let looks = 0
  const look = (count: number) => {
    looks += 1
    if (looks < 3) throw new StepError({ problem: 'no answer', remedy: 'wait' })
    return two(count)
  }
  let naps = 0
  const clock = {
    ...fakeClock(),
    sleep: (ms: number) => {
      if (ms !== 2000) naps += 1
      return ms === 2000 ? new Promise<void>(() => {}) : Promise.resolve()
    },
  }
  assert.equal(await until({ ...quiet(), clock }, { ...PODS, watch: watchOf(2), look }), 2)
  assert.deepEqual([looks, naps], [3, 2])
})
