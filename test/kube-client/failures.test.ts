import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { defined } from '../../lib/core/defined.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { authority, issue } from './certificates.ts'
import type { Limits } from '../../lib/kube-client/api.ts'
import { QUICK, configMap, status, stubServer } from './stub-server.ts'
import type { Handler, Stub } from './stub-server.ts'

const corefile = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }
const did = 'wanted to read configmap/coredns in kube-system'

let handler: Handler = (_, answer) => {
  answer.json(200, configMap('coredns', {}))
}
let stub: Stub

before(async () => {
  stub = await stubServer((request, answer) => handler(request, answer))
})
after(() => stub.stop())

async function explained(does: () => Promise<unknown>): Promise<Explanation> {
  try {
    await does()
  } catch (error) {
    if (error instanceof StepError) return error.explanation
    throw error
  }
  throw new Error('nothing was thrown')
}

/** A read from a stub that always answers the same. */
async function reading(always: Handler, limits?: Limits): Promise<Explanation> {
  handler = always
  const cluster = await stub.open(defined({ limits }))
  return explained(() => cluster.get(corefile))
}

const statuses: readonly (readonly [number, string, string, RegExp])[] = [
  [400, 'BadRequest', `the API server finds the request malformed; ${did}`, /fix/],
  [
    401,
    'Unauthorized',
    `the API server does not accept the credentials of user admin; ${did}`,
    /--context test auth whoami/,
  ],
  [
    403,
    'Forbidden',
    'user admin may not read configmap/coredns in kube-system',
    /auth can-i --list/,
  ],
  [409, 'Conflict', `somebody else wrote in between; ${did}`, /run again/],
  [
    410,
    'Expired',
    `what was asked for is older than the API server remembers; ${did}`,
    /run again/,
  ],
  [422, 'Invalid', `the API server does not accept the values; ${did}`, /fix/],
  [
    429,
    'TooManyRequests',
    `the API server asks to retry later than this program waits; ${did}`,
    /run again/,
  ],
]

for (const [code, reason, problem, remedy] of statuses) {
  test(`a ${String(code)} names problem, evidence and remedy`, async () => {
    const told = await reading((_, answer) => {
      answer.json(code, status(code, reason, `the server said ${reason}`))
    })
    assert.equal(told.problem, problem)
    assert.equal(told.seen?.[0], `${String(code)} ${reason}: the server said ${reason}`)
    assert.match(told.remedy, remedy)
  })
}

test('a 500 that lasts is reported with the server and its own words', async () => {
  const told = await reading((_, answer) => {
    answer.json(500, status(500, 'InternalError', 'etcdserver: request timed out'))
  })
  assert.equal(told.problem, `the API server ${stub.url} failed with status 500; ${did}`)
  assert.deepEqual(told.seen, ['500 InternalError: etcdserver: request timed out'])
})

test('an answer that is not JSON is quoted, and cut', async () => {
  const told = await reading((_, answer) => {
    answer.raw.writeHead(502, { 'content-type': 'text/html' })
    answer.raw.end(`<html>${'x'.repeat(5000)}`)
  })
  assert.match(told.seen?.[0] ?? '', /^502 : <html>x{494}…$/)
})

test('an answer beyond the size limit is refused without reading it all', async () => {
  const told = await reading((_, answer) => {
    answer.json(200, configMap('coredns', { big: 'x'.repeat(200_000) }))
  })
  assert.equal(told.problem, `the API server ${stub.url} sends more than is accepted here; ${did}`)
})

test('a connection that is cut before the answer is reported as that', async () => {
  const told = await reading((_, answer) => {
    answer.reset()
  }, QUICK)
  assert.equal(
    told.problem,
    `the API server ${stub.url} closes the connection before it has answered; ${did}`,
  )
})

test('a server that is silent is given up at the deadline', async () => {
  const told = await reading(() => undefined, QUICK)
  assert.equal(told.problem, `the API server ${stub.url} does not answer in time; ${did}`)
  assert.deepEqual(told.seen, ['TIMEOUT: no answer within 0.4 s'])
})

test('a refused connection says that nothing listens', async () => {
  const cluster = await stub.open({ servers: ['https://127.0.0.1:1'], limits: QUICK })
  const told = await explained(() => cluster.get(corefile))
  assert.equal(told.problem, `the API server https://127.0.0.1:1 refuses connections; ${did}`)
  assert.match(told.cause ?? '', /nothing listens/)
  assert.match(told.remedy, /get --raw \/readyz$/)
})

test('a name that does not resolve is told at once', async () => {
  const cluster = await stub.open({ servers: ['https://no-such-host.invalid:6443'] })
  const told = await explained(() => cluster.get(corefile))
  assert.match(told.problem, /has a name that does not resolve/)
  assert.match(told.remedy, /^getent hosts no-such-host\.invalid/)
})

test('a port that speaks no TLS is told from a dead one', async () => {
  const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const address = plain.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const cluster = await stub.open({ servers: [`https://127.0.0.1:${port}`] })
  const told = await explained(() => cluster.get(corefile))
  plain.close()
  assert.match(told.problem, /does not speak HTTPS on that port/)
})

const wrongCertificates: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
  [
    'of another CA',
    (folder) => {
      authority(folder, 'other')
      issue(folder, 'other', {
        name: 'bad',
        subject: '/CN=x',
        names: 'IP:127.0.0.1',
        usage: 'serverAuth',
      })
    },
    /shows a certificate of a CA that the kubeconfig does not name/,
  ],
  [
    'that has expired',
    (folder) => {
      issue(folder, 'ca', {
        name: 'bad',
        subject: '/CN=x',
        names: 'IP:127.0.0.1',
        usage: 'serverAuth',
        days: -1,
      })
    },
    /shows a certificate that has expired/,
  ],
  [
    'for another name',
    (folder) => {
      issue(folder, 'ca', {
        name: 'bad',
        subject: '/CN=x',
        names: 'IP:10.32.0.1',
        usage: 'serverAuth',
      })
    },
    /shows a certificate for other names than the one asked for/,
  ],
]

for (const [what, make, problem] of wrongCertificates) {
  test(`a certificate ${what} is told as that, and not asked again`, async () => {
    make(stub.folder)
    const server = await stubServer(() => undefined)
    const [cert, key] = await Promise.all(
      ['bad.crt', 'bad.key'].map((name) => readFile(join(stub.folder, name))),
    )
    await writeFile(join(server.folder, 'server.crt'), cert ?? '')
    await writeFile(join(server.folder, 'server.key'), key ?? '')
    await server.reload()
    const cluster = await stub.open({ servers: [server.url] })
    const told = await explained(() => cluster.get(corefile))
    await server.stop()
    assert.match(told.problem, problem)
    assert.match(told.remedy, /openssl s_client -connect 127\.0\.0\.1:\d+/)
  })
}

test('NODE_TLS_REJECT_UNAUTHORIZED does not switch off verification', async () => {
  authority(stub.folder, 'other')
  const server = await stubServer(() => undefined)
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    const cluster = await stub.open({ servers: [server.url], limits: { ...QUICK, attempts: 1 } })
    const told = await explained(() => cluster.get(corefile))
    assert.match(told.problem, /a CA that the kubeconfig does not name/)
    const shell = await explained(() => cluster.exec({ namespace: 'default', pod: 'x' }, ['true']))
    assert.match(shell.problem, /a CA that the kubeconfig does not name/)
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    await server.stop()
  }
})

test('a 403 names the right that lacks, and no cause is looked for', async () => {
  const said =
    'pods "busybox" is forbidden: User "me" cannot create resource "pods/exec" in API group "" in the namespace "default"'
  handler = (_, answer) => answer.json(403, status(403, 'Forbidden', said))
  const cluster = await stub.open()
  await assert.rejects(cluster.get(corefile), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.equal(error.reason, 'user me may not create pods/exec in the namespace "default"')
    assert.equal(error.obstacle, true)
    assert.equal(error.lacksRight, true)
    assert.match(
      error.explanation.remedy,
      /^as an admin of the cluster: kubectl create role hardway-pods-exec -n default --verb=create --resource=pods\/exec && .* --user=me; then run again$/,
    )
    return true
  })
})

test('who is taken for nobody lacks no right, and is told to show who they are', async () => {
  const said =
    'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope'
  const { problem, remedy } = await reading((_, answer) => {
    answer.json(403, status(403, 'Forbidden', said))
  })
  assert.match(problem, /knows nothing of user admin/)
  assert.doesNotMatch(remedy, /create clusterrole/)
  assert.match(remedy, /auth whoami; then give user admin /)
})

test('a webhook that gives no answer is told as that, and not as an API server that fails', async () => {
  const told = await reading((_, answer) => {
    const url = 'https://policy.default.svc:443/v?timeout=5s'
    const words = `failed to call webhook: Post "${url}": no endpoints available for service "policy"`
    const message = `Internal error occurred: failed calling webhook "w.example.com": ${words}`
    answer.json(500, status(500, 'InternalError', message))
  })
  assert.equal(told.problem, `the API server gets no answer from the webhook w.example.com; ${did}`)
  assert.match(told.cause ?? '', /no endpoints available for service "policy"$/)
  assert.match(told.remedy, /let service policy of namespace default answer/)
})

test('what a quota refuses is no right that lacks', async () => {
  const told = await reading((_, answer) => {
    const message = 'pods "a" is forbidden: exceeded quota: q, requested: pods=1'
    answer.json(403, status(403, 'Forbidden', message))
  })
  assert.equal(told.problem, `the API server does not let it in; ${did}`)
  assert.match(told.remedy, /^kubectl -n kube-system describe resourcequota q; /)
})
