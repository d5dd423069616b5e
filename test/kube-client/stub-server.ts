import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCluster } from '../../lib/kube-client/open-cluster.ts'
import type { ClusterOptions, OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import type { Limits } from '../../lib/kube-client/api.ts'
import type { Json } from '../../lib/core/json.ts'
import { kubeconfigText } from './api-server.ts'
import { certificates } from './certificates.ts'

/** One request as the stub got it. */
export interface Received {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers a request: a status and a JSON body, or anything by hand. */
export type Handler = (request: Received, answer: Answer) => void | Promise<void>

export interface Answer {
  json(status: number, body: Json, headers?: Readonly<Record<string, string>>): void
  /** Cuts the connection. */
  reset(): void
  readonly raw: ServerResponse
}

export interface Stub {
  readonly folder: string
  readonly url: string
  readonly kubeconfig: string
  readonly received: readonly Received[]
  /** TLS connections so far. */
  connections(): number
  /** Takes server.crt and server.key of the folder from now on. */
  reload(): Promise<void>
  open(options?: Partial<ClusterOptions>): Promise<OpenCluster>
  stop(): Promise<void>
}

/** A busy machine may take its time; where nothing is answered, the test has bounds of its own. */
const PATIENT: Limits = {
  requestMs: 20_000,
  deadlineMs: 60_000,
  attempts: 3,
  backoffMs: 5,
  stallMs: 10_000,
  bodyBytes: 100_000,
}

/** Small bounds, so that a test of patience takes no time. */
export const QUICK: Limits = {
  requestMs: 400,
  deadlineMs: 1_500,
  attempts: 3,
  backoffMs: 5,
  stallMs: 150,
  bodyBytes: 100_000,
}

/** An HTTPS server on loopback that asks for no client certificate, with a kubeconfig that trusts it. */
export async function stubServer(
  handler: Handler,
  onUpgrade?: (request: IncomingMessage, socket: Duplex) => void,
): Promise<Stub> {
  const folder = await mkdtemp(join(tmpdir(), 'hardway-stub-'))
  certificates(folder)
  const pair = async (): Promise<{ cert: Buffer; key: Buffer }> => ({
    cert: await readFile(join(folder, 'server.crt')),
    key: await readFile(join(folder, 'server.key')),
  })
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(await pair(), (request, response) => {
    void textOf(request).then(async (body) => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      }
      received.push(one)
      await handler(one, answerOf(request, response))
    })
  })
  server.on('secureConnection', () => (connections += 1))
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  if (onUpgrade !== undefined) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      received.push({
        method: 'UPGRADE',
        url: request.url ?? '',
        headers: request.headers,
        body: '',
      })
      onUpgrade(request, socket)
    })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `https://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText(url, join(folder, 'ca.crt'), join(folder, 'admin')))
  const opened: OpenCluster[] = []
  return {
    folder,
    url,
    kubeconfig,
    received,
    connections: () => connections,
    reload: async () => {
      server.setSecureContext(await pair())
    },
    open: async (options = {}) => {
      const cluster = await openCluster({
        kubeconfig,
        userAgent: 'hardway/test',
        fieldManager: 'hardway',
        readOnly: false,
        limits: PATIENT,
        ...options,
      })
      opened.push(cluster)
      return cluster
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function answerOf(request: IncomingMessage, raw: ServerResponse): Answer {
  return {
    raw,
    json: (status, body, headers = {}) => {
      raw.writeHead(status, { 'content-type': 'application/json', ...headers })
      raw.end(JSON.stringify(body))
    },
    reset: () => {
      request.socket.destroy()
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** A Status as the API server sends it. */
export function status(code: number, reason: string, message: string, details?: Json): Json {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message,
    ...(details === undefined ? {} : { details }),
  }
}

/** An object for tests. */
export function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  resourceVersion = '10',
) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system', uid: `uid-of-${name}`, resourceVersion },
    data,
  }
}
