import type { Dispatcher } from 'undici'
import { defined } from '../core/defined.ts'
import { isMistake, messageOf, systemCode } from '../core/errors.ts'
import { type Json, parseJson } from '../core/json.ts'
import { unlessAborted } from '../core/stoppable.ts'

export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Starts with `/api`; every segment already percent-encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** In place of `query`, already encoded, where a key occurs more than once. */
  readonly search?: string
  readonly body?: Json
  readonly contentType?: string
}

export type Reply = {
  readonly status: number
  /** Undefined where the body is not JSON: proxies and unknown API groups answer plain text. */
  readonly body: Json | undefined
  readonly text: string
  /** From Retry-After, in seconds or as a date. */
  readonly retryAfterMs?: number
}

/** What is needed to reach one API server: kept connections and fresh credentials. */
export type Access = {
  readonly server: string
  readonly dispatcher: Dispatcher
  /** Authorization, impersonation and User-Agent. */
  readonly headers: Readonly<Record<string, string>>
  /** To be told that the server has not accepted the credentials, where others can be had. */
  readonly refused?: () => void
}

/** Nothing usable came back. Whether the server acted on the request is then not known. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure'
  /** System, TLS or undici code: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `TOO_LARGE`, `TIMEOUT` … */
  readonly code: string
  readonly server: string
  constructor(server: string, code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.server = server
    this.code = code
  }
}

export type SendOptions = {
  readonly timeoutMs: number
  readonly bodyLimit: number
  readonly signal: AbortSignal | undefined
  readonly gate: Gate
}

/** Asked when a connection is there and the bytes are about to leave; what it throws keeps them back. */
export type Gate = (request: Request) => void

/** Sends a request once, reads the whole answer. @throws TransportFailure, the signal's reason, the gate's error */
export async function send(access: Access, request: Request, options: SendOptions): Promise<Reply> {
  const { signal } = options
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const refused: { by?: { readonly error: unknown } } = {}
  const gate: Gate = (leaving) => {
    try {
      options.gate(leaving)
    } catch (error) {
      refused.by = { error }
      throw error
    }
  }
  try {
    const bound = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
    // undici heeds no signal while it connects.
    const answer = await unlessAborted(bound, () => open(access, request, bound, gate))
    const text = await readAll(access.server, answer.body, options.bodyLimit)
    const retryAfterMs = retryAfter(answer.headers['retry-after'])
    const reply = { status: answer.statusCode, text, body: parseJson(text) }
    return { ...reply, ...defined({ retryAfterMs }) }
  } catch (error) {
    if (refused.by !== undefined) throw refused.by.error
    if (signal?.aborted === true) throw signal.reason
    if (isMistake(error)) throw error
    throw failureOf(access.server, error, options.timeoutMs)
  }
}

/** Starts a request and leaves its body to the caller, for a watch. */
export async function open(
  access: Access,
  request: Request,
  signal: AbortSignal,
  gate: Gate,
): Promise<Dispatcher.ResponseData> {
  const undici = await import('./undici.ts')
  const body = request.body === undefined ? undefined : JSON.stringify(request.body)
  const type = body === undefined ? undefined : (request.contentType ?? 'application/json')
  return undici.request(urlOf(access.server, request), {
    dispatcher: access.dispatcher.compose(behind(gate, request)),
    method: request.method,
    headers: {
      ...access.headers,
      ...defined({ accept: 'application/json', 'content-type': type }),
    },
    ...defined({ body }),
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/**
 * undici calls onRequestStart right before it writes to a socket. Earlier would be too early: a connection
 * takes its time, and a process that was stopped meanwhile goes on as if nothing had been.
 */
function behind(gate: Gate, request: Request): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const gated = Object.create(handler) as typeof handler
    gated.onRequestStart = (controller, context) => {
      handler.onRequestStart?.(controller, context)
      if (!controller.aborted) gate(request)
    }
    return dispatch(options, gated)
  }
}

/** The address of a request; the server of a kubeconfig may itself have a path. */
function urlOf(server: string, request: Pick<Request, 'path' | 'query' | 'search'>): string {
  const query = request.search ?? new URLSearchParams(request.query).toString()
  return `${server}${request.path}${query === '' ? '' : `?${query}`}`
}

/** The failure behind whatever undici, TLS or the system threw. */
export function failureOf(server: string, error: unknown, timeoutMs = 0): TransportFailure {
  if (error instanceof TransportFailure) return error
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new TransportFailure(server, 'TIMEOUT', `no answer within ${timeoutMs / 1000} s`, error)
  }
  const inner = innermost(error)
  return new TransportFailure(server, systemCode(inner) ?? 'UNKNOWN', messageOf(inner), error)
}

/** Node hides the reason: one error for each address tried, or a cause. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  if (error instanceof Error && systemCode(error) === undefined && error.cause !== undefined)
    return innermost(error.cause)
  return error
}

async function readAll(
  server: string,
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    // Leaving the loop destroys the stream and with it the connection.
    if (size > limit)
      throw new TransportFailure(server, 'TOO_LARGE', `the answer is larger than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function retryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
