import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { openRecord } from '../../lib/view/run-record.ts'
import { failure, rollback, verifyUnhealthy } from './runs.ts'

/** The steps and how each ended. */
function recorded(events: readonly Event[]): string[] {
  const record = openRecord(() => 0)
  for (const event of events) record.take(event)
  return record.steps.map(({ name, ending }) => `${name} ${ending?.type ?? 'open'}`)
}

test('a step that comes twice in a rollback is told apart', () => {
  assert.deepEqual(recorded(rollback), [
    'apply-manifest step-undone',
    'download-manifest step-undone',
    'apply-manifest#2 step-undone',
  ])
  assert.deepEqual(recorded(rollback.slice(0, 4)), [
    'apply-manifest step-undone',
    'download-manifest open',
    'apply-manifest#2 open',
  ])
})

test('each step has its own ending, and none before it came', () => {
  assert.deepEqual(recorded(failure).slice(2), [
    'download-manifest step-satisfied',
    'apply-manifest step-failed',
    'coredns-pods open',
  ])
  assert.deepEqual(recorded(verifyUnhealthy), [
    'download-manifest step-proven',
    'apply-manifest step-failed',
    'coredns-pods step-proven',
  ])
})

test('what a step says and measures is kept as single lines, with the time it began', () => {
  let now = 5
  const record = openRecord(() => now)
  for (const event of failure.slice(0, 1)) record.take(event)
  record.take({ type: 'step-started', step: 'start-etcd' })
  now = 9
  record.take({ type: 'step-progress', step: 'start-etcd', text: 'one\nof three ' })
  record.take({ type: 'step-measured', step: 'start-etcd', lines: ['a\tb'], data: {} })
  const { began, progress, measured } = record.steps[1] ?? {}
  assert.deepEqual(
    { began, progress, measured },
    { began: 5, progress: 'one of three', measured: ['a b'] },
  )
})
