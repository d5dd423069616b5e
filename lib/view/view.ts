import type { Event } from '../ports/events.ts'
import type { Say } from '../words/say.ts'
import type { Output } from './output.ts'
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

/** What a view has to show a run with. */
export interface ViewMeans {
  readonly out: Output
  /** Takes the failure blocks, so that a run with `> log` still shows them; the live view shows them on `out`. */
  readonly err: Output
  readonly clock: () => Date
  /** The clock's milliseconds. */
  readonly now: () => number
  readonly verbose: boolean
  readonly color: boolean
  /** The streams themselves: the list draws on the terminal and looks at its size. */
  readonly terminal: Pick<Screen, 'out' | 'err'>
  readonly columns: () => number
  /** The reader's language; what is for programs is English. */
  readonly say: Say
  /** Told of errors of the drawing; the run itself goes on without it. */
  readonly fault: (error: unknown) => void
}
