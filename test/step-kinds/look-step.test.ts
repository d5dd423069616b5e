import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Sight, lookStep } from '../../lib/step-kinds/look-step.ts'
import { StepError, UnknownYetError } from '../../lib/core/errors.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { fakeClock } from '../fakes/engine.ts'

const reading = (): Reading => ({
  host: null as never,
  cluster: null as never,
  clock: fakeClock(),
  signal: new AbortController().signal,
  say: () => undefined,
  show: () => undefined,
})

function step(...sights: readonly (Sight | Error)[]) {
  let looks = 0
  return lookStep({
    satisfied: 'it is seen',
    id: 'look',
    title: 'Look',
    chapter: { section: '14', command: 'kubectl get pods' },
    what: 'two pods',
    deadlineMs: 1000,
    look() {
      const sight = sights[Math.min(looks, sights.length - 1)]
      looks += 1
      return sight instanceof Error
        ? Promise.reject(sight)
        : Promise.resolve(sight ?? { notYet: [] })
    },
  })
}

test('the check is one look: proven is satisfied', async () => {
  const check = await step({ proven: 'two pods run' }).check(reading())
  assert.deepEqual(check, { status: 'satisfied', because: 'two pods run', proven: true })
})

test('what is not yet so is planned as one wait with nothing to undo', async () => {
  const check = await step({ notYet: ['one pod', 'x pending'] }).check(reading())
  assert.deepEqual(check, {
    status: 'drifted',
    changes: [{ action: 'wait', what: 'two pods', note: 'one pod; x pending' }],
    undo: null,
  })
})

test('a StepError of the look is not yet so; what is unknown in a dry-run stays unknown', async () => {
  const check = await step(new StepError({ problem: 'no pod', remedy: '' })).check(reading())
  assert.equal(check.status === 'drifted' && check.changes[0]?.note, 'no pod')
  const unknown = new UnknownYetError('busybox-pod', 'no name')
  await assert.rejects(step(unknown).check(reading()), unknown)
})

test('verify waits for the proof, with a deadline', async () => {
  assert.equal(await step({ notYet: ['one'] }, { proven: 'two' }).verify(reading()), 'two')
  await assert.rejects(step({ notYet: ['one'] }).verify(reading()), {
    message: 'waited 1 s for two pods, in vain',
  })
})

test('verify ends at once where waiting cannot help', async () => {
  const hopeless = { problem: 'the image does not exist', remedy: 'correct it' }
  await assert.rejects(step({ notYet: [], hopeless }).verify(reading()), { explanation: hopeless })
})

test('rollback has nothing to undo', async () => {
  assert.deepEqual(await step().rollback(null as never, null, []), [])
})
