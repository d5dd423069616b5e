import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate, kindOf } from '../../lib/kube-client/gate.ts'
import { LockedError } from '../../lib/core/errors.ts'
import type { Request } from '../../lib/kube-client/wire.ts'

const path = '/api/v1/namespaces/kube-system/configmaps/coredns'
const dry = { dryRun: 'All' }
const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

const cases: readonly (readonly [Request, 'read' | 'dryRun' | 'write'])[] = [
  [{ method: 'GET', path }, 'read'],
  [{ method: 'GET', path, query: { watch: 'true' } }, 'read'],
  [{ method: 'PATCH', path, query: dry }, 'dryRun'],
  [{ method: 'DELETE', path, query: dry }, 'dryRun'],
  [{ method: 'POST', path: review }, 'read'],
  [{ method: 'POST', path }, 'write'],
  [{ method: 'PUT', path }, 'write'],
  [{ method: 'PATCH', path }, 'write'],
  [{ method: 'PATCH', path, query: { dryRun: 'None' } }, 'write'],
  // In the body a dry-run does not show in the audit log, so it does not count as one.
  [{ method: 'DELETE', path, body: { dryRun: ['All'] } }, 'write'],
  [{ method: 'GET', path: '/api/v1/namespaces/a/pods/p/exec', search: 'command=true' }, 'read'],
  // Whatever is not known to write nothing may write.
  [{ method: 'GET', path: '/api/v1/namespaces/a/pods/p/exec', search: 'command=rm' }, 'write'],
  [{ method: 'GET', path: '/api/v1/namespaces/a/pods/p/exec' }, 'write'],
  [{ method: 'POST', path: `/api/v1/namespaces/a/configmaps/x?${review}` }, 'write'],
]

for (const [request, kind] of cases) {
  test(`${request.method} ${request.path} ${JSON.stringify(request.query ?? request.body ?? {})} is a ${kind}`, () => {
    assert.equal(kindOf(request), kind)
  })
}

test('a write that a read-only run tries is a bug: it throws and is not counted', () => {
  const sent: string[] = []
  const check = gate({ readOnly: true, onRequest: ({ kind }) => sent.push(kind) })
  check({ method: 'GET', path })
  check({ method: 'PATCH', path, query: dry })
  assert.throws(() => {
    check({ method: 'PUT', path })
  }, /^Error: a read-only run tried to write: PUT \/api/)
  assert.deepEqual(sent, ['read', 'dryRun'])
})

test('what a run may write no longer is held back and not counted; looking goes on', () => {
  const sent: string[] = []
  const check = gate({
    readOnly: false,
    mayWrite() {
      throw new LockedError({ problem: 'lost', remedy: 'wait' })
    },
    onRequest: ({ kind }) => sent.push(kind),
  })
  assert.throws(() => {
    check({ method: 'DELETE', path })
  }, LockedError)
  check({ method: 'GET', path })
  check({ method: 'PATCH', path, query: dry })
  assert.deepEqual(sent, ['read', 'dryRun'])
})
