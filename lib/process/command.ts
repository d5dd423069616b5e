import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { $ } from 'zx/core'
import { messageOf } from '../core/errors.ts'
import { spawnTurn } from './spawn-turn.ts'

/** How a program is run. */
export interface RunOptions {
  /** The whole environment; this process's own where left out. LC_ALL=C is added to either. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Ends the program, and all it started that stayed in its process group. */
  readonly signal?: AbortSignal
  /** Called with each line as it comes, without its line end. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
  /** Fed to standard input; without it standard input is empty. */
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
}

/** How a program ended. */
export interface Ran {
  /** The exit code; 128 + signal number where a signal ended it, as shells have it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** How long a program gets between SIGTERM and SIGKILL when it is told to stop. */
const GRACE_MS = 5_000

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
}

const configured = $({ nothrow: true, quiet: true, verbose: false, detached: true })

/**
 * Runs one program and waits for its end. The argument array reaches the program as it is: no
 * shell is involved, nothing is quoted, split or expanded. A code other than 0 is a result.
 * Rejects with the signal's reason when aborted, and with an Error naming the program when it
 * cannot be started or takes longer than `timeoutMs`. Never prints.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { signal, timeoutMs = Infinity } = options
  const [file, ...args] = argv
  if (file === undefined || file === '') throw new Error('no program to run')
  await spawnTurn()
  signal?.throwIfAborted()
  const command = start(file, args, options)
  splitLines(command.stdout, 'stdout', options.onLine)
  splitLines(command.stderr, 'stderr', options.onLine)
  const stop = stopper(() => command.pid, signal, timeoutMs)
  const output = await command.finally(stop.clear)
  signal?.throwIfAborted()
  if (stop.timedOut()) throw new Error(`${file} did not end within ${timeoutMs} ms`)
  const { stdout, stderr } = output
  if (output.signal !== null) {
    return { code: 128 + (SIGNAL_NUMBERS[output.signal] ?? 0), stdout, stderr }
  }
  // A program that was never started has no code, or a negative one made of the error's number.
  const code = output.exitCode ?? -1
  if (code < 0) throw startError(file, output.cause)
  return { code, stdout, stderr }
}

/** zx would hand one quoted string to a shell; given its own spawn it starts the program itself. */
function start(file: string, args: readonly string[], { env, cwd, input }: RunOptions) {
  const direct = (_line: string, _none: readonly string[], how: object) =>
    spawn(file, args, { ...how, shell: false })
  return configured({
    spawn: direct as typeof spawn,
    env: { ...(env ?? process.env), LC_ALL: 'C' },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input: toInput(input) }),
  })`${[file, ...args]}`
}

function toInput(input: string | Uint8Array): string | Buffer {
  return typeof input === 'string' ? input : Buffer.from(input)
}

function startError(file: string, cause: Error | null): Error {
  const missing = cause !== null && 'code' in cause && cause.code === 'ENOENT'
  return new Error(
    missing ? `${file}: no such program` : `${file} cannot be started: ${messageOf(cause)}`,
    { cause },
  )
}

/** Ends the process group on abort or after the time limit, first politely. */
function stopper(
  pid: () => number | undefined,
  signal: AbortSignal | undefined,
  timeoutMs: number,
) {
  let late = false
  let timer: NodeJS.Timeout | undefined
  let killer: NodeJS.Timeout | undefined
  const send = (name: NodeJS.Signals): void => {
    const group = pid()
    if (group === undefined) return
    try {
      process.kill(-group, name)
    } catch {
      // It is gone already, which is what was wanted.
    }
  }
  const stop = (): void => {
    send('SIGTERM')
    killer ??= setTimeout(() => {
      send('SIGKILL')
    }, GRACE_MS)
  }
  signal?.addEventListener('abort', stop, { once: true })
  if (timeoutMs !== Infinity) {
    timer = setTimeout(() => {
      late = true
      stop()
    }, timeoutMs)
  }
  return {
    timedOut: () => late,
    clear: (): void => {
      signal?.removeEventListener('abort', stop)
      clearTimeout(timer)
      clearTimeout(killer)
    },
  }
}

function splitLines(
  stream: NodeJS.ReadableStream,
  name: 'stdout' | 'stderr',
  onLine: RunOptions['onLine'],
): void {
  if (onLine === undefined) return
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line, name)
  }
  stream.on('data', (chunk: Buffer) => {
    take(decoder.write(chunk))
  })
  stream.on('end', () => {
    take(decoder.end())
    if (rest !== '') onLine(rest, name)
  })
}
