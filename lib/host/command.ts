import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { $ } from 'zx/core'
import { messageOf } from '../errors.ts'

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
  const [file, ...args] = argv
  if (file === undefined || file === '') throw new Error('no program to run')
  options.signal?.throwIfAborted()
  // zx would hand one quoted string to a shell; given this spawn it starts the program itself.
  const command = configured({
    spawn: ((_line: string, _none: readonly string[], how: object) =>
      spawn(file, args, { ...how, shell: false })) as typeof spawn,
    env: { ...(options.env ?? process.env), LC_ALL: 'C' },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: toInput(options.input) }),
  })`${argv}`
  if (options.onLine) {
    splitLines(command.stdout, 'stdout', options.onLine)
    splitLines(command.stderr, 'stderr', options.onLine)
  }
  const stop = stopper(() => command.pid, options)
  const output = await command.finally(stop.clear)
  options.signal?.throwIfAborted()
  if (stop.timedOut()) throw new Error(`${file} did not end within ${options.timeoutMs} ms`)
  const code =
    output.exitCode ?? (output.signal ? 128 + (SIGNAL_NUMBERS[output.signal] ?? 0) : null)
  if (code === null || code < 0) throw startError(file, output.cause)
  return { code, stdout: output.stdout, stderr: output.stderr }
}

/** Like `run`, but a code other than 0 rejects with an Error that has the command and what it said. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ran = await run(argv, options)
  if (ran.code === 0) return ran
  const said = ran.stderr.trim() || ran.stdout.trim() || 'nothing said'
  throw new Error(`${argv.join(' ')}: code ${ran.code}, ${said}`)
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
function stopper(pid: () => number | undefined, { signal, timeoutMs }: RunOptions) {
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
    killer ??= setTimeout(() => send('SIGKILL'), GRACE_MS)
  }
  signal?.addEventListener('abort', stop, { once: true })
  if (timeoutMs !== undefined) {
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
  onLine: NonNullable<RunOptions['onLine']>,
): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line, name)
  }
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)))
  stream.on('end', () => {
    take(decoder.end())
    if (rest !== '') onLine(rest, name)
  })
}
