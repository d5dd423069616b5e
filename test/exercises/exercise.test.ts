import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Exercise, parseExercise } from '../../lib/exercises/exercise.ts'

const EXERCISE: Exercise = {
  ...{ v: 1, level: 3, seed: 7, since: '2026-11-29T12:00:00.000Z', hints: 2 },
  faults: ['corefile-loop', 'missing-route'],
  before: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'kube-dns' } }],
}

test('an exercise is read back as it was kept', () => {
  assert.deepEqual(parseExercise(JSON.stringify(EXERCISE)), EXERCISE)
})

test('half a file, and one of another version, are no exercise', () => {
  for (const text of [
    '',
    JSON.stringify(EXERCISE).slice(0, 40),
    JSON.stringify({ ...EXERCISE, v: 2 }),
  ]) {
    assert.equal(parseExercise(text), undefined)
  }
})
