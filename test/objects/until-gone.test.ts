import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { JsonObject } from '../../lib/core/json.ts'
import { untilGone } from '../../lib/objects/restore-created.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { fakeClock } from '../fakes/engine.ts'

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{ name: 'busybox', namespace: 'default', uid: 'u1' },
    deletionTimestamp: '2026-01-02T03:00:00Z',
  },
  spec: { nodeName: 'k8sworker1' },
} as const

function node(status: string, message: string): KubeObject {
  const lastTransitionTime = '2026-01-02T03:01:00Z'
  const conditions = [{ type: 'Ready', status, message, lastTransitionTime }]
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'k8sworker1' },
    status: { conditions },
  }
}

/** What a wait for its end says, and how it fails. */
async function waitFor(live: KubeObject, ...others: readonly KubeObject[]) {
  const cluster = fakeCluster({ objects: [live, ...others] })
  const said: string[] = []
  const signal = new AbortController().signal
  const progress = (text: string): void => void said.push(text)
  const error: unknown = await untilGone(cluster, live, {
    clock: fakeClock(),
    signal,
    progress,
  }).then(
    () => 'it has gone',
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof StepError, String(error))
  return { said, ...error.explanation }
}

test('a pod whose kubelet is away is said to wait for that, and how to go on', async () => {
  const silent = node('Unknown', 'Kubelet stopped posting node status.')
  const { said, remedy, problem } = await waitFor(POD, silent)
  assert.deepEqual(said, [
    'pod/busybox in default is being deleted: Terminating on k8sworker1, which is not Ready since 2026-01-02T03:01:00Z (Kubelet stopped posting node status.)',
  ])
  assert.match(problem, /^timed out after 150 s/)
  assert.equal(
    remedy,
    'roll back again once the kubelet of k8sworker1 answers; if that node is gone for good: kubectl delete pod busybox -n default --force --grace-period=0',
  )
})

test('one on a node that is Ready, or no more, or may not be looked at, is told so', async () => {
  const line = 'pod/busybox in default is being deleted'
  assert.deepEqual((await waitFor(POD, node('True', ''))).said, [
    `${line}: Terminating on k8sworker1`,
  ])
  assert.deepEqual((await waitFor(POD)).said, [`${line}: its node k8sworker1 is no more`])
  assert.deepEqual((await waitFor({ ...POD, spec: {} })).said, [line])
})

test('only a finalizer that is there is blamed', async () => {
  const held = (kind: string, metadata: JsonObject = {}): KubeObject => ({
    ...{ apiVersion: 'v1', kind },
    metadata: { name: 'coredns', namespace: 'kube-system', uid: 'u2', ...metadata },
  })
  const finalizers = ['example.org/hold']
  const { said, remedy } = await waitFor(held('ConfigMap', { finalizers }))
  assert.deepEqual(said, ['configmap/coredns in kube-system is held by example.org/hold'])
  assert.match(remedy, /kubectl patch configmap coredns -n kube-system .*"finalizers":null/)
  assert.doesNotMatch((await waitFor(held('Service'))).remedy, /finalizer/)
})
