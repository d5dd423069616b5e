import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeLeftProbes } from '../../lib/dns/left-probes.ts'
import { proveProbes, provePodObject } from '../../lib/dns/probe-pods.ts'
import { probeStates, probeStatesNow } from '../../lib/dns/started-probes.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const PROBES = proveProbes('default', 'abc123')

function probe(node: string, status?: JsonObject, run = PROBES): KubeObject {
  const pod = provePodObject(node, 'busybox:1', run)
  return status === undefined ? pod : { ...pod, status }
}

const RUNNING = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
const waiting = (reason: string, message = ''): JsonObject => ({
  phase: 'Pending',
  containerStatuses: [{ name: 'probe', state: { waiting: { reason, message } } }],
})
const NODES = ['w0', 'w1', 'w2', 'w3', 'w4']
const PODS = [
  probe('w0', RUNNING),
  probe('w1', waiting('ErrImagePull', 'no such host')),
  probe('w2', { phase: 'Failed', reason: 'OutOfcpu', message: 'too little' }),
  probe('w3', waiting('ContainerCreating')),
]

test('a probe has started, never will, or is about to', () => {
  assert.deepEqual(probeStates(PODS, PROBES, NODES), {
    started: ['w0'],
    failed: [
      { name: 'w1', because: 'its probe does not run: ErrImagePull: no such host' },
      { name: 'w2', because: 'its probe has ended: OutOfcpu: too little' },
      { name: 'w4', because: 'its probe is not there' },
    ],
    starting: [{ name: 'w3', because: 'its probe does not run: ContainerCreating' }],
  })
})

test('one that is planned only will start', () => {
  assert.deepEqual(probeStates([probe('w0')], PROBES, ['w0']).started, ['w0'])
})

test('what has not started in time is told with the last warning about it', async () => {
  const event: KubeObject = {
    ...{ apiVersion: 'v1', kind: 'Event', type: 'Warning', message: 'no CNI plugin' },
    metadata: { name: 'x', namespace: 'default' },
    involvedObject: { name: PROBES.nameOn('w3') },
  }
  const { failed, starting } = await probeStatesNow(
    fakeCluster({ objects: [...PODS, event] }),
    PROBES,
    ['w3'],
  )
  assert.deepEqual(starting, [])
  assert.deepEqual(failed, [
    { name: 'w3', because: 'its probe does not run: ContainerCreating: no CNI plugin' },
  ])
})

test('of what others have left only that goes whose time is over', async () => {
  const at = (creationTimestamp: string, pod: KubeObject): KubeObject => {
    return { ...pod, metadata: { ...pod.metadata, creationTimestamp } }
  }
  const other = (run: string, status: JsonObject, born = '2026-01-01T12:00:00Z') =>
    at(born, probe('w0', status, proveProbes('default', run)))
  const cluster = fakeCluster({
    objects: [
      other('at-work', RUNNING),
      other('ended', { phase: 'Failed' }),
      other('lost', RUNNING, '2026-01-01T11:00:00Z'),
    ],
  })
  assert.equal(await removeLeftProbes(cluster, PROBES, new Date('2026-01-01T12:05:00Z')), 2)
  const names: readonly Json[] = cluster.objects().map(({ metadata }) => metadata.name)
  assert.deepEqual(names, ['hardway-prove-at-work-w0'])
})
