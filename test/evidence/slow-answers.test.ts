import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../lib/core/clock.ts'
import { ObservedError } from '../../lib/core/errors.ts'
import { askWithin, type Slow } from '../../lib/evidence/channel.ts'

/** A clock that goes on only when it is told to; nobody's time runs out. */
function clockAt() {
  let now = 0
  const clock: Clock = {
    now: () => new Date(now),
    sleep: () => new Promise(() => undefined),
  }
  return { clock, pass: (ms: number) => (now += ms) }
}

test('who was silent is not waited for again soon by the same run, and asked again later', async () => {
  const { clock, pass } = clockAt()
  const slow: Slow = new Map()
  const stop = new AbortController().signal
  let asked = 0
  const ask = (takesMs: number) =>
    askWithin(
      clock,
      8_000,
      stop,
      slow,
    )(
      () => {
        asked += 1
        pass(takesMs)
        return Promise.reject(new ObservedError('no answer within 2 s'))
      },
      { of: 'tls 10.0.0.1:6443' },
    )
  const silent = { notLooked: 'no answer within 2 s' }
  assert.deepEqual(await ask(2_000), silent)
  assert.deepEqual(await ask(2_000), silent)
  assert.equal(asked, 1)
  pass(20_000)
  await ask(5)
  await ask(5)
  assert.equal(asked, 3, 'a quick answer is not worth remembering')
})
