import { setTimeout as sleep } from 'node:timers/promises'
import { textAt } from '../core/json.ts'
import { explainReply, explainTransport } from './failures.ts'
import type { Target } from './kubeconfig.ts'
import type { Connection } from './connection.ts'
import { openSocket, type PodSocket, type SocketRequest } from './socket.ts'
import {
  type Access,
  type Gate,
  open,
  type Reply,
  type Request,
  send,
  TransportFailure,
} from './wire.ts'

/** Bounds of every request; tests make them small. */
export type Limits = {
  /** One attempt. */
  readonly requestMs: number
  /** All attempts at one thing, waits included. */
  readonly deadlineMs: number
  readonly attempts: number
  /** First wait between attempts; doubles, with jitter. */
  readonly backoffMs: number
  /** A watch without event and bookmark for so long is ended, and the objects are listed again. */
  readonly stallMs: number
  readonly bodyBytes: number
}

export const LIMITS: Limits = {
  requestMs: 10_000,
  deadlineMs: 30_000,
  attempts: 6,
  backoffMs: 100,
  stallMs: 5_000,
  bodyBytes: 16 * 1024 * 1024,
}

const BACKOFF_CEILING_MS = 3_000

export type Api = ReturnType<typeof api>

type ApiOptions = {
  readonly target: Target
  readonly limits: Limits
  readonly servers: readonly string[]
  readonly connect: (server: string) => Promise<Connection>
  readonly gate: Gate
}

/** Requests to several servers, repeated within limits, every failure explained. Connects at the first one. */
export function api({ target, limits, servers, connect, gate }: ApiOptions) {
  const connections = new Map<string, Promise<Connection>>()
  let current = 0

  const connection = (): Promise<Connection> => {
    const server = servers[current % servers.length] ?? target.server
    const known = connections.get(server) ?? connect(server)
    connections.set(server, known)
    return known
  }
  const access = async (): Promise<Access> => (await connection()).access()
  const turnAway = (): void => void (current = (current + 1) % servers.length)

  const attempt = async (
    request: Request,
    signal?: AbortSignal,
  ): Promise<Reply | TransportFailure> => {
    const { requestMs: timeoutMs, bodyBytes: bodyLimit } = limits
    try {
      return await send(await access(), request, { timeoutMs, bodyLimit, gate, signal })
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error
      turnAway()
      return error
    }
  }

  /** Waits as long as the nth repeat should. */
  const pause = async (tried: number, reply?: Reply, signal?: AbortSignal): Promise<void> => {
    // Another server may answer at once; only a full round without an answer is a reason to wait.
    if (reply === undefined && tried % servers.length !== 0) return
    const doubled = Math.min(limits.backoffMs * 2 ** (tried - 1), BACKOFF_CEILING_MS)
    const ms = Math.max(reply?.retryAfterMs ?? 0, doubled * (0.5 + Math.random()))
    await sleep(ms, undefined, { signal })
  }

  const explain = (failed: Reply | TransportFailure, operation: string): Error =>
    failed instanceof TransportFailure
      ? explainTransport(failed, target, operation)
      : explainReply(failed, target, operation)

  /** Repeats `once` while it fails or is put off, within the limits. */
  const patiently = async <T extends object>(
    operation: string,
    once: () => Promise<T | TransportFailure>,
    putOff: (answer: T) => Reply | undefined,
    signal?: AbortSignal,
  ): Promise<T> => {
    const deadline = performance.now() + limits.deadlineMs
    for (let tried = 1; ; tried += 1) {
      const answer = await once()
      const failure = answer instanceof TransportFailure ? answer : undefined
      const later = failure === undefined ? putOff(answer as T) : undefined
      const failed = failure ?? later
      if (failed === undefined) return answer as T
      const over = isOver(deadline, failed) || tried >= limits.attempts * servers.length
      if (over || isPermanent(failed)) throw explain(failed, operation)
      if (later !== undefined) turnAway()
      await pause(tried, later, signal)
    }
  }

  const socketOnce = async (
    request: SocketRequest,
  ): Promise<PodSocket | Reply | TransportFailure> => {
    const { path, search } = request
    gate({ method: 'GET', path })
    try {
      return await openSocket(await access(), request)
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error
      // A websocket does not say why it was refused; the same request without an upgrade does.
      const reason =
        error.code === 'HANDSHAKE' ? await attempt({ method: 'GET', path, search }) : error
      turnAway()
      return asksForUpgrade(reason) ? error : reason
    }
  }

  return {
    ...{ target, limits, pause, explain },
    /** For writes: one attempt. A TransportFailure is returned, since the write may have happened. */
    sendOnce: (request: Request) => attempt(request),
    /** For GETs and dry-runs: repeats failures and answers that say "later" (429, 5xx). @throws StepError */
    read: (request: Request, operation: string, signal?: AbortSignal): Promise<Reply> => {
      const putOff = (reply: Reply) => (isLater(reply) ? reply : undefined)
      return patiently(operation, () => attempt(request, signal), putOff, signal)
    },
    /** Opens a watch; the caller reads its body. */
    follow: async (request: Request, signal: AbortSignal) =>
      open(await access(), request, signal, gate),
    /** Opens a websocket to a pod; counted as a read, since only listed commands get here. */
    socket: async (request: SocketRequest, operation: string): Promise<PodSocket> => {
      const putOff = (given: PodSocket | Reply) =>
        'status' in given && isLater(given) ? given : undefined
      const answer = await patiently(operation, () => socketOnce(request), putOff)
      if ('status' in answer) throw explainReply(answer, target, operation)
      return answer
    },
    close: async (): Promise<void> => {
      for (const known of connections.values()) await (await known).close()
    },
  }
}

/** The server has nothing against the request but that it came without an upgrade. */
function asksForUpgrade(answer: Reply | TransportFailure): boolean {
  if (answer instanceof TransportFailure || answer.status !== 400) return false
  return /upgrade request required/i.test(textAt(answer.body, 'message') ?? answer.text)
}

/** The server asks for another try. 500 "failed to create typed patch" is an error of the object, not of the server. */
export function isLater(reply: Reply): boolean {
  if (reply.status === 429) return true
  return reply.status >= 500 && !isTypedPatchError(reply)
}

/** Unknown field, wrong type or duplicate list key in server-side apply: a 500 without reason (docs/server-side-apply.md). */
export function isTypedPatchError(reply: Reply): boolean {
  return (
    reply.status === 500 &&
    (textAt(reply.body, 'message') ?? '').includes('failed to create typed patch object')
  )
}

/** A certificate does not become right, and a name not known, by asking again. */
function isPermanent(failed: Reply | TransportFailure): boolean {
  const codes = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ENOTFOUND|TOO_LARGE|EPROTO|ERR_SSL|HPE_/
  return failed instanceof TransportFailure && codes.test(failed.code)
}

/** True where the wait that the server asks for would end after the deadline. */
export function isOver(deadline: number, answer: Reply | TransportFailure): boolean {
  const waits = answer instanceof TransportFailure ? 0 : (answer.retryAfterMs ?? 0)
  return performance.now() + waits > deadline
}
