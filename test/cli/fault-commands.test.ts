import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  mayBreak,
  mayDuringExercise,
  mayMend,
  mayRollBack,
  noteOf,
} from '../../lib/cli/fault-commands.ts'
import { InputError } from '../../lib/core/errors.ts'
import type { FaultOn } from '../../lib/faults/faults-on.ts'

const KNOWN = ['missing-route', 'ip-forward-off']
const holds = { resources: [], refs: [] }
const on = (id: string, whole = true): FaultOn => ({ id, since: '2026-01-01', whole, holds })

function problemOf(work: () => void): string {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof InputError, String(error))
    return error.explanation.problem
  }
  throw new assert.AssertionError({ message: 'it is allowed' })
}

test('a fault may be put on beside others', () => {
  mayBreak('missing-route', KNOWN, [])
  mayBreak('missing-route', KNOWN, [on('ip-forward-off')])
})

test('a fault that nobody knows is refused with those that are near', () => {
  assert.equal(
    problemOf(() => {
      mayBreak('mising-route', KNOWN, [])
    }),
    'there is no fault "mising-route"',
  )
})

test('a fault is not put on twice, nor beside one that is half on', () => {
  assert.equal(
    problemOf(() => {
      mayBreak('missing-route', KNOWN, [on('missing-route')])
    }),
    'the fault missing-route is on already, since 2026-01-01',
  )
  assert.equal(
    problemOf(() => {
      mayBreak('missing-route', KNOWN, [on('ip-forward-off', false)])
    }),
    'the fault ip-forward-off was begun at 2026-01-01 and is only partly on',
  )
})

test('a fault is taken off by itself, but not before a later one that changed the same', () => {
  const sysctl = { kind: 'sysctl', netns: 'w0', key: 'net.ipv4.ip_forward', value: '0' } as const
  const held = (id: string) => ({ ...on(id), holds: { resources: [sysctl], refs: [] } })
  mayMend([], [held('a'), held('b')])
  mayMend(['b'], [held('a'), held('b')])
  mayMend(['a', 'b'], [held('a'), held('b')])
  mayMend(['a'], [held('a'), on('b')])
  assert.equal(
    problemOf(() => {
      mayMend(['a'], [held('a'), held('b')])
    }),
    'the fault a cannot be taken off before b, which came later and changed the same',
  )
  assert.equal(
    problemOf(() => {
      mayMend(['c'], [on('a')])
    }),
    'the fault "c" is not on',
  )
})

test('with faults on nothing is rolled back', () => {
  mayRollBack([])
  assert.equal(
    problemOf(() => {
      mayRollBack([on('missing-route')])
    }),
    'faults are on: missing-route',
  )
})

test('the end of a run names the faults that are on, and how to take them off', () => {
  assert.deepEqual(noteOf([], 'mend'), [])
  assert.deepEqual(noteOf([on('a')], 'mend'), [
    'The fault a is on since 2026-01-01. Take it off: mend',
  ])
  assert.deepEqual(noteOf([on('a'), on('b')], 'mend'), [
    'The faults a, b are on. Take them off: mend',
  ])
})

test('during an exercise a name, right or wrong, is answered alike, and all of it may be given up', () => {
  mayDuringExercise({ command: 'lab-mend', faults: [] })
  mayDuringExercise({ command: 'verify' })
  mayDuringExercise({ command: 'lab-down' })
  const told = ['missing-route', 'nonsense'].map((id) =>
    problemOf(() => {
      mayDuringExercise({ command: 'lab-mend', faults: [id] })
    }),
  )
  assert.equal(told[0], told[1])
  for (const request of [
    { command: 'lab-break', fault: 'missing-route', dryRun: false },
    { command: 'rollback', resume: false, dryRun: false },
  ] as const) {
    const problem = problemOf(() => {
      mayDuringExercise(request)
    })
    assert.match(problem, /^an exercise is on: /)
  }
})
