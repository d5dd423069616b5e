/** Takes one short line on what goes on. */
export type Progress = (text: string) => void

/** At most this often a line, so that neither a terminal nor a log is flooded. */
const EVERY_MS = 250

/** Lets a line through at most four times a second; the last one held back is dropped. */
export function throttled(progress: Progress, now: () => number = Date.now): Progress {
  let next = 0
  return (text) => {
    const time = now()
    if (time < next) return
    next = time + EVERY_MS
    progress(text)
  }
}

/** `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
