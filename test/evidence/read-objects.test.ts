import assert from 'node:assert/strict'
import test from 'node:test'
import { deploymentSeen } from '../../lib/evidence/read-objects.ts'

function paused(updatedReplicas: number | undefined) {
  const metadata = { name: 'coredns', namespace: 'kube-system' }
  const status = updatedReplicas === undefined ? {} : { updatedReplicas }
  const spec = { replicas: 2, paused: true }
  return deploymentSeen({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec, status })
}

test('a Deployment is held up by its pause once something of it was changed', () => {
  assert.equal(paused(undefined).paused, true)
  assert.equal(paused(1).paused, true)
  assert.equal('paused' in paused(2), false)
})
