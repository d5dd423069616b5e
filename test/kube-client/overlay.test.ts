import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { UnknownYetError } from '../../lib/core/errors.ts'
import type { Cluster, KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import { metaText } from '../../lib/objects/objects.ts'
import { overlayCluster } from '../../lib/kube-client/overlay.ts'
import type { OverlayBase } from '../../lib/kube-client/overlay.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const wanted = parseManifest(
  await readFile(new URL('../../manifests/coredns-1.6.2.yaml', import.meta.url)),
  'kept',
)
const kubeDns = wanted.find(({ kind }) => kind === 'Service') as KubeObject
const busybox: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'busybox', namespace: 'default', labels: { run: 'busybox' } },
}

function overlay(base: OverlayBase): { cluster: Cluster; step: (id: string) => void } {
  let current = 'none'
  const cluster = overlayCluster(base, () => current, 'start-workers')
  return { cluster, step: (id) => (current = id) }
}

async function unknownAfter(does: Promise<unknown>): Promise<string> {
  try {
    await does
  } catch (error) {
    assert.ok(error instanceof UnknownYetError, String(error))
    return error.after
  }
  throw new Error('it was known')
}

test('on a cluster yet to be made, everything of the manifest would be created', async () => {
  const { cluster, step } = overlay('absent')
  step('apply-manifest')
  for (const object of wanted) {
    const preview = await cluster.preview(object)
    assert.deepEqual(preview, { outcome: 'created', live: null, after: object })
    await cluster.apply(object, null)
  }
  for (const object of wanted) {
    assert.equal((await cluster.preview(object)).outcome, 'unchanged')
    assert.deepEqual((await cluster.get(refOf(object)))?.['spec'], object['spec'])
  }
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' }
  assert.equal(await unknownAfter(cluster.list(pods)), 'apply-manifest')
  assert.equal(
    await unknownAfter(
      cluster.get({
        apiVersion: 'v1',
        kind: 'Endpoints',
        namespace: 'kube-system',
        name: 'kube-dns',
      }),
    ),
    'apply-manifest',
  )
})

test('what comes with a new cluster is unknown until it is there', async () => {
  const { cluster } = overlay('absent')
  assert.equal(
    await unknownAfter(cluster.list({ apiVersion: 'v1', kind: 'Node' })),
    'start-workers',
  )
  assert.equal(
    await unknownAfter(
      cluster.get({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'kubernetes' }),
    ),
    'start-workers',
  )
  assert.equal(
    await unknownAfter(
      cluster.get({
        apiVersion: 'v1',
        kind: 'Endpoints',
        namespace: 'default',
        name: 'kubernetes',
      }),
    ),
    'start-workers',
  )
  assert.equal(await unknownAfter(cluster.uid()), 'start-workers')
  assert.equal(await unknownAfter(cluster.kubeletConfig('k8sworker0')), 'start-workers')
  assert.equal(
    await cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'busybox' }),
    null,
  )
  assert.deepEqual(await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'default' }), [])
})

test('of a cluster that sleeps nothing is known', async () => {
  const { cluster } = overlay('stopped')
  for (const ask of [
    cluster.get(refOf(busybox)),
    cluster.preview(busybox),
    cluster.uid(),
    cluster.list({ apiVersion: 'v1', kind: 'Pod' }),
  ]) {
    assert.equal(await unknownAfter(ask), 'start-workers')
  }
})

test('a pod written in memory is found by its label, has no status, and runs nothing', async () => {
  const { cluster, step } = overlay('absent')
  step('busybox-pod')
  await cluster.apply(busybox, null)
  const found = await cluster.list({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    labelSelector: 'run=busybox',
  })
  assert.deepEqual(
    found.map(({ metadata, status }) => [metadata.name, status]),
    [['busybox', undefined]],
  )
  const of = { namespace: 'default', pod: 'busybox' }
  for (const ask of [
    cluster.exec(of, ['true']),
    cluster.logs(of, { lines: 1 }),
    cluster.exchange(of, 53, new Uint8Array(), { until: () => true, timeoutMs: 1 }),
  ]) {
    assert.equal(await unknownAfter(ask), 'busybox-pod')
  }
})

test('over a real cluster nothing is written, and later steps see what earlier ones would have done', async () => {
  const base = fakeCluster({ objects: [kubeDns] })
  const { cluster, step } = overlay(base)
  step('apply-manifest')
  const edited = { ...kubeDns, metadata: { ...kubeDns.metadata, labels: { mine: 'yes' } } }
  const preview = await cluster.preview(edited)
  assert.equal(preview.outcome, 'changed')
  await cluster.apply(edited, preview.live)
  const again = await cluster.preview({
    ...edited,
    metadata: { ...edited.metadata, labels: { mine: 'no' } },
  })
  assert.equal(again.outcome, 'changed')
  assert.deepEqual(
    ((await cluster.get(refOf(kubeDns)))?.metadata['labels'] as Record<string, string>)['mine'],
    'yes',
  )
  assert.deepEqual(await cluster.get(refOf(kubeDns), 'live'), await base.get(refOf(kubeDns)))
  const found = await cluster.list({ apiVersion: 'v1', kind: 'Service' })
  assert.equal(found.length, 1)
  assert.deepEqual(base.writes, [])
})

test('what was deleted in memory is gone, and would be created again', async () => {
  const base = fakeCluster({ objects: [kubeDns] })
  const { cluster } = overlay(base)
  const live = await cluster.get(refOf(kubeDns))
  assert.equal(await cluster.remove(refOf(kubeDns), 'other'), 'other')
  assert.equal(
    await cluster.remove(refOf(kubeDns), metaText(live as KubeObject, 'uid') ?? ''),
    'deleted',
  )
  assert.equal(await cluster.get(refOf(kubeDns)), null)
  assert.deepEqual(await cluster.list({ apiVersion: 'v1', kind: 'Service' }), [])
  assert.equal((await cluster.preview(kubeDns)).outcome, 'created')
  assert.deepEqual(base.writes, [])
})

test('pods of an untouched Deployment are read for real', async () => {
  const base = fakeCluster({ objects: [busybox] })
  const { cluster } = overlay(base)
  assert.equal((await cluster.list({ apiVersion: 'v1', kind: 'Pod' })).length, 1)
  assert.equal((await cluster.exec({ namespace: 'default', pod: 'busybox' }, ['true'])).code, 0)
})
