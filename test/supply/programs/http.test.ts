import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { openClient, withoutCredentials } from '../../../lib/supply/programs/http.ts'
import { serve, signal } from './support.ts'

async function get(t: TestContext, url: string, env: Record<string, string> = {}, headers = {}) {
  const client = await openClient(env)
  t.after(() => client.close())
  const answer = await client.get(url, headers, signal)
  return { status: answer.status, text: await answer.body.text(), url: answer.url }
}

/** A proxy; `seen` gets what it is asked for. */
async function proxy(t: TestContext, seen: string[]): Promise<string> {
  const server = createServer((request, response) => {
    seen.push(`GET ${request.url}`)
    response.end('from the proxy')
  })
  server.on('connect', (request, socket, head) => {
    seen.push(`CONNECT ${request.url}`)
    const { hostname, port } = new URL(`http://${request.url}`)
    const target = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.write(head)
      socket.pipe(target).pipe(socket)
    })
    t.after(() => target.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('requests bear this program’s name', async (t) => {
  const url = await serve(t, (request, response) => response.end(request.headers['user-agent']))
  assert.match((await get(t, url)).text, /^hardway\/\d+\.\d+\.\d+$/)
})

test('a proxy of the environment is used, in either spelling', async (t) => {
  const url = await serve(t, (_, response) => response.end('direct'))
  for (const name of ['HTTP_PROXY', 'http_proxy']) {
    const seen: string[] = []
    await get(t, url, { [name]: await proxy(t, seen) })
    assert.equal(seen.length, 1)
    assert.match(seen[0] ?? '', new RegExp(new URL(url).host))
  }
})

test('NO_PROXY keeps a host from the proxy', async (t) => {
  const seen: string[] = []
  const url = await serve(t, (_, response) => response.end('direct'))
  const env = { HTTP_PROXY: await proxy(t, seen), NO_PROXY: '127.0.0.1' }
  assert.equal((await get(t, url, env)).text, 'direct')
  assert.deepEqual(seen, [])
})

test('https goes through HTTPS_PROXY as a tunnel', async (t) => {
  const seen: string[] = []
  const env = { HTTPS_PROXY: await proxy(t, seen) }
  const plain = await serve(t, (_, response) => response.end('not TLS'))
  await assert.rejects(get(t, plain.replace('http:', 'https:'), env))
  assert.deepEqual(seen, [`CONNECT ${new URL(plain).host}`])
})

test('redirects are followed, but not for ever', async (t) => {
  const url = await serve(t, (request, response) => {
    const hop = Number(request.url?.slice(1))
    if (hop === 0) return void response.end('arrived')
    response.writeHead(302, { location: `/${hop - 1}` }).end()
  })
  assert.deepEqual(await get(t, `${url}/5`), { status: 200, text: 'arrived', url: `${url}/0` })
  await assert.rejects(get(t, `${url}/6`), /redirects more than 5 times/)
})

test('credentials go to the host they are for and to no other', async (t) => {
  const other = await serve(t, (request, response) =>
    response.end(request.headers.authorization ?? 'none'),
  )
  const first = await serve(t, (request, response) => {
    if (request.url === '/here') return void response.end(request.headers.authorization ?? 'none')
    response.writeHead(307, { location: request.url === '/a' ? '/here' : other }).end()
  })
  const headers = { authorization: 'Bearer secret' }
  assert.equal((await get(t, `${first}/a`, {}, headers)).text, 'Bearer secret')
  assert.equal((await get(t, `${first}/b`, {}, headers)).text, 'none')
  const named = first.replace('//', '//user:p%40ss@')
  const basic = Buffer.from('user:p@ss').toString('base64')
  assert.equal((await get(t, `${named}/a`)).text, `Basic ${basic}`)
  assert.equal((await get(t, `${named}/b`)).text, 'none')
  assert.equal(withoutCredentials(`${named}/a`), `${first}/a`)
})
