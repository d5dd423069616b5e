import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { configMap, QUICK, type Stub, stubServer } from './stub-server.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }
const pod = { namespace: 'kube-system', pod: 'coredns-1' }

let stub: Stub
/** As a stopped API server: the kernel takes connections, and nobody answers. */
let silent: Server
const open: Socket[] = []

before(async () => {
  stub = await stubServer(({ url }, answer) => {
    if (url.includes('/log')) return
    answer.json(200, url === '/version' ? {} : configMap('coredns', {}))
  })
  silent = createServer((socket) => open.push(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
})
after(async () => {
  for (const socket of open) socket.destroy()
  silent.close()
  await stub.stop()
})

function silentUrl(): string {
  const address = silent.address()
  return `https://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`
}

test('of several servers a silent one is met by one request, however many ask at the same time', async () => {
  // The one that answers may take its time on a busy machine.
  const limits = { ...QUICK, deadlineMs: 20_000 }
  const cluster = await stub.open({ servers: [silentUrl(), stub.url], limits })
  const askedAtOnce = () => Promise.all(Array.from({ length: 5 }, () => cluster.get(ref)))
  assert.ok((await askedAtOnce()).every((one) => one !== null))
  // One, and on a busy machine, where the other seemed silent for a second, another one.
  const met = open.length
  assert.ok(met > 0 && met < 5, String(met))
  await askedAtOnce()
  assert.ok(open.length < met + 5, String(open.length))
})

test('the only server, when silent, is told of while it is asked again, and given up', async () => {
  const told: string[] = []
  const tell = (text: string): void => void told.push(text)
  const cluster = await stub.open({ servers: [silentUrl()], limits: QUICK, tell })
  await assert.rejects(cluster.get(ref), (error: unknown) => {
    assert.ok(error instanceof StepError, String(error))
    assert.match(error.message, /^the API server \S+ does not answer in time; wanted to read/)
    assert.equal(error.noAccess, true)
    return true
  })
  assert.match(told[0] ?? '', /does not answer in time; it is asked again, for \d+ s at most$/)
})

test('however many ask it at the same time, each thing is told once', async () => {
  const told: string[] = []
  const tell = (text: string): void => void told.push(text)
  const cluster = await stub.open({ servers: [silentUrl()], limits: QUICK, tell })
  await Promise.allSettled(Array.from({ length: 5 }, () => cluster.get(ref)))
  assert.ok(told.length > 0)
  assert.deepEqual(
    told,
    told.filter((text, i) => text !== told[i - 1]),
  )
})

test('a silent kubelet is not taken for the API server, and asked once', async () => {
  const cluster = await stub.open({ limits: QUICK })
  const asked = (): number => stub.received.filter(({ url }) => url.includes('/log')).length
  await assert.rejects(cluster.logs(pod, { lines: 5 }), (error: unknown) => {
    assert.ok(error instanceof StepError, String(error))
    assert.match(error.message, /^the kubelet of that node does not answer the API server in time/)
    assert.equal(error.noAccess, false)
    return true
  })
  assert.equal(asked(), 1)
})
