import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import type { Observation } from '../../lib/core/observation.ts'
import { StepError, UnknownYetError } from '../../lib/core/errors.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { fakeClock } from '../fakes/engine.ts'

const reading = (): Reading => ({
  host: null as never,
  cluster: null as never,
  clock: fakeClock(),
  signal: new AbortController().signal,
  progress: () => undefined,
  saw: () => undefined,
  show: () => undefined,
})

function step(...sights: readonly (Observation | Error)[]) {
  let looks = 0
  return lookStep({
    satisfied: 'it is seen',
    id: 'look',
    title: 'Look',
    touches: [],
    chapter: { section: '14', command: 'kubectl get pods' },
    what: 'two pods',
    deadlineMs: 1000,
    look() {
      const sight = sights[Math.min(looks, sights.length - 1)]
      looks += 1
      return sight instanceof Error
        ? Promise.reject(sight)
        : Promise.resolve(sight ?? { missing: [] })
    },
  })
}

test('the check is one look: proven is satisfied', async () => {
  const check = await step({ proven: 'two pods run' }).check(reading())
  assert.deepEqual(check, { status: 'satisfied', because: 'two pods run', proven: true })
})

test('what is not yet so is planned as one wait with nothing to undo', async () => {
  const check = await step({ missing: ['one pod', 'x pending'] }).check(reading())
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
  assert.equal(await step({ missing: ['one'] }, { proven: 'two' }).verify(reading()), 'two')
  await assert.rejects(step({ missing: ['one'] }).verify(reading()), {
    message: 'timed out after 1 s waiting for two pods',
  })
})

test('verify ends at once where waiting cannot help', async () => {
  const never = { problem: 'the image does not exist', remedy: 'correct it' }
  await assert.rejects(step({ missing: [], never }).verify(reading()), { explanation: never })
})

test('rollback has nothing to undo', async () => {
  assert.deepEqual(await step().rollback(null as never, null, []), [])
})
