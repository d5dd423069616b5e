import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { LockedError, StepError } from '../../lib/core/errors.ts'
import type { SentRequest } from '../../lib/kube-client/gate.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { configMap, status, stubServer } from './stub-server.ts'
import type { Handler, Stub } from './stub-server.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }
const live = configMap('coredns', { Corefile: 'old' })
const wanted: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  data: { Corefile: 'new' },
}

let handler: Handler
let stub: Stub
before(async () => {
  stub = await stubServer((request, answer) => handler(request, answer))
})
after(() => stub.stop())
beforeEach(() => {
  handler = (_, answer) => {
    answer.json(200, live)
  }
})

/** The requests that came since. */
function since(): () => readonly string[] {
  const from = stub.received.length
  return () => stub.received.slice(from).map(({ method, url }) => `${method} ${url}`)
}

test('opening sends nothing; every request bears the own user agent', async () => {
  const came = since()
  const cluster = await stub.open()
  assert.deepEqual(came(), [])
  assert.equal(cluster.target.server, stub.url)
  await cluster.get(ref)
  assert.equal(stub.received.at(-1)?.headers['user-agent'], 'hardway/test')
})

test('connections are kept: requests that follow each other do not open new ones', async () => {
  const cluster = await stub.open()
  const before = stub.connections()
  for (let i = 0; i < 20; i += 1) await cluster.get(ref)
  // A second one may open while the first is still putting its answer away.
  assert.ok(stub.connections() - before <= 2, String(stub.connections() - before))
})

test('a proxy of the environment is not used', async () => {
  process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1'
  process.env['NODE_USE_ENV_PROXY'] = '1'
  try {
    const cluster = await stub.open()
    assert.deepEqual(await cluster.get(ref), live)
  } finally {
    delete process.env['HTTPS_PROXY']
    delete process.env['NODE_USE_ENV_PROXY']
  }
})

test('a read is repeated over cut connections, 429 with Retry-After and 503', async () => {
  const came = since()
  let asked = 0
  handler = (_, answer) => {
    asked += 1
    if (asked === 1) answer.reset()
    else if (asked === 2)
      answer.json(429, status(429, 'TooManyRequests', 'later'), { 'retry-after': '0' })
    else answer.json(200, live)
  }
  const cluster = await stub.open()
  assert.deepEqual(await cluster.get(ref), live)
  assert.equal(came().length, 3)
})

test('a Retry-After beyond the deadline ends the wait at once', async () => {
  const came = since()
  handler = (_, answer) => {
    answer.json(429, status(429, 'TooManyRequests', 'later'), { 'retry-after': '3600' })
  }
  const cluster = await stub.open()
  await assert.rejects(cluster.get(ref), StepError)
  assert.equal(came().length, 1)
})

test('another API server is asked when the first is dead', async () => {
  const cluster = await stub.open({ servers: ['https://127.0.0.1:1', stub.url] })
  assert.deepEqual(await cluster.get(ref), live)
  assert.deepEqual(await cluster.get(ref), live)
})

test('an absent object is null, an absent address is an error', async () => {
  const cluster = await stub.open()
  handler = (_, answer) => {
    answer.json(
      404,
      status(404, 'NotFound', 'configmaps "coredns" not found', {
        kind: 'configmaps',
        name: 'coredns',
      }),
    )
  }
  assert.equal(await cluster.get(ref), null)
  await assert.rejects(
    cluster.get({ apiVersion: 'example.org/v1', kind: 'Thing', name: 'x' }),
    (error: unknown) => {
      assert.ok(error instanceof StepError)
      assert.equal(error.message, `the API server ${stub.url} has no kind Thing in example.org/v1`)
      return true
    },
  )
})

test('kinds that are not known by heart are looked up once', async () => {
  const came = since()
  handler = ({ url }, answer) => {
    if (url === '/apis/example.org/v1')
      answer.json(200, {
        resources: [
          { name: 'things', namespaced: true, kind: 'Thing' },
          { name: 'things/status', namespaced: true, kind: 'Thing' },
        ],
      })
    else answer.json(200, { ...live, apiVersion: 'example.org/v1', kind: 'Thing' })
  }
  const cluster = await stub.open()
  const thing = { apiVersion: 'example.org/v1', kind: 'Thing', namespace: 'a b', name: 'x/y' }
  await cluster.get(thing)
  await cluster.get(thing)
  const path = 'GET /apis/example.org/v1/namespaces/a%20b/things/x%2Fy'
  assert.deepEqual(came(), ['GET /apis/example.org/v1', path, path])
})

test('a long list is read page by page, and from the start where its pages grow old', async () => {
  const came = since()
  let first = true
  handler = ({ url }, answer) => {
    const page = (names: readonly string[], next: string): void => {
      answer.json(200, {
        metadata: { resourceVersion: '5', continue: next },
        items: names.map((name) => ({ metadata: { name } })),
      })
    }
    if (!url.includes('continue=')) page(['a'], 'more')
    else if (first) {
      first = false
      answer.json(410, status(410, 'Expired', 'the provided continue parameter is too old'))
    } else page(['b'], '')
  }
  const cluster = await stub.open()
  const found = await cluster.list({ apiVersion: 'v1', kind: 'Pod', labelSelector: 'a=b,c' })
  assert.deepEqual(
    found.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ['Pod a', 'Pod b'],
  )
  assert.equal(came().length, 4)
  assert.equal(came()[0], 'GET /api/v1/pods?labelSelector=a%3Db%2Cc&limit=500')
})

test('a read-only cluster stops every write before it leaves; dry-runs pass and are counted apart', async () => {
  const came = since()
  const sent: SentRequest[] = []
  const cluster = await stub.open({ readOnly: true, onRequest: (one) => sent.push(one) })
  const writes: readonly (() => Promise<unknown>)[] = [
    () => cluster.apply(wanted, live),
    () => cluster.apply(wanted, null),
    () => cluster.create(wanted),
    () => cluster.replace(live),
    () => cluster.setManagedFields(live, []),
    () => cluster.remove(ref, 'uid'),
    () => cluster.exec({ namespace: 'a', pod: 'b' }, ['rm', '-r', '/']),
  ]
  for (const write of writes) {
    await assert.rejects(
      write(),
      (error: unknown) => error instanceof Error && !(error instanceof StepError),
    )
  }
  assert.deepEqual(came(), [])
  assert.equal(sent.length, 0)
  await cluster.preview(wanted)
  assert.deepEqual(sent.map((one) => [one.kind, one.method].join(' ')).sort(), [
    'dryRun PATCH',
    'read GET',
  ])
})

test('a write stops at the wire where it may not be any more once its connection is there', async () => {
  const came = since()
  const state = { lost: false }
  const cluster = await stub.open({
    mayWrite() {
      if (state.lost) throw new LockedError({ problem: 'lost', remedy: 'wait' })
    },
  })
  const writing = cluster.apply(wanted, live)
  // It is on its way; the handshake of its connection takes longer than this.
  await soon()
  state.lost = true
  await assert.rejects(writing, LockedError)
  await assert.rejects(cluster.remove(ref, 'uid'), LockedError)
  assert.deepEqual(came(), [])
  assert.deepEqual(await cluster.get(ref), live, 'it may still look')
})

test('a guarded write whose answer is lost is not done twice', async () => {
  let now: KubeObject = live
  const came = since()
  handler = ({ method, url }, answer) => {
    if (method === 'GET') answer.json(200, now)
    else if (url.includes('dryRun=All')) answer.json(200, now)
    else if (now === live) {
      now = {
        ...live,
        metadata: { ...live.metadata, resourceVersion: '11' },
        data: { Corefile: 'new' },
      }
      answer.reset()
    } else answer.json(409, status(409, 'Conflict', 'the object has been modified'))
  }
  const cluster = await stub.open()
  assert.deepEqual(await cluster.apply(wanted, live as KubeObject), now)
  assert.equal(
    came().filter((line) => line.startsWith('PATCH') && !line.includes('dryRun')).length,
    1,
  )
})

test('a write that was lost before it arrived is sent again', async () => {
  let patches = 0
  handler = ({ method, url }, answer) => {
    if (method === 'PATCH' && !url.includes('dryRun')) {
      patches += 1
      if (patches === 1) answer.reset()
      else answer.json(200, { ...live, data: { Corefile: 'new' } })
    } else answer.json(200, live)
  }
  const cluster = await stub.open()
  const written = await cluster.apply(wanted, live)
  assert.deepEqual(written['data'], { Corefile: 'new' })
  assert.equal(patches, 2)
})

test('a create is sent so that it fails where the object exists by now', async () => {
  handler = ({ method }, answer) => {
    if (method === 'PATCH')
      answer.json(409, status(409, 'Conflict', 'the object has been modified'))
    else answer.json(200, live)
  }
  const cluster = await stub.open()
  await assert.rejects(cluster.apply(wanted, null), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.equal(
      error.message,
      'configmap/coredns in kube-system was changed by somebody else between the look and the write',
    )
    return true
  })
  const body = JSON.parse(
    stub.received.find(({ method, body }) => method === 'PATCH' && body.includes('"1"'))?.body ??
      '{}',
  ) as { metadata: unknown }
  assert.deepEqual(body.metadata, {
    name: 'coredns',
    namespace: 'kube-system',
    resourceVersion: '1',
  })
})

test('a delete is bound to the uid', async () => {
  handler = ({ method }, answer) => {
    if (method === 'DELETE')
      answer.json(
        409,
        status(
          409,
          'Conflict',
          'Precondition failed: UID in precondition: a, UID in object meta: b',
        ),
      )
    else answer.json(200, live)
  }
  const cluster = await stub.open()
  assert.equal(await cluster.remove(ref, 'a'), 'other')
  assert.match(stub.received.at(-1)?.body ?? '', /"preconditions":\{"uid":"a"\}/)
})
