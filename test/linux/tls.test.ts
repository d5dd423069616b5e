import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createPlain, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { createServer } from 'node:tls'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { after } from 'node:test'
import { inspectTls } from '../../lib/linux/tls.ts'
import { authority, certificates, issue } from '../kube-client/certificates.ts'

let folder = ''
const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8')

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwt-tls-'))
  certificates(folder)
  authority(folder, 'other')
  const names = 'IP:127.0.0.1,IP:10.32.0.1'
  issue(folder, 'ca', { name: 'expired', subject: '/CN=a', names, usage: 'serverAuth', days: -1 })
})
after(() => rm(folder, { recursive: true, force: true }))

async function listening(t: TestContext, server: Server): Promise<string> {
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

async function serving(t: TestContext, pair = 'server'): Promise<string> {
  const server = createServer({ cert: await text(`${pair}.crt`), key: await text(`${pair}.key`) })
  server.on('tlsClientError', () => undefined)
  return listening(t, server)
}

test('a certificate of that authority, good for that name, is good', async (t) => {
  const ca = await text('ca.crt')
  assert.deepEqual(await inspectTls(await serving(t), { ca, identity: '10.32.0.1' }), {
    status: 'good',
  })
})

test('one without that name is bad, and says for which it is good', async (t) => {
  const ca = await text('ca.crt')
  assert.deepEqual(await inspectTls(await serving(t), { ca, identity: '10.32.0.2' }), {
    status: 'bad',
    reason:
      "Hostname/IP does not match certificate's altnames: IP: 10.32.0.2 is not in the cert's list: 127.0.0.1, 10.32.0.1",
  })
})

test('one of another authority is bad', async (t) => {
  const found = await inspectTls(await serving(t), {
    ca: await text('other.crt'),
    identity: '10.32.0.1',
  })
  assert.equal(found.status, 'bad')
})

test('an expired one is bad', async (t) => {
  const found = await inspectTls(await serving(t, 'expired'), {
    ca: await text('ca.crt'),
    identity: '10.32.0.1',
  })
  assert.deepEqual(found, { status: 'bad', reason: 'certificate has expired' })
})

test('a server that does not speak TLS is bad', async (t) => {
  const plain = createPlain((socket) => socket.on('error', () => undefined).end('hello\n'))
  const found = await inspectTls(await listening(t, plain), {
    ca: await text('ca.crt'),
    identity: 'a',
  })
  assert.equal(found.status, 'bad')
})

test('one that nobody serves is unreachable', async (t) => {
  const server = createPlain()
  const endpoint = await listening(t, server)
  server.close()
  await once(server, 'close')
  assert.deepEqual(await inspectTls(endpoint, { ca: await text('ca.crt'), identity: 'a' }), {
    status: 'unreachable',
    reason: `connect ECONNREFUSED ${endpoint}`,
  })
})

test('one that takes connections and never greets is silent', async (t) => {
  const server = createPlain()
  const greeted = inspectTls(
    await listening(t, server),
    { ca: await text('ca.crt'), identity: 'a' },
    50,
  )
  assert.deepEqual(await greeted, {
    status: 'silent',
    reason: 'connected, and no greeting within 50 ms',
  })
})

test('one that hangs up at once is unreachable', async (t) => {
  const server = createPlain((socket) => socket.resetAndDestroy())
  const found = await inspectTls(await listening(t, server), {
    ca: await text('ca.crt'),
    identity: 'a',
  })
  assert.equal(found.status, 'unreachable')
})
