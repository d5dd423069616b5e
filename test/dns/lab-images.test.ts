import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnknownYetError } from '../../lib/core/errors.ts'
import { imagesNotThere } from '../../lib/dns/lab-images.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const node = (...names: readonly string[]): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'w0' } },
  status: { images: [{ names }] },
})
const deploymentOf = (image: string): KubeObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'coredns' } },
  spec: { template: { spec: { containers: [{ name: 'coredns', image }] } } },
})
const there = fakeCluster({ objects: [node('docker.io/coredns/coredns:1.6.2', 'hw.local/a:1')] })

test('an image that no worker of a lab has is told, with what they have of it', async () => {
  assert.deepEqual(await imagesNotThere([deploymentOf('coredns/coredns:1.2.2')], there), [
    'deployment.apps/coredns: image coredns/coredns:1.2.2 is on no worker, and the workers of a lab reach no registry; they have docker.io/coredns/coredns:1.6.2',
  ])
  const [other = ''] = await imagesNotThere([deploymentOf('k8s.gcr.io/coredns')], there)
  assert.match(other, /reach no registry$/)
})

test('one that is there is known by its short name, too', async () => {
  for (const image of [
    'coredns/coredns:1.6.2',
    'docker.io/coredns/coredns:1.6.2',
    'hw.local/a:1',
  ]) {
    assert.deepEqual(await imagesNotThere([deploymentOf(image)], there), [])
  }
})

test('nothing is said where the nodes do not tell what they have', async () => {
  const all = [deploymentOf('coredns/coredns:1.2.2')]
  assert.deepEqual(await imagesNotThere(all, fakeCluster({ objects: [node()] })), [])
  const list = () => Promise.reject(new UnknownYetError('start-workers', 'no cluster yet'))
  assert.deepEqual(await imagesNotThere(all, { list }), [])
})
