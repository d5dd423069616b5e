import assert from 'node:assert/strict'
import type { Event } from '../../lib/ports/events.ts'
import { at, isObject, listAt, textAt } from '../../lib/core/json.ts'
import type { Changes } from '../../lib/core/change.ts'
import type { Ended } from './program.ts'

/** The events of one type. */
export function ofType<T extends Event['type']>({ events }: Ended, type: T) {
  return events.filter((event): event is Extract<Event, { type: T }> => event.type === type)
}

/** The one event that ended each step: `step: type`. */
export function endings({ events }: Ended): Record<string, string> {
  return Object.fromEntries(
    events.flatMap((event) =>
      'step' in event && event.type !== 'step-started' && event.type !== 'step-progress'
        ? [[event.step, event.type.replace('step-', '')]]
        : [],
    ),
  )
}

/** What each step would change, or has changed. */
export function changesOf({ events }: Ended): Record<string, Changes> {
  return Object.fromEntries(
    events.flatMap((event) =>
      event.type === 'step-planned' || event.type === 'step-done'
        ? [[event.step, event.changes]]
        : [],
    ),
  )
}

/** That a run ended with this exit code; else with all it said. */
export function assertCode(ended: Ended, code: number): void {
  assert.equal(ended.code, code, `${ended.stderr}\n${ended.stdout.slice(-1500)}`)
}

/** The failure of exactly this step. */
export function failureOf(ended: Ended, step: string): Extract<Event, { type: 'step-failed' }> {
  assertCode(ended, 1)
  const failures = ofType(ended, 'step-failed')
  assert.deepEqual(
    failures.map((failure) => failure.step),
    [step],
  )
  const [failure] = failures
  assert.ok(failure)
  return failure
}

/** How a run ended. */
export function endOf(ended: Ended): Extract<Event, { type: 'run-ended' }> {
  const [event] = ofType(ended, 'run-ended')
  assert.ok(event, `it told no end: ${ended.stderr}`)
  return event
}

/** Who asked whom in the matrix that was told last, and whether times were measured: of those who ask from pods. */
export function cellsIn(
  ended: Ended,
): readonly { readonly worker: string; readonly isTimed: boolean }[] {
  const told = ofType(ended, 'step-measured').findLast(({ data }) => isObject(data['matrix']))
  return listAt(told?.data, 'matrix', 'cells').flatMap((cell) => {
    const worker = textAt(cell, 'worker') ?? ''
    return worker === '' ? [] : [{ worker, isTimed: at(cell, 'figures', 'p99') !== undefined }]
  })
}
