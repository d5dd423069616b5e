import type { ProgramsContext } from './context.ts'
import type { Progress } from './progress.ts'
import type { Source } from './record.ts'

/** What everything that fetches or builds is given. */
export interface Job {
  readonly context: ProgramsContext
  readonly progress: Progress
  /** Ends the work; it then rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/** What a source of programs tells when it has put them where it was asked to. */
export interface Made {
  /** The real version: the pinned one, or that of the distribution's package. */
  readonly version: string
  readonly source: Source
}
