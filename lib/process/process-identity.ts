import { readFileSync, readlinkSync } from 'node:fs'

/** What names one process for ever; null where the system does not tell. */
export type ProcessIdentity = {
  readonly pid: number
  /** When it started, in the kernel's ticks since boot. */
  readonly started: string | null
  readonly boot: string | null
  /** The pid namespace: a pid means nothing in another one. */
  readonly pids: string | null
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process
  return { pid, started: startOf(pid), boot: bootId(), pids: pidNamespace() }
}

/** Whether a process of this host is gone: 'unknown' where that cannot be told from here. */
export function isGone({ pid, started, boot, pids }: ProcessIdentity): boolean | 'unknown' {
  if (boot !== bootId()) return true
  if (pids !== pidNamespace()) return 'unknown'
  // A process with another start only got the same number.
  return started === null ? !isAlive(pid) : startOf(pid) !== started
}

/** This process in one line, wherever it is read; null where the system does not tell all of it. */
export function processMark(): string | null {
  const { pid, started, boot, pids } = thisProcess()
  if (started === null || boot === null || pids === null) return null
  return [boot, pids, pid, started].join(' ')
}

/** True only where the process of such a mark is known to be gone: it ran in this boot and this pid namespace. */
export function isKnownGone(mark: string): boolean {
  const [boot, pids, pid = '', started] = mark.split(' ')
  if (boot === undefined || boot !== bootId() || pids !== pidNamespace()) return false
  return /^\d{1,10}$/.test(pid) && startOf(Number(pid)) !== started
}

/** When a process started, in ticks since boot; null when there is none, or a dead one (proc_pid_stat(5)). */
export function startOf(pid: number): string | null {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ''
  // The second field is the program's name in parentheses and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null)
}

/** How long a process has run that started then, in ticks since boot. Linux counts a hundred a second for its readers. */
export function ageMsOf(started: string): number {
  const uptime = quietly(() => readFileSync('/proc/uptime', 'utf8')) ?? '0'
  return Math.max(0, Number.parseFloat(uptime) * 1000 - Number(started) * 10)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function bootId(): string | null {
  return quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

function pidNamespace(): string | null {
  return quietly(() => readlinkSync('/proc/self/ns/pid'))
}

function quietly<T>(look: () => T): T | null {
  try {
    return look()
  } catch {
    return null
  }
}
