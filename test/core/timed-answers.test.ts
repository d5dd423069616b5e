import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askTimed, slowOnes } from '../../lib/core/timed-answers.ts'
import { fakeClock } from '../fakes/engine.ts'

const clock = fakeClock()
const { signal } = new AbortController()

/** Answers after so many seconds, the first time and when it is asked again. */
function server(name: string, ...seconds: readonly number[]) {
  let asked = 0
  return {
    name,
    async ask() {
      await clock.sleep((seconds[asked++] ?? 0) * 1000, signal)
      return name
    },
  }
}

/** What is told of it; `areStarting` counts as looked at. */
async function told(one: ReturnType<typeof server>, starting = false) {
  const looked: string[] = []
  const slow = await slowOnes(clock, await askTimed(clock, [one]), async () => {
    looked.push(one.name)
    return starting
  })
  return { slow, looked: looked.length }
}

test('answers come in the order of who was asked', async () => {
  const quick = Promise.withResolvers<string>()
  const asked = [
    { name: 'm1', ask: () => quick.promise.then(() => 'late') },
    { name: 'm0', ask: () => Promise.resolve('early') },
  ]
  const answers = askTimed(clock, asked)
  quick.resolve('')
  assert.deepEqual(
    (await answers).map(({ answer }) => answer),
    ['late', 'early'],
  )
})

test('who takes a second or more is asked again, and named where that takes as long', async () => {
  assert.deepEqual(await told(server('m1', 2, 1.4)), { slow: '; m1 took 1.4 s', looked: 1 })
})

test('one slow answer before a fast one is not worth a word', async () => {
  assert.deepEqual(await told(server('m1', 2, 0.1)), { slow: '', looked: 1 })
})

test('nor is any while the servers are starting', async () => {
  assert.deepEqual(await told(server('m1', 2, 2), true), { slow: '', looked: 1 })
})

test('of who answers at once nothing else is asked', async () => {
  assert.deepEqual(await told(server('m0', 0.9)), { slow: '', looked: 0 })
})
