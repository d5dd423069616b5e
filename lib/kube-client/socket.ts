import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type Access, failureOf, TransportFailure } from './wire.ts'

export type SocketRequest = {
  readonly path: string
  /** The query, encoded: exec repeats `command`. */
  readonly search: string
  readonly timeoutMs: number
}

/** An open websocket that speaks Kubernetes' channels: the first byte of each frame is the channel. */
export type PodSocket = Awaited<ReturnType<typeof openSocket>>

/** The newest first, as kubectl offers them. */
const PROTOCOLS = ['v5', 'v4', 'v3', 'v2'].map((version) => `${version}.channel.k8s.io`)

/** Opens a websocket over the kept dispatcher. Throws TransportFailure: `TIMEOUT`, or `HANDSHAKE` for all else. */
export async function openSocket(access: Access, request: SocketRequest) {
  const { WebSocket } = await import('./undici.ts')
  const { server } = access
  const line = tapped(access.dispatcher)
  const socket = new WebSocket(
    `${server.replace(/^http/, 'ws')}${request.path}?${request.search}`,
    {
      protocols: [...PROTOCOLS, 'channel.k8s.io'],
      dispatcher: line.dispatcher,
      headers: access.headers,
    },
  )
  socket.binaryType = 'arraybuffer'
  const opened = Promise.withResolvers<undefined>()
  const closed = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => {
    const said = `no answer within ${request.timeoutMs / 1000} s`
    opened.reject(new TransportFailure(server, 'TIMEOUT', said))
  }, request.timeoutMs)
  socket.onopen = () => opened.resolve(undefined)
  socket.onerror = ({ error }) => opened.reject(whyNotOpened(server, error))
  socket.onclose = () => {
    closed.resolve(undefined)
    opened.reject(new TransportFailure(server, 'HANDSHAKE', 'the websocket was closed at once'))
  }
  const early: Uint8Array[] = []
  let take: (frame: Uint8Array) => unknown = (frame) => early.push(frame)
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (data instanceof ArrayBuffer && data.byteLength > 0) take(new Uint8Array(data))
  }
  try {
    await opened.promise
  } catch (error) {
    line.cut()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    /** `v5.channel.k8s.io` where the server can be told that stdin ended. */
    protocol: socket.protocol,
    /** Resolves when the connection is gone, for whatever reason. */
    closed: closed.promise,
    /** Frames wait for it: the first may come with the handshake, before anybody waits for what it tells. */
    listen: (onFrame: (channel: number, data: Uint8Array) => void): void => {
      take = (frame) => onFrame(frame[0] ?? 0, frame.subarray(1))
      for (const frame of early.splice(0)) take(frame)
    },
    send: (channel: number, data: Uint8Array): void => {
      const frame = new Uint8Array(data.length + 1)
      frame[0] = channel
      frame.set(data, 1)
      socket.send(frame)
    },
    end: (): void => {
      socket.close()
      line.cut()
    },
  }
}

/** A connection that did not come about has its own code; what was refused over one has to be asked for the reason. */
function whyNotOpened(server: string, error: unknown): TransportFailure {
  const failure = failureOf(server, error)
  const unmet = /^(?:E[A-Z]+|UND_ERR_CONNECT_TIMEOUT)$/.test(failure.code)
  return unmet
    ? failure
    : new TransportFailure(server, 'HANDSHAKE', 'no websocket was opened', error)
}

/** A dispatcher whose connection can be cut: a server that does not answer a close would keep this process alive. */
function tapped(dispatcher: Dispatcher): { readonly dispatcher: Dispatcher; cut(): void } {
  let controller: Dispatcher.DispatchController | undefined
  let raw: Duplex | undefined
  const tap: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    const through = Object.create(handler) as typeof handler
    through.onRequestStart = (given, context) => {
      controller = given
      handler.onRequestStart?.(given, context)
    }
    through.onRequestUpgrade = (given, status, headers, socket) => {
      raw = socket
      // undici looks at what this returns, although its types do not tell.
      return handler.onRequestUpgrade?.(given, status, headers, socket)
    }
    return dispatch(options, through)
  }
  return {
    dispatcher: dispatcher.compose(tap),
    cut: () => {
      if (raw === undefined) controller?.abort(new Error('given up'))
      else raw.destroy()
    },
  }
}
