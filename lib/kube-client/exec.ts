import { defined } from '../core/defined.ts'
import { StepError } from '../core/errors.ts'
import { type Json, listAt, parseJson, textAt } from '../core/json.ts'
import type { Api } from './api.ts'
import type { ExecOptions, ExecResult, PodContainer, SentProgram } from '../ports/cluster.ts'
import { putCommand } from '../ports/put-script.ts'
import { shorten } from './failures.ts'
import { READ_ONLY_COMMANDS, isReadOnly } from '../ports/read-only-commands.ts'
import type { PodSocket } from './socket.ts'

/** Channels of Kubernetes' websocket protocol; 255 closes another one, from version 5 on. */
export const [STDIN, STDOUT, STDERR, STATUS, CLOSE] = [0, 1, 2, 3, 255] as const

const DEFAULT_MS = 30_000
/** A kubelet that takes longer to begin is stuck. */
const OPEN_MS = 5_000
/** API server and kubelet pass on frames of this size without trouble. */
const CHUNK = 32 * 1024

/** Runs a read-only command in a container, stdin closed when sent, until its status. @throws StepError at the deadline */
export async function execIn(
  api: Api,
  of: PodContainer,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  mustBeReadOnly(argv)
  return runIn(api, of, argv, options)
}

/** A megabyte to each of several pods over a slow line takes its time; nobody waits for it for ever. */
const PUT_MS = 60_000

/** Has a pod take a program by the one command that may write there. @throws StepError at the deadline */
export function putIn(api: Api, of: PodContainer, program: SentProgram): Promise<ExecResult> {
  return runIn(api, of, putCommand(program), { stdin: program.bytes, timeoutMs: PUT_MS })
}

async function runIn(
  api: Api,
  of: PodContainer,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_MS
  const operation = operationOf(of, argv)
  const output = collector(api.limits.bodyBytes)
  const search = execQuery(of, argv, options.stdin !== undefined)
  const socket = await openExec(api, of, search, { operation, timeoutMs })
  socket.listen(output.take)
  if (options.stdin !== undefined) {
    for (let from = 0; from < options.stdin.length; from += CHUNK) {
      socket.send(STDIN, options.stdin.subarray(from, from + CHUNK))
    }
    endInput(socket)
  }
  const { startMs = timeoutMs } = options
  const late = setTimeout(() => {
    if (options.partial === true) output.end()
    else output.fail(tooLate(operation, timeoutMs, output))
  }, timeoutMs)
  const silent = setTimeout(() => {
    if (startMs < timeoutMs && output.isSilent()) output.fail(notStarted(operation, startMs))
  }, startMs)
  void socket.closed.then(output.end)
  try {
    const code = codeOf(await output.status, operation)
    return { code, stdout: output.bytes(STDOUT), stderr: output.text(STDERR) }
  } finally {
    clearTimeout(late)
    clearTimeout(silent)
    socket.end()
  }
}

/** Where the server can be told. */
export function endInput(socket: PodSocket): void {
  if (socket.protocol.startsWith('v5')) socket.send(CLOSE, Uint8Array.of(STDIN))
}

/** A bug where it is not. */
export function mustBeReadOnly(argv: readonly string[]): void {
  if (isReadOnly(argv)) return
  const known = READ_ONLY_COMMANDS.map(({ form }) => form).join('; ')
  throw new Error(`"${argv.join(' ')}" is not on the list of commands that write nothing: ${known}`)
}

/** For messages. */
export function operationOf(of: PodContainer, argv: readonly string[]): string {
  return `run "${shownOf(argv)}" in pod ${of.pod} in ${of.namespace}`
}

type Opening = { readonly operation: string; readonly timeoutMs: number }

export function openExec(
  api: Api,
  of: PodContainer,
  search: string,
  { operation, timeoutMs }: Opening,
): Promise<PodSocket> {
  const opening = { path: `${podPath(of)}/exec`, search }
  const patience = Math.min(timeoutMs, OPEN_MS, api.limits.requestMs)
  return api.socket({ ...opening, timeoutMs: patience }, operation)
}

/** A script, or a list of questions, says nothing to a reader of a failure. */
function shownOf(argv: readonly string[]): string {
  const words = argv.slice(0, 2).join(' ').length
  const script = argv.findIndex(
    (word, i) => word.includes('\n') || argv.slice(0, i + 1).join(' ').length > words + SHOWN,
  )
  return script === -1 ? argv.join(' ') : [...argv.slice(0, script), '…'].join(' ')
}

/** Letters behind the first two words. */
const SHOWN = 100

export function execQuery(of: PodContainer, argv: readonly string[], stdin: boolean): string {
  const streams = { stdin: String(stdin), stdout: 'true', stderr: 'true', tty: 'false' }
  return new URLSearchParams([
    ...argv.map((argument): [string, string] => ['command', argument]),
    ...Object.entries(defined({ container: of.container, ...streams })),
  ]).toString()
}

export function podPath({ namespace, pod }: PodContainer): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`
}

function collector(limit: number) {
  const chunks = new Map<number, Uint8Array[]>()
  let size = 0
  const done = Promise.withResolvers<Json | undefined>()
  const bytes = (channel: number): Buffer => Buffer.concat(chunks.get(channel) ?? [])
  const text = (channel: number): string => bytes(channel).toString('utf8')
  const statusSoFar = (): Json | undefined => parseJson(text(STATUS))
  return {
    status: done.promise,
    bytes,
    text,
    fail: done.reject,
    isSilent: () => size === 0,
    end: () => done.resolve(statusSoFar()),
    take: (channel: number, data: Uint8Array) => {
      size += data.length
      if (size > limit) {
        done.reject(tooMuch(limit))
        return
      }
      const list = chunks.get(channel) ?? []
      chunks.set(channel, list)
      list.push(data)
      // The status is the last thing sent; it may come in parts.
      const status = channel === STATUS ? statusSoFar() : undefined
      if (status !== undefined) done.resolve(status)
    },
  }
}

/** The exit code in the status; null where the stream closed without one. */
export function codeOf(status: Json | undefined, operation: string): number | null {
  if (status === undefined) return null
  if (textAt(status, 'status') === 'Success') return 0
  const exit = listAt(status, 'details', 'causes').find(
    (cause) => textAt(cause, 'reason') === 'ExitCode',
  )
  const code = Number(textAt(exit, 'message'))
  if (exit !== undefined && Number.isInteger(code)) return code
  throw new StepError({
    problem: `could not ${operation}`,
    seen: [shorten(textAt(status, 'message') ?? JSON.stringify(status))],
    remedy:
      'kubectl describe pod shows whether the container runs; the message says what its runtime did not find',
  })
}

function tooLate(
  operation: string,
  timeoutMs: number,
  output: { text(channel: number): string },
): StepError {
  const printed = [output.text(STDOUT), output.text(STDERR)]
    .map((text) => text.trim())
    .filter((text) => text !== '')
  return new StepError({
    problem: `no end within ${timeoutMs / 1000} s; wanted to ${operation}`,
    seen: printed.length === 0 ? ['it printed nothing'] : printed.map(shorten),
    remedy:
      'check whether the node of that pod is Ready and its kubelet answers: kubectl get nodes',
  })
}

/** The API server has opened the way, and behind it the kubelet is silent. */
function notStarted(operation: string, startMs: number): StepError {
  const reason = `the kubelet of that node has not started it within ${startMs / 1000} s`
  return new StepError(
    {
      problem: `${reason}; wanted to ${operation}`,
      remedy:
        'check whether the node of that pod is Ready and its kubelet answers: kubectl get nodes',
    },
    { reason },
  )
}

function tooMuch(limit: number): StepError {
  return new StepError({
    problem: `a command in a pod printed more than ${limit} bytes`,
    remedy: 'look at the pod: this command should print a few lines',
  })
}
