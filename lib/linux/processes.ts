import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Daemon } from '../ports/host.ts'
import { ageMsOf, startOf } from '../process/process-identity.ts'

/** The environment variable by which this program's daemons are found, whoever started them. */
export const MARK = 'HARDWAY_PROCESS'

/** A process that bears our mark. */
export type Marked = {
  readonly pid: number
  /** With the pid it names one process for ever. */
  readonly started: string
  /** `lab/host/name`. */
  readonly mark: string
  readonly argv: readonly string[]
  /** Without the mark. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * All processes that bear our mark. Looks at /proc once. What is there is no file on a disk but a few lines of the
 * kernel's: to wait for each by a promise would cost ten times what reading it does.
 */
export function markedProcesses(): readonly Marked[] {
  return processIds().flatMap((pid) => readMarked(pid) ?? [])
}

/** All processes of this pid namespace. */
export function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

/** The daemons of a lab: of the marked processes those that are the program their mark names. */
export function daemonsOf(lab: string): readonly Daemon[] {
  return markedProcesses().flatMap(({ mark, argv, pid, started }) => {
    const [of, host, name] = mark.split('/')
    if (of !== lab || host === undefined || name === undefined) return []
    return basename(argv[0] ?? '') === name ? [{ host, name, pid, ageMs: ageMsOf(started) }] : []
  })
}

function readMarked(pid: number): Marked | null {
  const environ = textOf(`/proc/${pid}/environ`)
  if (!environ.includes(`${MARK}=`)) return null
  const cmdline = textOf(`/proc/${pid}/cmdline`)
  const started = startOf(pid)
  const { [MARK]: mark, ...env } = Object.fromEntries(
    environ
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
  if (mark === undefined || started === null || cmdline === '') return null
  return { pid, started, mark, argv: cmdline.split('\0').slice(0, -1), env }
}

/** Empty where the process is gone, or may not be looked at. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in between.
  }
}

/** Ends processes: SIGTERM, then SIGKILL for those that remain after `graceMs`. Returns when they are gone. */
export async function end(processes: readonly Marked[], graceMs: number): Promise<void> {
  for (const [signal, withinMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    for (const { pid } of living(processes)) signalTo(pid, signal)
    for (let waited = 0; living(processes).length > 0 && waited < withinMs; waited += 10) {
      await sleep(10)
    }
  }
}

function living(processes: readonly Marked[]): readonly Marked[] {
  return processes.filter(({ pid, started }) => startOf(pid) === started)
}
