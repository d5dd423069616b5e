import type { ClientRequest, IncomingMessage } from 'node:http'
import { isExplained } from '../errors.ts'
import type { Json } from '../json.ts'
import { TransportFailure, failureOf } from './wire.ts'
import type { Reply } from './wire.ts'

/** What is asked of a websocket to a pod (exec, port-forward). */
export interface SocketRequest {
  /** With its query. */
  readonly path: string
  /** For the handshake. */
  readonly timeoutMs: number
  readonly onFrame: (channel: number, data: Uint8Array) => void
}

/** An open websocket that speaks Kubernetes' channels: the first byte of each frame is the channel. */
export interface PodSocket {
  /** `v5.channel.k8s.io` where the server can be told that stdin ended. */
  readonly protocol: string
  send(channel: number, data: Uint8Array): void
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>
  /** Ends the connection at once. */
  end(): void
}

/** The server answered with an HTTP status in place of a websocket. */
export function isReply(answer: PodSocket | Reply): answer is Reply {
  return 'status' in answer
}

/** The few members of package ws that are used here; client-node hands the object through. */
export interface RawSocket {
  readonly protocol: string
  onmessage: unknown
  send(data: Uint8Array): void
  terminate(): void
  on(event: string, listener: (...args: never[]) => void): void
}

/** Options for ws, added to those of client-node. */
export interface SocketBinding {
  readonly maxPayload: number
  readonly finishRequest: (request: ClientRequest, socket: RawSocket) => void
}

const FRAME_LIMIT = 16 * 1024 * 1024
const ANSWER_LIMIT = 64 * 1024

/**
 * Opens a websocket and takes it over before its first message: client-node's own handler throws on odd
 * frames from inside an event, which would end this process. Throws TransportFailure.
 */
export async function attach(
  server: string,
  request: SocketRequest,
  dial: (binding: SocketBinding) => Promise<RawSocket>,
): Promise<PodSocket | Reply> {
  const closed = Promise.withResolvers<undefined>()
  let refused: Reply | undefined
  let late: TransportFailure | undefined
  let dialing: RawSocket | undefined
  const timer = setTimeout(() => {
    late = new TransportFailure(
      server,
      'TIMEOUT',
      `no answer within ${String(request.timeoutMs / 1000)} s`,
    )
    dialing?.terminate()
  }, request.timeoutMs)
  const binding: SocketBinding = {
    maxPayload: FRAME_LIMIT,
    finishRequest: (outgoing, socket) => {
      dialing = socket
      socket.on('open', () => (socket.onmessage = null))
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (isBinary && data.length > 0) request.onFrame(data[0] ?? 0, data.subarray(1))
      })
      socket.on('close', () => {
        closed.resolve(undefined)
      })
      // Without a listener an error would end the process; `close` follows it.
      socket.on('error', () => undefined)
      socket.on('unexpected-response', (_: unknown, answer: IncomingMessage) => {
        void replyOf(answer).then((reply) => {
          refused = reply
          socket.terminate()
        })
      })
      outgoing.end()
    },
  }
  try {
    const socket = await dial(binding)
    return {
      protocol: socket.protocol,
      closed: closed.promise,
      send: (channel, data) => {
        socket.send(Buffer.concat([Buffer.of(channel), data]))
      },
      end: () => {
        socket.terminate()
      },
    }
  } catch (error) {
    if (refused !== undefined) return refused
    if (isExplained(error)) throw error
    throw late ?? failureOf(server, reasonOf(error), request.timeoutMs)
  } finally {
    clearTimeout(timer)
  }
}

/** ws rejects with an event that carries the error. */
function reasonOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'error' in error ? error.error : error
}

async function replyOf(answer: IncomingMessage): Promise<Reply> {
  let text = ''
  try {
    for await (const chunk of answer) {
      text += String(chunk)
      if (text.length > ANSWER_LIMIT) break
    }
  } catch {
    // A body cut short still leaves the status.
  }
  let body: Json | undefined
  try {
    body = JSON.parse(text) as Json
  } catch {
    body = undefined
  }
  return { status: answer.statusCode ?? 0, text, body }
}
