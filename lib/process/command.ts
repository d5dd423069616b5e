import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { messageOf } from '../core/errors.ts'
import { spawnTurn } from './spawn-turn.ts'
import type { ProcessOutput, zx as Zx } from './zx.ts'

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
export type Ran = {
  /** The exit code; 128 + signal number where a signal ended it, as shells have it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** How long a program gets between SIGTERM and SIGKILL when it is told to stop. */
const GRACE_MS = 5_000

/**
 * Runs one program and waits for its end. The argument array reaches the program as it is: no
 * shell is involved, nothing is quoted, split or expanded. A code other than 0 is a result.
 * Rejects with the signal's reason when aborted, and with an Error naming the program when it
 * cannot be started or takes longer than `timeoutMs`. Never prints.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { signal, timeoutMs, onLine } = options
  const [file = '', ...args] = argv
  if (file === '') throw new Error('no program to run')
  const { zx } = await import('./zx.ts')
  await spawnTurn()
  signal?.throwIfAborted()
  const command = start(zx, file, args, options)
  if (onLine !== undefined) tellLines(command, onLine)
  const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  const stop = AbortSignal.any([signal, late].filter((one) => one !== undefined))
  const release = endOnAbort(() => command.pid, stop)
  const output = await command.finally(release)
  signal?.throwIfAborted()
  if (late?.aborted === true) throw new Error(`${file} did not end within ${timeoutMs} ms`)
  const code = codeOf(output)
  if (code < 0) throw startError(file, output.cause)
  return { code, stdout: output.stdout, stderr: output.stderr }
}

/** A program that was never started has no code, or a negative one made of the error's number. */
function codeOf({ exitCode, signal }: ProcessOutput): number {
  return signal === null ? (exitCode ?? -1) : 128 + constants.signals[signal]
}

/** zx would hand one quoted string to a shell; given its own spawn it starts the program itself. */
function start(
  zx: typeof Zx,
  file: string,
  args: readonly string[],
  { env, cwd, input }: RunOptions,
) {
  const direct = (_line: string, _none: readonly string[], how: object) =>
    spawn(file, args, { ...how, shell: false })
  return zx({
    spawn: direct as typeof spawn,
    env: { ...(env ?? process.env), LC_ALL: 'C' },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input: Buffer.from(input) }),
  })`${[file, ...args]}`
}

function tellLines(
  command: Readonly<Record<'stdout' | 'stderr', NodeJS.ReadableStream>>,
  onLine: NonNullable<RunOptions['onLine']>,
): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = createInterface({ input: command[stream], crlfDelay: Infinity })
    lines.on('line', (line) => onLine(line, stream))
  }
}

function startError(file: string, cause: Error | null): Error {
  const missing = cause !== null && 'code' in cause && cause.code === 'ENOENT'
  return new Error(
    missing ? `${file}: no such program` : `${file} cannot be started: ${messageOf(cause)}`,
    { cause },
  )
}

/** Ends the process group when the signal aborts, first politely. Returns what stops listening for that. */
function endOnAbort(pid: () => number | undefined, signal: AbortSignal): () => void {
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
    killer = setTimeout(send, GRACE_MS, 'SIGKILL')
  }
  signal.addEventListener('abort', stop, { once: true })
  return () => {
    signal.removeEventListener('abort', stop)
    clearTimeout(killer)
  }
}
