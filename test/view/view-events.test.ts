import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { adaptEvents } from '../../lib/view/view-events.ts'
import type { ViewEvent } from '../../lib/view/view-events.ts'
import { failure, interrupted, rollback, verifyUnhealthy } from './runs.ts'

function adapted(events: readonly Event[]): ViewEvent[] {
  const passed: ViewEvent[] = []
  const adapter = adaptEvents((event) => passed.push(event))
  for (const event of events) adapter.sink(event)
  adapter.flush()
  return passed
}

const described = (events: readonly ViewEvent[]): string[] =>
  events.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type))

test('a step that comes twice in a rollback is told apart', () => {
  const events = adapted(rollback)
  assert.equal(events[0]?.type, 'run-started')
  assert.deepEqual(
    events[0].steps.map(({ id }) => id),
    ['apply-manifest', 'download-manifest', 'apply-manifest#2'],
  )
  assert.deepEqual(described(events.slice(1)), [
    'step-started apply-manifest',
    'step-undone apply-manifest',
    'step-started download-manifest',
    'step-undone download-manifest',
    'step-started apply-manifest#2',
    'step-undone apply-manifest#2',
    'run-ended',
  ])
})

test('an interruption is told apart from a failure', () => {
  assert.deepEqual(described(adapted(interrupted)).slice(-3), [
    'step-started download-manifest',
    'step-interrupted download-manifest',
    'run-ended',
  ])
  assert.deepEqual(adapted(failure), failure)
  assert.deepEqual(adapted(verifyUnhealthy), verifyUnhealthy)
})

test('a failure is not kept back where the run breaks off', () => {
  assert.deepEqual(adapted(failure.slice(0, -1)), failure.slice(0, -1))
})
