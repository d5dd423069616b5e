import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Event } from '../../lib/ports/events.ts'
import { isObject } from '../../lib/core/json.ts'
import { mustBeComplete } from './complete.ts'

/** This project's folder, in which a user types the commands. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** How a program ended, and what it had said. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The events of a run with `--json`, in their order. */
  readonly events: readonly Event[]
}

/** A program at work. */
export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves at the first event that fits; rejects when the program ends before it. */
  seen(fits: (event: Event) => boolean): Promise<Event>
  /** To the whole process group, as a terminal does it. */
  kill(signal: NodeJS.Signals): void
}

/** How it is started. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Another user to run it as. */
  readonly uid?: number
  readonly limitMs?: number
}

/** Long enough for a first run that has to build Kubernetes; only what hangs for good is cut off. */
const LIMIT_MS = 60 * 60_000

/** Starts the program, in a process group of its own. */
export function start(args: readonly string[], how: Start = {}): Running {
  return ofProgram(args, spawnProgram(process.execPath, ['run.ts', ...args], how))
}

/** Types `npx tsx run.ts …`, as a user does. */
export function startTyped(args: readonly string[], how: Start = {}): Running {
  return ofProgram(args, spawnProgram('npx', ['tsx', 'run.ts', ...args], how))
}

/** Whatever it was started for, what it prints can be pasted. */
function ofProgram(args: readonly string[], running: Running): Running {
  return { ...running, ended: running.ended.then((ended) => mustBeComplete(args, ended)) }
}

/** Types it and waits for its end. */
export function typed(args: readonly string[], how: Start = {}): Promise<Ended> {
  return startTyped(args, how).ended
}

/** Starts the program and waits for its end. */
export function run(args: readonly string[], how: Start = {}): Promise<Ended> {
  return start(args, how).ended
}

/** What was printed, in a shell, to the letter. */
export function paste(text: string): Promise<Ended> {
  return command('sh', ['-ec', text])
}

/** Any other program, to its end. */
export function command(program: string, args: readonly string[], how: Start = {}): Promise<Ended> {
  return spawnProgram(program, args, how).ended
}

/** Its standard output; throws with what it said where it fails. */
export async function output(
  program: string,
  args: readonly string[],
  how: Start = {},
): Promise<string> {
  const { code, stdout, stderr } = await command(program, args, how)
  if (code === 0) return stdout
  throw new Error(`${[program, ...args].join(' ')} ended with ${String(code)}: ${stderr}${stdout}`)
}

/** Of programs that a failed test has left at work, or stopped: they would keep the test file waiting. */
const atWork = new Set<(signal: NodeJS.Signals) => void>()

after(() => {
  for (const kill of atWork) kill('SIGKILL')
})

function spawnProgram(program: string, args: readonly string[], how: Start): Running {
  const line = [program, ...args].join(' ')
  const child = spawn(program, args, {
    cwd: PROJECT,
    detached: true,
    ...(how.uid === undefined ? {} : { uid: how.uid, gid: how.uid }),
    env: { ...surroundings(), ...how.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${program} could not be started`)
  child.stdin.on('error', () => undefined)
  child.stdin.end(how.input ?? '')
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal)
    } catch {
      // Ended in between.
    }
  }
  atWork.add(kill)
  const said = { stdout: '', stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  const events: Event[] = []
  const watchers = new Set<() => void>()
  createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (text) => {
    said.stdout += `${text}\n`
    const event = eventOf(text)
    if (event === null) return
    events.push(event)
    tellProgress(event)
    for (const watcher of watchers) watcher()
  })
  let over = false
  const ended = new Promise<Ended>((resolve, reject) => {
    const limit = setTimeout(() => {
      kill('SIGKILL')
      reject(new Error(`${line} did not end:\n${said.stdout.slice(-4000)}\n${said.stderr}`))
    }, how.limitMs ?? LIMIT_MS)
    child.on('error', reject)
    child.on('close', (exited, signal) => {
      // As a shell reports it.
      const code = signal === null ? exited : 128 + constants.signals[signal]
      clearTimeout(limit)
      atWork.delete(kill)
      over = true
      resolve({ code, ...said, events })
      for (const watcher of watchers) watcher()
    })
  })
  return {
    pid,
    ended,
    seen: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const event = events.find(fits)
          if (event === undefined && !over) return
          watchers.delete(look)
          if (event !== undefined) resolve(event)
          else reject(new Error(`${line} ended before:\n${said.stdout}\n${said.stderr}`))
        }
        watchers.add(look)
        look()
      }),
    kill,
  }
}

/** Without what the test runner, and a CI job, puts there for its own children. */
function surroundings(): NodeJS.ProcessEnv {
  const own = [
    ...['NODE_TEST_CONTEXT', 'NODE_OPTIONS'],
    ...['GITHUB_ACTIONS', 'GITHUB_STEP_SUMMARY', 'GITLAB_CI'],
  ]
  const env = Object.entries(process.env).filter(([name]) => !own.includes(name))
  // In English, whatever the locale of whoever runs this.
  return { ...Object.fromEntries(env), NO_COLOR: '1', LC_ALL: 'C.UTF-8' }
}

function eventOf(line: string): Event | null {
  if (!line.startsWith('{"v":1,"time":')) return null
  const value: unknown = JSON.parse(line)
  return isObject(value) && typeof value['type'] === 'string' ? (value as Event) : null
}

let toldAt = 0

/** So that whoever watches a first build sees it live. */
function tellProgress(event: Event): void {
  if (event.type !== 'step-progress' || Date.now() - toldAt < 5_000) return
  toldAt = Date.now()
  process.stderr.write(`  … ${event.step}: ${event.text}\n`)
}
