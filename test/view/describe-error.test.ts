import assert from 'node:assert/strict'
import test from 'node:test'
import { InputError, StepError } from '../../lib/core/errors.ts'
import { describeError } from '../../lib/view/describe-error.ts'

test('an error that explains itself becomes its block', () => {
  const error = new InputError({
    problem: 'inventory.yaml:12:5: unknown key "workerz"',
    seen: ['workerz: 3'],
    remedy: 'did you mean "workers"?',
  })
  assert.equal(
    describeError(error, { verbose: false }),
    `✖ inventory.yaml:12:5: unknown key "workerz"
  seen      workerz: 3
  try       did you mean "workers"?`,
  )
})

test('anything else is a bug here: it says so, with the stack to report', () => {
  const error = new TypeError('x is not a function')
  error.stack =
    'TypeError: x is not a function\n    at f (file:///a.ts:1:2)\n    at g (file:///b.ts:3:4)'
  assert.equal(
    describeError(error, { verbose: false }),
    `✖ This is a bug in hardway: TypeError: x is not a function
  please    report it together with this text; what was done so far is in the journal
    at f (file:///a.ts:1:2)
    at g (file:///b.ts:3:4)`,
  )
})

test('the causes are told where they are asked for', () => {
  const reset = new Error('read ECONNRESET')
  const many = new AggregateError([reset, new Error('connect ECONNREFUSED')], 'no server', {
    cause: 'a thrown string',
  })
  const error = new StepError(
    { problem: 'the API did not answer', remedy: 'wait' },
    { cause: many },
  )
  assert.equal(
    describeError(error, { verbose: true }),
    `✖ the API did not answer
  try       wait
  caused by AggregateError: no server
  caused by Error: read ECONNRESET
  caused by Error: connect ECONNREFUSED
  caused by a thrown string`,
  )
  assert.equal(
    describeError(error, { verbose: false }),
    '✖ the API did not answer\n  try       wait',
  )
})

test('a chain of causes that runs in a circle ends', () => {
  const error = new StepError({ problem: 'a', remedy: 'b' })
  const cause = new Error('c', { cause: error })
  error.cause = cause
  assert.equal(describeError(error, { verbose: true }), '✖ a\n  try       b\n  caused by Error: c')
})

test('what was thrown without being an error is told all the same', () => {
  assert.equal(
    describeError('out of\nluck', { verbose: true }),
    `✖ This is a bug in hardway: out of luck
  please    report it together with this text; what was done so far is in the journal`,
  )
})

test('secrets and terminal controls never pass', () => {
  const error = new Error('token: canary \u001b[2J')
  error.stack = 'Error: x\n    at https://me:canary@host/\u001b[2J.js:1:2'
  assert.equal(
    describeError(error, { verbose: true }),
    `✖ This is a bug in hardway: Error: token: [redacted] \\x1b[2J
  please    report it together with this text; what was done so far is in the journal
    at https://[redacted]@host/\\x1b[2J.js:1:2`,
  )
})
