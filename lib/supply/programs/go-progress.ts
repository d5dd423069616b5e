import { type Progress, throttled } from './job.ts'

/** Turns what `go` prints into short lines on how far a build is. */
export function goProgress(progress: Progress) {
  const often = throttled(progress)
  let fetched = 0
  let compiled = 0
  let stale = 0
  let programs = 0
  let linked = 0
  return {
    /** What `go list -deps -f '{{.Stale}} {{.Name}}'` printed: what is not stale lies in Go's cache. */
    listed(text: string): void {
      const toDo = text.split('\n').filter((line) => line.startsWith('true '))
      // A program is always stale, its package need not be: what is left of it is to link it.
      programs = toDo.filter((line) => line.endsWith(' main')).length
      stale = toDo.length - programs
      progress(stale > 0 ? `${stale} packages to compile` : `${programs} programs to link`)
    },
    /** A line of stderr: `go: downloading MODULE VERSION`, or with -v the path of a package. */
    line(line: string): void {
      const module = /^go: downloading (\S+ \S+)/.exec(line)
      if (module !== null) {
        fetched++
        often(`module ${fetched}: ${module[1] ?? ''}`)
      } else if (/^[\w.\-/]+$/.test(line)) {
        compiled++
        if (compiled < stale) often(`compiled ${compiled} of ${stale} packages: ${line}`)
        else if (compiled === stale) progress(`compiled all ${stale} packages, linking`)
      }
    },
    /** How many programs lie in the folder they are built into. */
    linked(count: number): void {
      if (count > linked) progress(`linked ${count} of ${programs} programs`)
      linked = count
    },
  }
}
