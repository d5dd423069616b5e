import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanationOf } from '../../lib/engine/explain.ts'
import { StepError } from '../../lib/core/errors.ts'

test('an error that explains itself is told in its own words', () => {
  const explanation = { problem: 'no pods', remedy: 'wait' }
  assert.equal(explanationOf(new StepError(explanation)), explanation)
})

test('anything else is a bug here, with the place where it happened', () => {
  const { problem, seen, remedy } = explanationOf(new TypeError('x is undefined'))
  assert.equal(problem, 'a bug of this program: x is undefined')
  assert.match(seen?.[0] ?? '', /^at .*explain\.test\.ts/)
  assert.equal(remedy, 'please report it, with the lines above')
})

test('even a thrown string is explained', () => {
  assert.deepEqual(explanationOf('oops'), {
    problem: 'a bug of this program: oops',
    remedy: 'please report it, with the lines above',
  })
})
