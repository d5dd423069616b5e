import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request as forward } from 'node:https'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { ApiServer } from './api-server.ts'
import { status } from './stub-server.ts'

/** What may go wrong with one request between program and API server. */
export type Fault =
  'none' | 'slow' | 'reset before' | 'reset after' | 'cut answer' | 'stall' | '429' | '500' | '503'

export interface FaultyProxy {
  readonly url: string
  stop(): Promise<void>
}

/** An HTTPS proxy that stands in for the API server, with its certificate, and does to each request what `choose` says. */
export async function faultyProxy(
  { url, folder }: ApiServer,
  choose: (method: string, path: string) => Fault,
): Promise<FaultyProxy> {
  const file = (name: string): Buffer => readFileSync(join(folder, name))
  const client = { ca: file('ca.crt'), cert: file('admin.crt'), key: file('admin.key') }
  const target = new URL(url)
  const sockets = new Set<Socket>()

  const pass = (incoming: IncomingMessage, response: ServerResponse, fault: Fault): void => {
    const { method, headers, url: path } = incoming
    const out = forward({
      ...client,
      host: target.hostname,
      port: target.port,
      method,
      path,
      headers,
    })
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

  const server = createServer(
    { cert: file('server.crt'), key: file('server.key') },
    (incoming, response) => {
      const fault = choose(incoming.method ?? '', incoming.url ?? '')
      if (fault === 'reset before') incoming.socket.destroy()
      else if (fault === 'stall') incoming.resume()
      else if (fault === 'slow') setTimeout(() => pass(incoming, response, 'none'), 40)
      else if (fault === '429' || fault === '500' || fault === '503') {
        incoming.resume()
        response.writeHead(Number(fault), {
          'content-type': 'application/json',
          ...(fault === '429' ? { 'retry-after': '0' } : {}),
        })
        response.end(JSON.stringify(status(Number(fault), 'Injected', 'injected by the proxy')))
      } else pass(incoming, response, fault)
    },
  )
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `https://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
