import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { isObject, textAt } from '../core/json.ts'

const VERSION = 1

/** What a lock file says about who holds it. */
export interface Holder {
  readonly v: typeof VERSION
  /** Told apart from every other holder by this; also part of file names. */
  readonly token: string
  readonly pid: number
  /** When the process started, in the kernel's ticks since boot; null where that cannot be told. */
  readonly started: string | null
  readonly boot: string | null
  /** The pid namespace: a pid means nothing in another one. */
  readonly pids: string | null
  readonly user: string
  readonly host: string
  readonly run: string
  readonly step: string
  readonly since: string
}

/** This process as a holder. */
export function thisProcess(about: Pick<Holder, 'token' | 'run' | 'step' | 'since'>): Holder {
  return {
    v: VERSION,
    pid: process.pid,
    started: statOf(process.pid)?.started ?? null,
    boot: bootId(),
    pids: pidNamespace(),
    user: userName(),
    host: hostname(),
    ...about,
  }
}

/** Who and where, for people. */
export function userAtHost(): string {
  return `${userName()}@${hostname()}`
}

/**
 * Names this very process wherever it is read: boot, pid namespace, number and start. Null where the
 * system does not tell all of them.
 */
export function processMark(): string | null {
  const { pid, started, boot, pids } = thisProcess({ token: '', run: '', step: '', since: '' })
  if (started === null || boot === null || pids === null) return null
  return [boot, pids, pid, started].join(' ')
}

/**
 * True only where the process of such a mark is known to be gone: it ran in this boot and this pid
 * namespace. Hosts may share a name, boots never share an id.
 */
export function isKnownGone(mark: string): boolean {
  const [boot, pids, pid, started] = mark.split(' ')
  if (boot === undefined || boot !== bootId() || pids !== pidNamespace()) return false
  const now = /^\d{1,10}$/.test(pid ?? '') ? statOf(Number(pid)) : undefined
  return now === null || (now !== undefined && (now.state === 'Z' || now.started !== started))
}

/** Reads what `JSON.stringify(holder)` wrote; null for anything else. */
export function parseHolder(text: string): Holder | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(value) || value['v'] !== VERSION) return null
  const texts = ['token', 'user', 'host', 'run', 'step', 'since']
  const maybe = ['started', 'boot', 'pids']
  const good =
    texts.every((key) => typeof value[key] === 'string') &&
    maybe.every((key) => value[key] === null || typeof value[key] === 'string') &&
    Number.isSafeInteger(value['pid']) &&
    // Part of a file name: nothing from the file may choose another folder.
    /^[0-9a-f]{8,64}$/.test(textAt(value, 'token') ?? '')
  return good ? (value as unknown as Holder) : null
}

/** Whether the holder's process is gone: 'unknown' where that cannot be told from here. */
export function isGone(holder: Holder): boolean | 'unknown' {
  if (holder.host !== hostname()) return 'unknown'
  if (holder.boot !== bootId()) return true
  if (holder.pids !== pidNamespace()) return 'unknown'
  if (holder.started === null) return !isAlive(holder.pid)
  const now = statOf(holder.pid)
  // A zombie does nothing any more; a process with another start only got the same number.
  return now === null || now.state === 'Z' || now.started !== holder.started
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function statOf(pid: number): { readonly state: string; readonly started: string } | null {
  const text = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (text === null) return null
  // The second field is the program's name in parentheses and may contain anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  return state === undefined || started === undefined ? null : { state, started }
}

function bootId(): string | null {
  return quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
}

function pidNamespace(): string | null {
  return quietly(() => readlinkSync('/proc/self/ns/pid'))
}

function userName(): string {
  return quietly(() => userInfo().username) ?? `uid ${process.getuid?.() ?? '?'}`
}

function quietly<T>(look: () => T): T | null {
  try {
    return look()
  } catch {
    return null
  }
}
