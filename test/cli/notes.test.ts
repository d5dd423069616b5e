import assert from 'node:assert/strict'
import test from 'node:test'
import { notesFor } from '../../lib/cli/notes.ts'
import { hintsFor } from '../../lib/cli/run-hints.ts'
import { parseArguments } from '../../lib/command-line/options.ts'
import type { Result } from '../../lib/engine/setup.ts'
import type { RunRequest } from '../../lib/command-line/request.ts'
import { smallInventory } from '../fakes/lab-world.ts'

const DONE: Result = {
  ...{ mode: 'run', outcome: 'done', code: 0, changed: 1, unchanged: 9 },
  before: [],
}

function notesOf(argv: readonly string[], ended: Partial<Result>): readonly string[] {
  const parsed = parseArguments(argv, '1.2.3')
  assert.ok('request' in parsed)
  const request = parsed.request as RunRequest
  const words = hintsFor(request, parsed.common)
  const notes = notesFor(request, smallInventory, {
    words,
    ended: { ...DONE, ...ended },
    on: [],
  })
  return notes.filter((note) => note.startsWith('Undo'))
}

test('the first run says how all of it is undone', () => {
  assert.deepEqual(notesOf([], { before: ['lab'] }), ['Undo: npx tsx run.ts rollback'])
})

test('a run on what stood before says how it alone is undone, and how all are', () => {
  assert.deepEqual(notesOf(['--edition', 'current'], { before: ['lab', 'chapter'] }), [
    'Undo: npx tsx run.ts --edition current rollback --last-run',
    'Undo the runs before as well: npx tsx run.ts --edition current rollback',
  ])
})

test('what changed nothing has nothing to undo', () => {
  assert.deepEqual(notesOf([], { changed: 0, before: ['chapter'] }), [])
})

test('a lab that is built or repaired is taken down', () => {
  const up = notesOf(['lab', 'up'], { before: ['lab'] })
  assert.deepEqual(up, ['Undo: npx tsx run.ts lab down'])
})
