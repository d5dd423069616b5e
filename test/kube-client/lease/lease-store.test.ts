import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Lease, LeaseStore, LeaseSpec } from '../../../lib/kube-client/lease/lease.ts'
import { leaseStore } from '../../../lib/kube-client/lease/lease-store.ts'
import { openServer } from '../../../lib/kube-client/open-cluster.ts'
import { StepError } from '../../../lib/core/errors.ts'
import { type JsonObject, at, isObject } from '../../../lib/core/json.ts'
import { type Answer, QUICK, type Received, type Stub, status, stubServer } from '../stub-server.ts'

const COLLECTION = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'
const ONE = `${COLLECTION}/hardway`
const WORDS: LeaseSpec = {
  holder: 'root@one run-1 step-a',
  process: 'boot pid:[1] 7 99',
  acquired: '2026-01-02T03:04:05.000000Z',
  renewed: '2026-01-02T03:04:05.000000Z',
  seconds: 15,
  transitions: 0,
}

/** What the server keeps, and how often it still swallows an answer after having done the work. */
let kept: JsonObject | null = null
let version = 0
let swallow = 0
let forbidden = false
let stub: Stub
let store: LeaseStore

before(async () => {
  stub = await stubServer((request, answer) => {
    serve(request, answer)
  })
  store = leaseStore(
    await openServer({
      kubeconfig: stub.kubeconfig,
      userAgent: 'hardway/test',
      readOnly: false,
      limits: QUICK,
    }),
    'hardway',
  )
})
after(() => stub.stop())
beforeEach(() => {
  ;[kept, version, swallow, forbidden] = [null, 0, 0, false]
})

/** As the API server does it, preconditions and all. */
function serve({ method, url, body }: Received, answer: Answer): void {
  const path = url.split('?')[0]
  assert.ok(path === (method === 'POST' ? COLLECTION : ONE), url)
  const given: unknown = body === '' ? null : JSON.parse(body)
  const [code, reason] = forbidden ? REFUSED : act(method, isObject(given) ? given : {})
  if (method !== 'GET' && swallow > 0) {
    swallow -= 1
    answer.reset()
  } else if (code >= 300) {
    answer.json(code, status(code, reason, reason, { kind: 'leases', name: 'hardway' }))
  } else answer.json(code, kept ?? { kind: 'Status', status: 'Success' })
}

const REFUSED = [403, 'Forbidden'] as const

function act(method: string, sent: JsonObject): readonly [code: number, reason: string] {
  if (method === 'POST') return kept === null ? save(sent, 201) : [409, 'AlreadyExists']
  if (kept === null) return [404, 'NotFound']
  if (method === 'GET') return [200, '']
  const guard = at(sent, method === 'PUT' ? 'metadata' : 'preconditions')
  if (!fits(guard)) return [409, 'Conflict']
  if (method === 'PUT') return save(sent, 200)
  kept = null
  return [200, '']
}

function fits(guard: unknown): boolean {
  const metadata = at(kept ?? {}, 'metadata')
  return (
    isObject(guard) &&
    isObject(metadata) &&
    guard['uid'] === metadata['uid'] &&
    guard['resourceVersion'] === metadata['resourceVersion']
  )
}

function save(object: JsonObject, code: number): readonly [code: number, reason: string] {
  version += 1
  const metadata = at(object, 'metadata')
  const uid = at(kept ?? {}, 'metadata', 'uid') ?? `uid-${String(version)}`
  kept = {
    ...object,
    metadata: { ...(isObject(metadata) ? metadata : {}), uid, resourceVersion: String(version) },
  }
  return [code, '']
}

async function made(): Promise<Lease> {
  const lease = await store.create(WORDS)
  assert.ok(lease !== 'moved')
  return lease
}

test('what is written is what is read, and an absent one is null', async () => {
  assert.equal(await store.read(), null)
  const lease = await made()
  assert.deepEqual(lease, { ...WORDS, uid: 'uid-1', version: '1' })
  assert.deepEqual(await store.read(), lease)
  const again = { ...WORDS, renewed: '2026-01-02T03:04:07.000000Z' }
  assert.deepEqual(await store.replace(lease, again), { ...again, uid: 'uid-1', version: '2' })
})

test('it is made only where there is none', async () => {
  await made()
  assert.equal(await store.create({ ...WORDS, holder: 'root@two run-2 step-a' }), 'moved')
})

test('what somebody has changed since is neither replaced nor deleted', async () => {
  const lease = await made()
  const other = { ...WORDS, holder: 'root@two run-2 step-a', transitions: 1 }
  const theirs = await store.replace(lease, other)
  assert.equal(await store.replace(lease, WORDS), 'moved')
  assert.equal(await store.remove(lease), 'moved', 'although the uid is the same')
  assert.deepEqual(await store.read(), theirs)
})

test('deleted by uid and resourceVersion; an absent one is gone already', async () => {
  const lease = await made()
  assert.equal(await store.remove(lease), 'removed')
  assert.equal(kept, null)
  assert.equal(await store.remove(lease), 'removed')
})

test('a write whose answer is lost is known to have happened, and is not done twice', async () => {
  swallow = 1
  const lease = await made()
  assert.equal(version, 1)
  swallow = 1
  const again = await store.replace(lease, { ...WORDS, renewed: '2026-01-02T03:04:07.000000Z' })
  assert.ok(again !== 'moved')
  assert.equal(version, 2)
  swallow = 1
  assert.equal(await store.remove(again), 'removed')
})

test('a user who may not write Leases is told so, with the commands that allow it', async () => {
  forbidden = true
  for (const work of [() => store.read(), () => store.create(WORDS)]) {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof StepError)
      assert.match(
        error.message,
        /^user \S+ may not (read|create) lease\S*\/hardway in kube-system/,
      )
      assert.match(
        error.explanation.remedy,
        /create role hardway-leases -n kube-system --verb=get,create,update,delete/,
      )
      assert.match(
        error.explanation.remedy,
        /create rolebinding hardway-leases -n kube-system --role=hardway-leases --user=/,
      )
      return true
    })
  }
})
