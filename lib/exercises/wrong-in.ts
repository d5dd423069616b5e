import type { Event } from '../ports/events.ts'

/** What a run has found wrong, a line each: what does not work, and what differs. */
export function wrongIn(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) => {
    // What was seen may be the cause itself.
    if (event.type === 'step-failed') return [event.explanation.problem]
    if (event.type !== 'step-drifted') return []
    return event.changes.map(({ what }) => `${what} is not as wanted`)
  })
}
