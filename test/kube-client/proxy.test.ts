import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { defined } from '../../lib/core/defined.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { accept } from './socket-server.ts'
import type { Limits } from '../../lib/kube-client/api.ts'
import { configMap, QUICK, type Stub, stubServer } from './stub-server.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }

let stub: Stub
let proxy: Server
/** What the proxy was asked for, and how it answers. */
const asked: { readonly to: string; readonly login: string | undefined }[] = []
let grants = true

before(async () => {
  stub = await stubServer(
    (_, answer) => answer.json(200, configMap('coredns', {})),
    (request, socket) => accept(request, socket).send(3, '{"status":"Success"}'),
  )
  proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push({ to: request.url ?? '', login: request.headers['proxy-authorization'] })
    if (!grants) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
      return
    }
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const on = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      on.pipe(socket).pipe(on)
    })
    for (const one of [on, socket]) one.on('error', () => on.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})
after(async () => {
  proxy.closeAllConnections()
  proxy.close()
  await stub.stop()
})

async function openThrough(address: string, limits?: Limits): Promise<OpenCluster> {
  const config = JSON.parse(await readFile(stub.kubeconfig, 'utf8')) as {
    clusters: [{ name: string; cluster: object }]
  }
  const [{ name, cluster }] = config.clusters
  const path = join(stub.folder, 'kubeconfig-proxy')
  const clusters = [{ name, cluster: { ...cluster, 'proxy-url': address } }]
  await writeFile(path, JSON.stringify({ ...config, clusters }))
  return stub.open({ kubeconfig: path, ...defined({ limits }) })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function refusal(cluster: OpenCluster): Promise<StepError> {
  const error: unknown = await cluster.get(ref).then(
    () => 'was not refused',
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof StepError, String(error))
  return error
}

test('requests and websockets go through the proxy of the kubeconfig, with its login', async () => {
  const cluster = await openThrough(`http://me:pw@127.0.0.1:${String(portOf(proxy))}`)
  assert.notEqual(await cluster.get(ref), null)
  const { code } = await cluster.exec({ namespace: 'default', pod: 'busybox' }, ['true'])
  assert.equal(code, 0)
  const login = `Basic ${Buffer.from('me:pw').toString('base64')}`
  assert.ok(asked.length > 0)
  for (const one of asked) assert.deepEqual(one, { to: new URL(stub.url).host, login })
})

test('a proxy that refuses is named, and not the API server', async () => {
  grants = false
  const { message, noAccess } = await refusal(
    await openThrough(`http://me:pw@127.0.0.1:${String(portOf(proxy))}`, QUICK),
  )
  grants = true
  assert.match(
    message,
    /^the proxy http:\/\/127\.0\.0\.1:\d+ does not open a way to the API server/,
  )
  assert.equal(noAccess, true)
})

test('a proxy that is not there is named, and where it stands', async () => {
  const free = createServer()
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
  const port = String(portOf(free))
  await new Promise((resolve) => free.close(resolve))
  const { message, explanation } = await refusal(
    await openThrough(`http://127.0.0.1:${port}`, QUICK),
  )
  assert.equal(
    message,
    `the proxy http://127.0.0.1:${port} refuses connections; wanted to read configmap/coredns in kube-system`,
  )
  assert.match(explanation.cause ?? '', /^the proxy-url in \S+ names it$/)
})
