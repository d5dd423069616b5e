import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as forward } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { FAULTY_SOCKETS } from './faulty-socket.ts'
import type { SocketFault } from './faulty-socket.ts'
import { status } from './stub-server.ts'

/** What may go wrong with one request between program and API server. */
export type RequestFault =
  'slow' | 'reset before' | 'reset after' | 'cut answer' | 'stall' | '429' | '500' | '503'
/** What may go wrong with a watch besides. */
export type WatchFault = '410' | '410 event' | 'quiet'
export type Fault = 'none' | RequestFault | WatchFault | SocketFault

/** What passes: a watch and a websocket to a pod are requests of their own kind. */
export type Passing = 'request' | 'watch' | 'socket'

/** Where the proxy stands. */
export interface Between {
  /** The API server. */
  readonly url: string
  /** As whom it is asked. */
  readonly client: Tls
  /** What the proxy shows to the program. */
  readonly server: Omit<Tls, 'ca'>
  readonly slowMs?: number
}

interface Tls {
  readonly ca: Buffer
  readonly cert: Buffer
  readonly key: Buffer
}

export interface FaultyProxy {
  readonly url: string
  stop(): Promise<void>
}

/** An HTTPS proxy that stands in for the API server, and does to each request what `choose` says. */
export async function faultyProxy(
  { url, client, server: shown, slowMs = 40 }: Between,
  choose: (passing: Passing) => Fault,
): Promise<FaultyProxy> {
  const target = new URL(url)
  const agent = new Agent({ keepAlive: true })
  const upstream = { ...client, host: target.hostname, port: target.port }
  const sockets = new Set<Socket>()

  const pass = (incoming: IncomingMessage, response: ServerResponse, fault: Fault): void => {
    const { method, headers, url: path } = incoming
    const out = forward({ ...upstream, agent, method, path, headers })
    out.on('response', (answer) => {
      if (fault === 'reset after') {
        answer.resume().on('end', () => incoming.socket.destroy())
        return
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      if (fault === 'cut answer') {
        answer.once('data', (chunk: Buffer) => {
          response.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () =>
            incoming.socket.destroy(),
          )
        })
        return
      }
      answer.on('error', () => incoming.socket.destroy())
      answer.pipe(response)
    })
    out.on('error', () => incoming.socket.destroy())
    response.on('close', () => out.destroy())
    incoming.pipe(out)
  }

  const answer = (response: ServerResponse, code: number, text: string): void => {
    const patience = code === 429 ? { 'retry-after': '0' } : {}
    response.writeHead(code, { 'content-type': 'application/json', ...patience })
    response.end(text)
  }

  const injure = (fault: Fault, incoming: IncomingMessage, response: ServerResponse): void => {
    switch (fault) {
      case 'reset before':
        incoming.socket.destroy()
        return
      case 'stall':
        incoming.resume()
        return
      case 'slow':
        setTimeout(pass, slowMs, incoming, response, 'none')
        return
      case '410':
      case '429':
      case '500':
      case '503':
        incoming.resume()
        answer(response, Number(fault), said(Number(fault)))
        return
      case '410 event':
        answer(response, 200, `{"type":"ERROR","object":${said(410)}}\n`)
        return
      case 'quiet':
        response.writeHead(200, { 'content-type': 'application/json' })
        response.flushHeaders()
        return
      default:
        pass(incoming, response, fault)
    }
  }

  const server = createServer(shown, (incoming, response) => {
    const watch = new URL(incoming.url ?? '', url).searchParams.get('watch') === 'true'
    injure(choose(watch ? 'watch' : 'request'), incoming, response)
  })
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    const { method, headers, url: path } = incoming
    const open = () => forward({ ...upstream, method, path, headers })
    FAULTY_SOCKETS[socketFault(choose('socket'))](open, socket)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${String(port)}`,
    stop: async () => {
      agent.destroy()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function said(code: number): string {
  return JSON.stringify(status(code, 'Injected', 'injected by the proxy'))
}

function socketFault(fault: Fault): SocketFault | 'none' {
  return Object.hasOwn(FAULTY_SOCKETS, fault) ? (fault as SocketFault) : 'none'
}
