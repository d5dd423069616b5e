import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold, openIntents, undoStack } from '../../lib/engine/journal.ts'
import type { Entry } from '../../lib/engine/journal-entry.ts'

const start = (run: string, more: object = {}): Entry => ({
  type: 'run-start',
  run,
  mode: 'run',
  inventory: 'i',
  at: 'then',
  ...more,
})
const intent = (n: number, step: string): Entry => ({
  type: 'intent',
  n,
  run: 'r',
  step,
  at: 'then',
  undo: n,
})
const end = (run: string, outcome: 'done' | 'failed' | 'interrupted'): Entry => ({
  type: 'run-end',
  run,
  outcome,
})
const done = (step: string): Entry => ({ type: 'done', step })
const undone = (n: number): Entry => ({ type: 'undone', n })

test('an intent keeps its undo and gathers its facts', () => {
  const { intents } = fold([
    start('r'),
    intent(0, 'a'),
    { type: 'fact', n: 0, fact: 'uid-1' },
    intent(1, 'b'),
    { type: 'fact', n: 0, fact: 'uid-2' },
  ])
  assert.deepEqual(intents[0], {
    n: 0,
    run: 'r',
    step: 'a',
    at: 'then',
    undo: 0,
    facts: ['uid-1', 'uid-2'],
    state: 'open',
  })
})

test('done closes all open intents of the step, and only those', () => {
  const state = fold([start('r'), intent(0, 'a'), intent(1, 'b'), intent(2, 'a'), done('a')])
  assert.deepEqual(
    state.intents.map((one) => one.state),
    ['done', 'open', 'done'],
  )
  assert.deepEqual(
    openIntents(state, 'b').map(({ n }) => n),
    [1],
  )
})

test('open intents come newest first, so that the oldest before-image has the last word', () => {
  const state = fold([start('r'), intent(0, 'a'), intent(1, 'a'), intent(2, 'b')])
  assert.deepEqual(
    openIntents(state, 'a').map(({ n }) => n),
    [1, 0],
  )
})

test('the undo stack is everything not undone, over all runs, newest first', () => {
  const state = fold([
    start('1'),
    intent(0, 'a'),
    done('a'),
    intent(1, 'b'),
    end('1', 'failed'),
    start('2'),
    intent(2, 'b'),
    undone(2),
    intent(3, 'c'),
  ])
  assert.deepEqual(
    undoStack(state).map(({ n }) => n),
    [3, 1, 0],
  )
})

const UNFINISHED: readonly (readonly [string, Entry[], object | null])[] = [
  ['nothing yet', [], null],
  ['a killed run', [start('1'), intent(0, 'a')], { run: '1', outcome: 'open', step: 'a' }],
  [
    'a failed run',
    [start('1'), { type: 'failed', step: 'b' }, end('1', 'failed')],
    { run: '1', outcome: 'failed', step: 'b' },
  ],
  [
    'an interrupted run',
    [start('1'), end('1', 'interrupted')],
    { run: '1', outcome: 'interrupted' },
  ],
  ['a finished run', [start('1'), end('1', 'done')], null],
  [
    'a failed run that was resumed to its end',
    [start('1'), end('1', 'failed'), start('1'), end('1', 'done')],
    null,
  ],
  [
    'a failed run and a new one',
    [start('1'), end('1', 'failed'), start('2')],
    { run: '2', outcome: 'open' },
  ],
  [
    'a failed run and a finished --only',
    [start('1'), end('1', 'failed'), start('2', { only: 'a' }), end('2', 'done')],
    { run: '1', outcome: 'failed' },
  ],
  [
    'a failed --only alone',
    [start('1', { only: 'a' }), end('1', 'failed')],
    { run: '1', outcome: 'failed', only: 'a' },
  ],
  [
    'a failed run that was rolled back',
    [start('1'), end('1', 'failed'), start('2', { mode: 'rollback' }), end('2', 'done')],
    null,
  ],
  [
    'an open rollback',
    [start('1', { mode: 'rollback', to: 'a' })],
    { run: '1', mode: 'rollback', to: 'a', outcome: 'open' },
  ],
]
for (const [name, entries, expected] of UNFINISHED) {
  test(`unfinished after ${name}: ${expected === null ? 'nothing' : JSON.stringify(expected)}`, () => {
    const { unfinished } = fold(entries)
    if (expected === null) assert.equal(unfinished, null)
    else assert.partialDeepStrictEqual(unfinished, expected)
  })
}
