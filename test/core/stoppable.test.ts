import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stoppable, unlessAborted } from '../../lib/core/stoppable.ts'

const never = new Promise<string>(() => undefined)
const ctrlC = new Error('interrupted by Ctrl-C')

function port() {
  const asked: string[] = []
  return {
    asked,
    name: 'a port',
    get: (what: string) => {
      asked.push(what)
      return what === 'never' ? never : Promise.resolve(what)
    },
    now: () => 12,
    put: () => Promise.resolve('done'),
    async *watch() {
      yield await Promise.resolve('seen')
    },
  }
}

test('nobody waits any more once the signal has aborted, and nothing new is asked', async () => {
  const stop = new AbortController()
  const own = port()
  const bound = stoppable(own, stop.signal)
  assert.equal(await bound.get('a'), 'a')
  const waiting = bound.get('never')
  stop.abort(ctrlC)
  await assert.rejects(waiting, ctrlC)
  await assert.rejects(bound.get('b'), ctrlC)
  assert.deepEqual(own.asked, ['a', 'never'])
})

test('values, answers that are there at once, and streams pass as they are', async () => {
  const bound = stoppable(port(), new AbortController().signal)
  assert.equal(bound.name, 'a port')
  assert.equal(bound.now(), 12)
  const seen: string[] = []
  for await (const one of bound.watch()) seen.push(one)
  assert.deepEqual(seen, ['seen'])
})

test('what is to end in its own time does', async () => {
  const bound = stoppable(port(), AbortSignal.abort(ctrlC), { except: ['put'] })
  assert.equal(await bound.put(), 'done')
})

test('what is in flight has its grace, and no more', async () => {
  const stop = new AbortController()
  const answer = Promise.withResolvers<string>()
  const soon = unlessAborted(stop.signal, () => answer.promise, 60_000)
  const late = unlessAborted(stop.signal, () => never, 1)
  stop.abort(ctrlC)
  answer.resolve('written')
  assert.equal(await soon, 'written')
  await assert.rejects(late, ctrlC)
})
