import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askTimed } from '../../lib/core/timed-answers.ts'
import { fakeClock } from '../fakes/engine.ts'

test('answers come in the order of who was asked, and those that took a second or more are named', async () => {
  const clock = fakeClock()
  const quick = Promise.withResolvers<string>()
  const later = async (): Promise<string> => {
    await quick.promise
    // The quick one is counted before this one goes on.
    await new Promise(setImmediate)
    await clock.sleep(2_000, new AbortController().signal)
    return 'slow'
  }
  const asked = [
    { name: 'm1', ask: later },
    { name: 'm0', ask: () => quick.promise },
  ]
  quick.resolve('quick')
  assert.deepEqual(await askTimed(clock, asked), {
    answers: ['slow', 'quick'],
    slow: '; m1 took 2.0 s',
  })
})

test('what is answered at once is not worth a word', async () => {
  const asked = [{ name: 'm0', ask: () => Promise.resolve('ok') }]
  assert.deepEqual(await askTimed(fakeClock(), asked), { answers: ['ok'], slow: '' })
})
