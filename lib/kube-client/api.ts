import { setTimeout as sleep } from 'node:timers/promises'
import type { StepError } from '../core/errors.ts'
import { unlessAborted } from '../core/stoppable.ts'
import { firstContact } from './first-contact.ts'
import {
  asksForUpgrade,
  isLater,
  isOfKubelet,
  isOver,
  isPermanent,
  worse,
} from './failed-attempts.ts'
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
/** With other servers to ask, a silent one gets no longer. */
const NEXT_MS = 4_000
const LEAST_MS = 250
const ALIVE_MS = 2_000

export type Api = ReturnType<typeof api>

type ApiOptions = {
  readonly target: Target
  readonly limits: Limits
  readonly servers: readonly string[]
  readonly connect: (server: string) => Promise<Connection>
  readonly gate: Gate
  /** Told while a server that does not answer is asked again. */
  readonly tell?: ((text: string) => void) | undefined
}

/** Requests to several servers, repeated within limits, every failure explained. Connects at the first one. */
export function api({ target, limits, servers, connect, gate, tell }: ApiOptions) {
  const connections = new Map<string, Promise<Connection>>()
  let current = 0
  let told = ''
  /** What was met since anybody answered: a request whose time ran out before it could meet it tells the same. */
  let met: TransportFailure | undefined

  const currentServer = (): string => servers[current % servers.length] ?? target.server
  const contact = firstContact(servers.length, currentServer)

  const connection = (): Promise<Connection> => {
    const server = currentServer()
    const known = connections.get(server) ?? connect(server)
    connections.set(server, known)
    return known
  }
  const access = async (): Promise<Access> => (await connection()).access()
  /** From that server, unless another request has done so already. */
  const turnAway = (from?: string): void => {
    const now = current % servers.length
    if (from === undefined || servers[now] === from) current = now + 1
  }
  const sendTo = async (
    to: Access,
    request: Request,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Reply | TransportFailure> => {
    const bodyLimit = limits.bodyBytes
    try {
      const reply = await send(to, request, { timeoutMs, bodyLimit, gate, signal })
      contact.answered(to.server)
      met = undefined
      return reply
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error
      if (!/^(TIMEOUT|TOO_LARGE)$/.test(error.code)) met = error
      return error
    }
  }
  /** Who is to blame for no answer: behind some addresses a kubelet stands, and the API server waits for it. */
  const blamed = async (failure: TransportFailure, to: Access, path: string) => {
    if (failure.code === 'TIMEOUT' && BY_KUBELET.test(path)) {
      const alive = await sendTo(to, { method: 'GET', path: '/version' }, ALIVE_MS)
      if (!(alive instanceof TransportFailure))
        return new TransportFailure(to.server, 'KUBELET', failure.message, failure)
    }
    turnAway(to.server)
    return failure
  }

  const attempt = async (
    request: Request,
    { signal, timeoutMs = limits.requestMs }: Attempt = {},
  ): Promise<Reply | TransportFailure> => {
    const to = await (signal === undefined ? access() : unlessAborted(signal, access))
    const answer = await sendTo(to, request, timeoutMs, signal)
    if (answer instanceof TransportFailure) return blamed(answer, to, request.path)
    if (answer.status !== 401 || to.refused === undefined) return answer
    to.refused()
    return sendTo(await access(), request, timeoutMs, signal)
  }

  /** Waits as long as the nth repeat should. */
  const pause = async (tried: number, reply?: Reply, signal?: AbortSignal): Promise<void> => {
    // Another server may answer at once; only a full round without an answer is a reason to wait.
    if (reply === undefined && tried % servers.length !== 0) return
    const doubled = Math.min(limits.backoffMs * 2 ** (tried - 1), BACKOFF_CEILING_MS)
    const ms = Math.max(reply?.retryAfterMs ?? 0, doubled * (0.5 + Math.random()))
    await sleep(ms, undefined, { signal })
  }

  const explain = (failed: Reply | TransportFailure, operation: string): StepError =>
    failed instanceof TransportFailure
      ? explainTransport(failed, target, operation)
      : explainReply(failed, target, operation)

  /** Requests at the same time meet the same silence. */
  const tellOnce = (text: string): void => {
    if (text !== told) tell?.(text)
    told = text
  }

  /** Repeats `once` while it fails or is put off, within the limits; it is told how long it may take. */
  const patiently = async <T extends object>(
    operation: string,
    once: (timeoutMs: number) => Promise<T | TransportFailure>,
    putOff: (answer: T) => Reply | undefined,
    signal?: AbortSignal,
  ): Promise<T> => {
    const deadline = performance.now() + limits.deadlineMs
    let failed: Reply | TransportFailure | undefined
    for (let tried = 1; ; tried += 1) {
      const answer = await once(timeoutOf(tried, deadline))
      const later = answer instanceof TransportFailure ? undefined : putOff(answer)
      if (!(answer instanceof TransportFailure || later !== undefined)) return answer
      failed = worse(failed ?? met, later ?? (answer as TransportFailure))
      if (isEnough(tried, failed) || isOver(deadline, failed) || isPermanent(failed))
        throw explain(failed, operation)
      if (later !== undefined) turnAway()
      if (tried % servers.length === 0) tellOnce(againOf(explain(failed, operation), deadline))
      await pause(tried, later, signal)
    }
  }
  const isEnough = (tried: number, failed: Reply | TransportFailure): boolean => {
    const ofServer = failed instanceof TransportFailure ? Infinity : limits.attempts
    return tried >= (isOfKubelet(failed) ? OF_KUBELET : ofServer) * servers.length
  }
  /** Never far beyond the deadline; while others can be asked, less. */
  const timeoutOf = (tried: number, deadline: number): number => {
    const left = Math.max(LEAST_MS, Math.ceil(deadline - performance.now()))
    return Math.min(limits.requestMs, left, tried < servers.length ? NEXT_MS : Infinity)
  }

  const socketOnce = async (
    request: SocketRequest,
  ): Promise<PodSocket | Reply | TransportFailure> => {
    const { path, search } = request
    gate({ method: 'GET', path, search })
    const to = await access()
    try {
      return await openSocket(to, request)
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error
      if (error.code !== 'HANDSHAKE') return blamed(error, to, path)
      // A websocket does not say why it was refused; the same request without an upgrade does.
      const reason = await attempt({ method: 'GET', path, search })
      turnAway(to.server)
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
      const once = (timeoutMs: number) =>
        contact.ask(BY_KUBELET.test(request.path), () => attempt(request, { signal, timeoutMs }))
      return patiently(operation, once, putOff, signal)
    },
    /** Opens a watch; the caller reads its body. */
    follow: async (request: Request, signal: AbortSignal) =>
      unlessAborted(signal, async () => open(await access(), request, signal, gate)),
    /** Opens a websocket to a pod; the gate tells by its command whether it writes. */
    socket: async (request: SocketRequest, operation: string): Promise<PodSocket> => {
      const putOff = (given: PodSocket | Reply) =>
        'status' in given && isLater(given) ? given : undefined
      const once = (left: number) =>
        contact.ask(true, () =>
          socketOnce({ ...request, timeoutMs: Math.min(request.timeoutMs, left) }),
        )
      const answer = await patiently(operation, once, putOff)
      if ('status' in answer) throw explainReply(answer, target, operation, request.path)
      return answer
    },
    close: async (): Promise<void> => {
      for (const known of connections.values()) await (await known).close()
    },
  }
}

type Attempt = { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number }

/** What the API server asks a kubelet for. */
const BY_KUBELET = /\/(?:proxy|log|exec|portforward)(?:\/|$)/

/** How often each server is asked for what its kubelet keeps from it: whoever waits for that looks again anyway. */
const OF_KUBELET = 2

/** `the API server … refuses connections; it is asked again, for 7 s at most` */
function againOf({ reason }: StepError, deadline: number): string {
  const seconds = Math.max(1, Math.round((deadline - performance.now()) / 1000))
  return `${reason}; it is asked again, for ${seconds} s at most`
}
