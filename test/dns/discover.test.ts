import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { Json } from '../../lib/core/json.ts'
import { differencesOf, discover } from '../../lib/dns/discover.ts'
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
  assert.deepEqual([found.nodes, found.notTold], [['w0', 'w1'], []])
  assert.deepEqual(differencesOf(found.settings), [])
})

test('where kubelets differ the most frequent server counts, and the difference is told', async () => {
  const objects = ['w0', 'w1', 'w2'].map((name) => node(name))
  const kubeletConfig = (name: string) => settings(name === 'w1' ? '10.0.0.99' : '10.96.0.10')
  const found = await discover(fakeCluster({ objects, kubeletConfig }))
  assert.equal(found.given, '10.96.0.10')
  assert.deepEqual(differencesOf(found.settings), [
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

test('an image of busybox that most nodes have needs no registry there', async () => {
  const images = ['registry.example/busybox:1.36', 'registry.example/busybox@sha256:00']
  const all = [node('w0', { images }), node('w1', { images: images.toReversed() })]
  const of = async (objects: readonly KubeObject[]) =>
    (await discover(fakeCluster({ objects }))).image
  assert.equal(await of(all), 'registry.example/busybox:1.36')
  assert.equal(
    await of([...all, node('w2', { images: ['busybox:2'] })]),
    'registry.example/busybox:1.36',
  )
  assert.equal(await of([node('w0', { images: ['example.org/not-busybox-at-all/x:1'] })]), null)
})

test('without the nodes or the Services nothing can be proven, and that is said', async () => {
  const kinds = { Node: 'from where to prove DNS', Service: 'which Service is the cluster DNS' }
  for (const [kind, what] of Object.entries(kinds)) {
    const cluster = fakeCluster({ objects: [node('w0')] })
    const list: typeof cluster.list = (selection) =>
      selection.kind === kind
        ? Promise.reject(new StepError({ problem: `may not list ${kind}`, remedy: 'ask' }))
        : cluster.list(selection)
    await assert.rejects(discover({ ...cluster, list }), (error) => {
      assert.ok(error instanceof StepError)
      assert.equal(error.explanation.problem, `may not list ${kind}`)
      assert.deepEqual(error.explanation.seen, [`without it cannot be told: ${what}`])
      return true
    })
  }
})
