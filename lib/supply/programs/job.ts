import type { ProgramsContext } from './context.ts'
import type { Source } from './record.ts'

/** What everything that fetches or builds is given. */
export type Job = {
  readonly context: ProgramsContext
  readonly progress: Progress
  /** Ends the work; it then rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/** What a source of programs reports when it has put them where it was asked to. */
export type Made = {
  /** The real version: the pinned one, or that of the distribution's package. */
  readonly version: string
  readonly source: Source
}

/** Takes one short line on what goes on. */
export type Progress = (text: string) => void

/** At most this often a line, so that neither a terminal nor a log is flooded. */
const EVERY_MS = 250

/** Lets a line through at most four times a second; the last one held back is dropped. */
export function throttled(progress: Progress): Progress {
  let next = 0
  return (text) => {
    const time = Date.now()
    if (time < next) return
    next = time + EVERY_MS
    progress(text)
  }
}

/** `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
