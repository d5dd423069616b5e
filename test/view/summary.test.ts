import assert from 'node:assert/strict'
import { defined } from '../../lib/core/defined.ts'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { openRecord } from '../../lib/view/run-record.ts'
import { summaryLines } from '../../lib/view/summary.ts'
import { MANIFEST, STEPS, dryRun, ended, freshRun, nothingToDo, started, step } from './runs.ts'

/** The summary of a run; its last event may be given another way. */
function shown(events: readonly Event[], last?: Event, columns?: number): string[] {
  const record = openRecord(() => 0)
  for (const event of [started('run', STEPS), ...events]) record.take(event)
  const end = last ?? events.at(-1)
  assert.equal(end?.type, 'run-ended')
  return summaryLines(end, record.steps, defined({ columns }))
}

const LEDGER = { reads: 1, dryRuns: 1, writes: 0, hostWrites: 0 }

test('a run says what it changed; the way back stands beside it where there is room', () => {
  const sentence = 'Proven in 13.2 s: 2 changed, 3 unchanged.'
  const undo = 'Undo: npx tsx run.ts rollback'
  const path = 'export KUBECONFIG=/var/lib/hardway/lab/kubeconfig'
  assert.deepEqual(shown(freshRun), [`${sentence} ${undo}`, path])
  assert.deepEqual(shown(freshRun, undefined, 60), [sentence, undo, path])
})

test('times are told in tenths of a second, then in minutes', () => {
  const after = (durationMs: number): string | undefined =>
    shown(nothingToDo, ended('run', 'done', { durationMs }))[0]
  const rest = 'nothing to change, 5 steps as wanted.'
  assert.equal(after(49), `Proven in 0.0 s: ${rest}`)
  assert.equal(after(59_940), `Proven in 59.9 s: ${rest}`)
  assert.equal(after(59_960), `Proven in 1 min 0 s: ${rest}`)
  assert.equal(after(642_400), `Proven in 10 min 42 s: ${rest}`)
})

test('a dry run says that nothing was written, what would be done, and what stands in the way', () => {
  assert.deepEqual(shown(dryRun), [
    'Dry run: nothing was written (41 reads, 12 dry-run requests, 0 writes). 3 steps would change, 1 has nothing to do, 1 can only be known later.',
    'A run would fail at apply-manifest now; the reason is shown there.',
  ])
  assert.deepEqual(shown(nothingToDo, ended('dry-run', 'done', { ledger: LEDGER })), [
    'Dry run: nothing was written (1 read, 1 dry-run request, 0 writes). Nothing would change: 5 steps as wanted.',
  ])
})

test('a dry run that wrote does not say that nothing was written', () => {
  const ledger = { ...LEDGER, writes: 1, hostWrites: 2 }
  assert.deepEqual(shown(nothingToDo, ended('dry-run', 'done', { ledger })), [
    'Dry run: 3 writes went through (1 read, 1 dry-run request, 1 write, 2 on the machine). This is a bug in hardway: please report it. Nothing would change: 5 steps as wanted.',
  ])
})

test('a dry run that failed says how far it came', () => {
  assert.deepEqual(
    shown([
      started('dry-run'),
      ...step({ type: 'step-planned', step: 'apply-manifest', changes: MANIFEST }),
      ...step({
        type: 'step-failed',
        step: 'coredns-pods',
        explanation: { problem: 'a', remedy: 'b' },
        undone: [],
      }),
      ended('dry-run', 'failed', { durationMs: 800, ledger: LEDGER }),
    ]),
    [
      'Failed after 0.8 s: 1 would change, 1 failed, 3 not reached.',
      'Dry run: nothing was written (1 read, 1 dry-run request, 0 writes).',
    ],
  )
})

test('what only waits does not count as a change', () => {
  const changes = [{ action: 'wait', what: 'pod/busybox' }] as const
  const planned = step({ type: 'step-planned', step: 'coredns-pods', changes })
  assert.deepEqual(
    shown([started('dry-run'), ...planned, ended('dry-run', 'done', { ledger: LEDGER })]),
    [
      'Dry run: nothing was written (1 read, 1 dry-run request, 0 writes). 0 steps would change, 1 would only wait.',
    ],
  )
  const done = step({ type: 'step-done', step: 'coredns-pods', changes, proof: 'ready' })
  assert.deepEqual(shown([started('run'), ...done, ended('run', 'done')]), [
    'Proven in 13.2 s: 1 unchanged, 4 not reached.',
  ])
})

test('verify tells as wanted, drifted, not healthy and not looked at by the exit code', () => {
  const verify = (code: number): string[] =>
    shown([], ended('verify', code === 0 ? 'done' : 'failed', { code }))
  const rest = '5 not reached (41 reads, 0 writes).'
  assert.deepEqual(verify(0), [`Verified in 13.2 s: ${rest}`])
  assert.deepEqual(verify(3), [`Drifted, found in 13.2 s: ${rest}`])
  assert.deepEqual(verify(4), [`Not healthy, found in 13.2 s: ${rest}`])
  assert.deepEqual(verify(1), [`Could not be verified, tried for 13.2 s: ${rest}`])
})

test('a rollback with nothing to undo says so', () => {
  const none = summaryLines(
    { ...ended('rollback', 'done'), type: 'run-ended' } as Extract<Event, { type: 'run-ended' }>,
    [],
  )
  assert.deepEqual(none, ['Rolled back in 13.2 s: there was nothing to undo.'])
})

test('notes of several lines become several lines', () => {
  const notes = ['a\nb', 'c']
  assert.deepEqual(shown([], ended('rollback', 'failed', { notes })), [
    'Rollback failed after 13.2 s: 5 not reached.',
    'a',
    'b',
    'c',
  ])
})
