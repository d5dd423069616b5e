import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { diffObjects } from '../../lib/objects/diff.ts'
import type { Json } from '../../lib/core/json.ts'

function deployment(spec: Json, metadata: Readonly<Record<string, Json>> = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', ...metadata },
    spec,
  }
}

function podSpec(container: Readonly<Record<string, Json>>): Json {
  return { template: { spec: { containers: [{ name: 'coredns', ...container }] } } }
}

test('equal objects have no difference, whatever the server put into metadata and status', () => {
  const a = deployment(
    { replicas: 2 },
    { resourceVersion: '1', generation: 1, uid: 'a', creationTimestamp: 'x', managedFields: [] },
  )
  const b = {
    ...deployment({ replicas: 2 }, { resourceVersion: '2', generation: 2, uid: 'b' }),
    status: { replicas: 2 },
  }
  assert.deepEqual(diffObjects(a, b), [])
})

test('paths are spelled as server-side apply spells them', () => {
  const before = deployment(
    podSpec({
      image: 'coredns:1.6.2',
      ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }],
    }),
  )
  const after = deployment(
    podSpec({
      image: 'coredns:1.7.0',
      ports: [{ containerPort: 53, protocol: 'UDP', name: 'other' }],
    }),
  )
  const base = '.spec.template.spec.containers[name="coredns"]'
  assert.deepEqual(diffObjects(before, after), [
    { path: `${base}.image`, from: 'coredns:1.6.2', to: 'coredns:1.7.0' },
    { path: `${base}.ports[containerPort=53,protocol="UDP"].name`, from: 'dns', to: 'other' },
  ])
})

test('what is new or goes away is one change at its root', () => {
  const before = deployment({ a: { b: { c: 1 } } })
  const after = deployment({ d: [1] })
  assert.deepEqual(diffObjects(before, after), [
    { path: '.spec.a', from: { b: { c: 1 } } },
    { path: '.spec.d', to: [1] },
  ])
})

test('a list without keys is one value, a keyed list in another order a change', () => {
  const args = (list: readonly string[]): KubeObject => deployment(podSpec({ args: list }))
  assert.deepEqual(
    diffObjects(args(['a', 'b']), args(['b', 'a'])).map(({ path }) => path),
    ['.spec.template.spec.containers[name="coredns"].args'],
  )
  const ports = (list: readonly number[]): KubeObject =>
    deployment({ ports: list.map((port) => ({ port })) })
  assert.deepEqual(diffObjects(ports([1, 2]), ports([2, 1])), [
    {
      path: '.spec.ports',
      from: ['[port=1,protocol="TCP"]', '[port=2,protocol="TCP"]'],
      to: ['[port=2,protocol="TCP"]', '[port=1,protocol="TCP"]'],
    },
  ])
})

test('owners are named: of the field, of what is inside it, of what is around it', () => {
  const owned = {
    managedFields: [
      { manager: 'helm', fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:tolerations': {} } } },
      { manager: 'kubectl', fieldsV1: { 'f:spec': { 'f:inner': { 'f:x': {} } } } },
      { manager: 'kcm', subresource: 'status', fieldsV1: { 'f:spec': { 'f:free': {} } } },
    ],
  }
  const before = deployment({ replicas: 1, inner: { x: 1 }, tolerations: [1], free: 1 }, owned)
  const after = deployment({ replicas: 2, tolerations: [2], free: 2 })
  assert.deepEqual(
    diffObjects(before, after).map(({ path, owner }) => [path, owner]),
    [
      ['.spec.replicas', 'helm'],
      ['.spec.inner', 'kubectl'],
      ['.spec.tolerations', 'helm'],
      ['.spec.free', undefined],
    ],
  )
})

test('values of a Secret are masked, in its copy in an annotation too', () => {
  const secret = (data: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', annotations: { last: data } },
    type: data,
    data: { token: data },
  })
  assert.deepEqual(diffObjects(secret('canary1'), secret('canary2')), [
    { path: '.metadata.annotations.last', from: 'masked', to: 'masked' },
    { path: '.type', from: 'canary1', to: 'canary2' },
    { path: '.data.token', from: 'masked', to: 'masked' },
  ])
})
