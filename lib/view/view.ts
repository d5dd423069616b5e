import type { Event } from '../ports/events.ts'
import type { Screen } from './task-list.ts'

/** Shows a run. */
export interface View {
  /** Takes the run's events in order. */
  readonly sink: (event: Event) => void
  /**
   * Shows a line that is no event, such as "Ctrl-C again stops at once". To be used instead of
   * writing to the streams, which belong to the list while its tasks run.
   */
  notice(text: string): void
  /** Where the list is drawn while its tasks run; left out: not at all. */
  readonly screen?: Screen
}
