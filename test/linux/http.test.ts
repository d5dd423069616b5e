import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import type { FetchOptions } from '../../lib/ports/host.ts'
import { httpGet } from '../../lib/linux/http.ts'
import { authority, certificates } from '../kube-client/certificates.ts'
import { closedPort, serve, tempDir } from '../supply/programs/support.ts'

// Whatever proxy this machine has.
const usual = { limit: 1024, timeoutMs: 10_000, direct: true } as const

async function get(url: string, more: Partial<FetchOptions> = {}): Promise<string> {
  const { status, body } = await httpGet(url, { ...usual, ...more })
  return `${String(status)} ${Buffer.from(body).toString()}`
}

/** An HTTPS server that wants a certificate of its clients; its folder of certificates. */
async function secure(t: TestContext): Promise<{ url: string; folder: string }> {
  const folder = await tempDir(t)
  certificates(folder)
  authority(folder, 'other')
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'server.crt', 'server.key'].map((name) => readFile(join(folder, name))),
  )
  const options = { ca, cert, key, requestCert: true, rejectUnauthorized: false }
  const server = createServer(options, (request, response) => {
    if (request.url === '/plain') {
      return response.writeHead(302, { location: 'http://hwt.invalid/' }).end()
    }
    const { socket } = request
    const { subject } = (socket instanceof TLSSocket ? socket.getPeerCertificate() : {}) as {
      subject?: { CN: string }
    }
    return response.end(`hello ${subject?.CN ?? 'nobody'}`)
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`, folder }
}

test('an answer is handed on with whatever status it has', async (t) => {
  const url = await serve(t, (request, response) => {
    response.statusCode = request.url === '/gone' ? 404 : 200
    response.end(`for ${String(request.headers['user-agent'])}`)
  })
  assert.match(await get(url), /^200 for hardway\/\d/)
  assert.match(await get(`${url}/gone`), /^404 for hardway\/\d/)
})

test('bytes come as they are', async (t) => {
  const bytes = Buffer.from([0, 255, 10, 13, 128])
  const url = await serve(t, (_, response) => response.end(bytes))
  assert.deepEqual((await httpGet(url, usual)).body, bytes)
})

test('a few redirections are followed', async (t) => {
  const url = await serve(t, (request, response) => {
    const left = Number(request.url?.slice(1))
    if (left === 0) return response.end('arrived')
    return response.writeHead(302, { location: `/${String(left - 1)}` }).end()
  })
  assert.equal(await get(`${url}/5`), '200 arrived')
})

test('a body larger than the limit is refused as soon as that is known', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/fits') return response.end('x'.repeat(1024))
    response.writeHead(200, { 'content-length': String(100 * 1024 * 1024) })
    // The rest never comes: only what stops at the limit gets an end.
    return response.write('x'.repeat(2048))
  })
  assert.equal((await get(`${url}/fits`)).length, '200 '.length + 1024)
  await assert.rejects(get(url), { message: 'the body is larger than 1024 bytes' })
})

test('a body that ends before its announced end is a failure', async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.socket?.destroy())
  })
  await assert.rejects(get(url), { name: 'ObservedError', message: 'other side closed' })
})

test('a server that says nothing, or stops in the middle, is given up after the time limit', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url !== '/middle') return
    response.writeHead(200, { 'content-length': '100' })
    response.write('half')
  })
  for (const path of ['/nothing', '/middle']) {
    await assert.rejects(get(url + path, { timeoutMs: 100 }), {
      message: 'no answer within 100 ms',
    })
  }
})

test('a server that is not there, and a name that is none, are told as such', async () => {
  const url = await closedPort()
  await assert.rejects(get(url), { message: `connect ECONNREFUSED ${new URL(url).host}` })
  await assert.rejects(get('http://hwt.invalid/'), {
    message: /^getaddrinfo E(NOTFOUND|AI_AGAIN) hwt\.invalid$/,
  })
})

test('a server of the given authority is asked with the given certificate', async (t) => {
  const { url, folder } = await secure(t)
  const at = (name: string): string => join(folder, name)
  assert.equal(await get(url, { tls: { ca: at('ca.crt') } }), '200 hello nobody')
  const tls = { ca: at('ca.crt'), cert: at('admin.crt'), key: at('admin.key') }
  assert.equal(await get(url, { tls }), '200 hello admin')
})

test('a redirection from https to http is not followed', async (t) => {
  const { url, folder } = await secure(t)
  const { host } = new URL(url)
  await assert.rejects(get(`${url}/plain`, { tls: { ca: join(folder, 'ca.crt') } }), {
    message: `${host} redirects to http://hwt.invalid, without TLS`,
  })
})

test('a server of another authority, or of an unknown one, is refused', async (t) => {
  const { url, folder } = await secure(t)
  await assert.rejects(get(url, { tls: { ca: join(folder, 'other.crt') } }), {
    name: 'ObservedError',
  })
  await assert.rejects(get(url), { message: /unable to verify|self-signed|unable to get/ })
})

test('a proxy of the environment is used, but never for the lab’s own addresses', async (t) => {
  const asked: string[] = []
  const proxy = await serve(t, (request, response) => {
    asked.push(request.url ?? '')
    response.end('from the proxy')
  })
  const target = await serve(t, (_, response) => response.end('from the target'))
  const before = process.env['http_proxy']
  process.env['http_proxy'] = proxy
  t.after(() => {
    if (before === undefined) delete process.env['http_proxy']
    else process.env['http_proxy'] = before
  })
  assert.equal(await get('http://hwt.invalid/', { direct: false }), '200 from the proxy')
  assert.equal(await get(target), '200 from the target')
})
