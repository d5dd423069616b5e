import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { Json } from '../../lib/core/json.ts'
import { discover } from '../../lib/dns/discover.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { fakeCluster } from '../fakes/cluster.ts'

/** A node; ready, on Linux and with these images where nothing else is said. */
function node(
  name: string,
  {
    ready = 'True',
    os = 'linux',
    images = [],
    ...spec
  }: {
    readonly ready?: string
    readonly os?: string
    readonly images?: readonly string[]
    readonly unschedulable?: boolean
    readonly taints?: readonly Json[]
  } = {},
): KubeObject {
  return {
    ...{ apiVersion: 'v1', kind: 'Node', spec },
    metadata: { name, labels: { 'kubernetes.io/os': os } },
    status: {
      conditions: [{ type: 'Ready', status: ready, message: ready === 'True' ? '' : 'gone quiet' }],
      images: images.map((image) => ({ names: [image] })),
    },
  }
}

const settings = (server: string, clusterDomain = 'cluster.local'): Json => ({
  clusterDNS: [server],
  clusterDomain,
})

test('the kubelets say which server pods are given, and for which domain', async () => {
  const objects = [node('w0'), node('w1')]
  const found = await discover(
    fakeCluster({ objects, kubeletConfig: () => settings('10.96.0.10', 'k8s.example.') }),
  )
  assert.deepEqual([found.given, found.domain], ['10.96.0.10', 'k8s.example'])
  assert.deepEqual([found.nodes, found.differences, found.notTold], [['w0', 'w1'], [], []])
})

test('where kubelets differ the most frequent server counts, and the difference is told', async () => {
  const objects = ['w0', 'w1', 'w2'].map((name) => node(name))
  const kubeletConfig = (name: string) => settings(name === 'w1' ? '10.0.0.99' : '10.96.0.10')
  const found = await discover(fakeCluster({ objects, kubeletConfig }))
  assert.equal(found.given, '10.96.0.10')
  assert.deepEqual(found.differences, [
    'kubelet of w0, w2: 10.96.0.10, domain cluster.local',
    'kubelet of w1: 10.0.0.99, domain cluster.local',
  ])
})

test('cordoned and tainted nodes take part; others are left out with the reason', async () => {
  const objects = [
    node('cordoned', { unschedulable: true }),
    node('tainted', { taints: [{ key: 'a', effect: 'NoExecute' }] }),
    node('silent', { ready: 'Unknown' }),
    node('windows', { os: 'windows' }),
  ]
  const found = await discover(
    fakeCluster({ objects, kubeletConfig: () => settings('10.96.0.10') }),
  )
  assert.deepEqual(found.nodes, ['cordoned', 'tainted'])
  assert.deepEqual(found.leftOut, [
    { name: 'silent', because: 'it is not ready: gone quiet' },
    { name: 'windows', because: 'it runs windows' },
  ])
})

test('what kubelets may not be asked for is told, and nothing is guessed', async () => {
  const refuse = (): never => {
    throw new StepError(
      { problem: 'may not get nodes/proxy; wanted to …', remedy: '' },
      { reason: 'may not get nodes/proxy' },
    )
  }
  const found = await discover(fakeCluster({ objects: [node('w0')], kubeletConfig: refuse }))
  assert.deepEqual([found.given, found.domain], [null, 'cluster.local'])
  assert.deepEqual(found.notTold, [
    'what kubelets give pods for a DNS server: may not get nodes/proxy',
  ])
})

test('an image of busybox that every node has needs no registry', async () => {
  const images = ['registry.example/busybox:1.36', 'registry.example/busybox@sha256:00']
  const all = [node('w0', { images }), node('w1', { images: images.toReversed() })]
  const of = async (objects: readonly KubeObject[]) =>
    (await discover(fakeCluster({ objects }))).image
  assert.equal(await of(all), 'registry.example/busybox:1.36')
  assert.equal(await of([...all, node('w2')]), null)
  assert.equal(await of([node('w0', { images: ['example.org/not-busybox-at-all/x:1'] })]), null)
})
