import type { Event } from '../ports/events.ts'

/** Shows a run; `E` is the events it understands. */
export interface View<E = Event> {
  /** Takes the run's events in order; never throws. */
  readonly sink: (event: E) => void
  /**
   * Shows a line that is no event, such as "Ctrl-C again stops at once". To be used instead of
   * writing to the streams, which belong to the view until it is closed.
   */
  notice(text: string): void
  /** Ends the view cleanly, also where the run broke off, and resolves when all text is out. */
  close(): Promise<void>
}
