import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program, and how long it has. */
export type Asked = {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** It may ask a person, who takes as long as it takes: it has this terminal, and no deadline. */
  readonly terminal: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

export type Answered = {
  /** Null where it was ended, at its deadline or by a signal. */
  readonly code: number | null
  readonly stdout: string
  /** Empty where it had the terminal. */
  readonly stderr: string
}

/** An answer is some kilobytes. */
const LIMIT = 1024 * 1024
/** For what it still has in its pipes, and for an end in good order. */
const GRACE_MS = 300

/**
 * Runs a program in a process group of its own, so that nothing that it has started outlives it. With the
 * terminal it stays in this program's group, the only one that may read there.
 * Rejects with the system's error where it cannot be started.
 */
export async function runPlugin(asked: Asked): Promise<Answered> {
  const { file, args, env, terminal, timeoutMs, signal } = asked
  const child = spawn(file, args, {
    env,
    detached: !terminal,
    stdio: terminal ? ['inherit', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.withResolvers<number | null>()
  child.once('error', ended.reject)
  child.once('exit', ended.resolve)
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)]
  const send = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined) endIfThere(terminal ? child.pid : -child.pid, name)
  }
  let killer: NodeJS.Timeout | undefined
  const stop = (): void => {
    send('SIGTERM')
    killer = setTimeout(send, GRACE_MS, 'SIGKILL')
  }
  const late = terminal ? undefined : setTimeout(stop, timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const code = await ended.promise
    await Promise.race([Promise.all([stdout.whole, stderr.whole]), sleep(GRACE_MS)])
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    signal?.removeEventListener('abort', stop)
    clearTimeout(late)
    clearTimeout(killer)
    if (!terminal) send('SIGKILL')
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
}

function endIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone already, which is what was wanted.
  }
}

function collected(stream: Readable | null) {
  const chunks: Buffer[] = []
  let size = 0
  const whole = Promise.withResolvers<undefined>()
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= LIMIT) chunks.push(chunk)
  })
  stream?.once('close', () => whole.resolve(undefined))
  if (stream === null) whole.resolve(undefined)
  return { whole: whole.promise, text: () => Buffer.concat(chunks).toString('utf8') }
}
