import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  createServer as createHttp2,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { servesKubelets } from '../../lib/linux/container-runtime.ts'
import { tempDir } from '../supply/programs/support.ts'

/** A gRPC server at a socket; `answer` says what becomes of a request for that path. */
async function serving(
  t: TestContext,
  answer: (stream: ServerHttp2Stream, path: string) => void,
): Promise<string> {
  const socket = join(await tempDir(t), 'containerd.sock')
  const server = createHttp2()
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined)
    answer(stream, String(headers[':path']))
  })
  t.after(() => server.close())
  server.listen(socket)
  await once(server, 'listening')
  return socket
}

const GRPC = { ':status': 200, 'content-type': 'application/grpc' }

test('a runtime whose CRI answers serves kubelets', async (t) => {
  const asked: string[] = []
  const socket = await serving(t, (stream, path) => {
    asked.push(path)
    stream.respond(GRPC, { waitForTrailers: true })
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': '0' })
    })
    stream.end(Buffer.from([0, 0, 0, 0, 0]))
  })
  assert.equal(await servesKubelets(socket), true)
  assert.deepEqual(asked, ['/runtime.v1.RuntimeService/Version'])
})

test('one that listens and has no CRI yet does not', async (t) => {
  const socket = await serving(t, (stream) => {
    stream.respond({ ...GRPC, 'grpc-status': '12', 'grpc-message': 'unknown service' })
    stream.end()
  })
  assert.equal(await servesKubelets(socket), false)
})

test('nor does one that hangs, ends the connection, speaks otherwise, or is not there', async (t) => {
  assert.equal(await servesKubelets(await serving(t, () => undefined), 100), false)
  assert.equal(
    await servesKubelets(
      await serving(t, (stream) => {
        stream.session?.destroy()
      }),
    ),
    false,
  )
  const socket = join(await tempDir(t), 'other.sock')
  const other = createServer((connection) => {
    connection.on('error', () => undefined)
    connection.end('220 ready\r\n')
  })
  t.after(() => other.close())
  other.listen(socket)
  await once(other, 'listening')
  assert.equal(await servesKubelets(socket, 500), false)
  assert.equal(await servesKubelets(`${socket}-none`), false)
})
