import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Daemon } from '../ports/host.ts'

/** The environment variable by which this program's daemons are found, whoever started them. */
export const MARK = 'HARDWAY_PROCESS'

/** A process that bears our mark. */
export interface Marked {
  readonly pid: number
  /** In clock ticks after boot (field 22 of proc_pid_stat(5)): with the pid it names one process for ever. */
  readonly started: string
  /** `lab/host/name`. */
  readonly mark: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** All processes that bear our mark. Looks at /proc once. */
export async function markedProcesses(): Promise<readonly Marked[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(readMarked))
  return found.filter((one) => one !== null)
}

/** The daemons of a lab: of the marked processes those that are the program their mark names. */
export async function daemonsOf(lab: string): Promise<readonly Daemon[]> {
  return (await markedProcesses()).flatMap(({ mark, argv, pid }) => {
    const [of, host, name] = mark.split('/')
    if (of !== lab || host === undefined || name === undefined) return []
    return basename(argv[0] ?? '') === name ? [{ host, name, pid }] : []
  })
}

async function readMarked(pid: string): Promise<Marked | null> {
  const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  if (!environ.includes(`${MARK}=`)) return null
  const [cmdline, started] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    startOf(Number(pid)),
  ])
  const env = Object.fromEntries(
    environ
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  )
  const mark = env[MARK]
  if (mark === undefined || started === null || cmdline === '') return null
  return { pid: Number(pid), started, mark, argv: cmdline.split('\0').slice(0, -1), env }
}

/** When a process started; null when there is none, or only what remains of a dead one. */
export async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The command's name is in brackets and may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat === '' || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

/** Ends processes: SIGTERM, then SIGKILL for those that remain after `graceMs`. Returns when they are gone. */
export async function end(processes: readonly Marked[], graceMs: number): Promise<void> {
  const signal = async (name: NodeJS.Signals): Promise<number> => {
    let alive = 0
    for (const { pid, started } of processes) {
      if ((await startOf(pid)) !== started) continue
      alive += 1
      try {
        process.kill(pid, name)
      } catch {
        // Gone in between.
      }
    }
    return alive
  }
  const gone = async (withinMs: number): Promise<boolean> => {
    for (let waited = 0; ; waited += 10) {
      const starts = await Promise.all(processes.map(({ pid }) => startOf(pid)))
      if (processes.every(({ started }, i) => starts[i] !== started)) return true
      if (waited >= withinMs) return false
      await sleep(10)
    }
  }
  if ((await signal('SIGTERM')) === 0 || (await gone(graceMs))) return
  await signal('SIGKILL')
  await gone(5_000)
}
