import { parseJson } from '../core/json.ts'
import { StepError } from '../core/errors.ts'
import { unlessAborted } from '../core/stoppable.ts'
import type { PodContainer } from '../ports/cluster.ts'
import type { Api } from './api.ts'
import {
  codeOf,
  endInput,
  execQuery,
  mustBeReadOnly,
  openExec,
  operationOf,
  STATUS,
  STDERR,
  STDIN,
  STDOUT,
} from './exec.ts'
import { shorten } from './failures.ts'

const OPEN_MS = 5_000
/** What runs there ends when no other comes within 30 s (go/prober/main.go): behind the API server a connection may stay. */
const SIGN_OF_LIFE = Buffer.from('30\n')
const SIGN_OF_LIFE_MS = 5_000
/** What ends when its input ends has so long to say its last. */
const LAST_WORDS_MS = 700

/**
 * Runs a read-only command whose input stays open until the signal aborts; gives what it prints as it comes.
 * @throws StepError where it cannot be run, ends with another code than 0, or the connection is lost
 */
export async function* streamFrom(
  api: Api,
  of: PodContainer,
  argv: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  mustBeReadOnly(argv)
  const operation = operationOf(of, argv)
  const search = execQuery(of, argv, true)
  const opening = openExec(api, of, search, { operation, timeoutMs: OPEN_MS })
  // Nobody waits for a server that does not answer; should it do so later, that is ended as well.
  const socket = await unlessAborted(signal, () => opening).catch((error: unknown) => {
    opening.then(
      (late) => late.end(),
      () => undefined,
    )
    throw error
  })
  const printed: Uint8Array[] = []
  const said = { status: '', stderr: '' }
  let over = false as boolean
  let wake = Promise.withResolvers<undefined>()
  const end = (): void => {
    over = true
    wake.resolve(undefined)
  }
  let late: NodeJS.Timeout | undefined
  const isAlive = (): void => socket.send(STDIN, SIGN_OF_LIFE)
  isAlive()
  const alive = setInterval(isAlive, SIGN_OF_LIFE_MS)
  const stop = (): void => {
    clearInterval(alive)
    endInput(socket)
    late = setTimeout(end, LAST_WORDS_MS)
  }
  socket.listen((channel, data) => {
    const text = Buffer.from(data).toString('utf8')
    if (channel === STDOUT) printed.push(data)
    else if (channel === STDERR) said.stderr = `${said.stderr}${text}`.slice(-1000)
    else if (channel === STATUS) said.status += text
    if (parseJson(said.status) !== undefined) over = true
    wake.resolve(undefined)
  })
  void socket.closed.then(end)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      const next = printed.shift()
      if (next !== undefined) yield next
      else if (over) break
      else {
        await wake.promise
        wake = Promise.withResolvers()
      }
    }
    if (signal.aborted) return
    const code = codeOf(parseJson(said.status), operation)
    if (code !== 0) throw ended(operation, code, said.stderr)
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(late)
    clearInterval(alive)
    socket.end()
  }
}

function ended(operation: string, code: number | null, stderr: string): StepError {
  const how = code === null ? 'the connection to it was lost' : `it ended with code ${code}`
  const explanation = {
    problem: `could not ${operation}: ${how}`,
    seen: stderr.trim() === '' ? [] : [shorten(stderr.trim())],
    remedy: 'kubectl get pods -o wide shows whether that pod and its node are still there',
  }
  return new StepError(explanation, { reason: how })
}
