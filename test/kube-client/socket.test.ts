import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { openSocket } from '../../lib/kube-client/socket.ts'
import { accept } from './socket-server.ts'

test('frames that come with the handshake wait, in their order, until somebody listens', async (t) => {
  const server = createServer()
  server.on('upgrade', (request, socket) => {
    socket.cork()
    const pod = accept(request, socket)
    pod.send(1, 'refused')
    pod.send(3, 'status')
    socket.uncork()
  })
  const dispatcher = new Agent()
  t.after(async () => {
    server.close()
    await dispatcher.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const access = { server: `http://127.0.0.1:${String(port)}`, dispatcher, headers: {} }
  const socket = await openSocket(access, { path: '/exec', search: '', timeoutMs: 2_000 })
  // As a rule long enough for both to have arrived.
  await sleep(50)
  const frames: string[] = []
  socket.listen((channel, data) => {
    frames.push(`${String(channel)} ${Buffer.from(data).toString('utf8')}`)
  })
  while (frames.length < 2) await sleep(5)
  assert.deepEqual(frames, ['1 refused', '3 status'])
  socket.end()
  await socket.closed
})
