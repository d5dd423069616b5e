import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueAt, withFields } from '../../lib/objects/field-paths.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'

const SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', annotations: { 'example.org/a.b': 'dotted' } },
  spec: {
    selector: { app: 'dns' },
    ports: [
      { port: 53, protocol: 'UDP', name: 'dns' },
      { port: 9153, name: 'metrics' },
    ],
  },
}

const values: readonly (readonly [string, unknown])[] = [
  ['.spec.ports[port=53,protocol="UDP"].name', 'dns'],
  ['.spec.ports[port=9153,protocol="TCP"].name', 'metrics'],
  ['.metadata.annotations.example.org/a.b', 'dotted'],
  ['.spec.selector', { app: 'dns' }],
  ['.spec.sel', undefined],
  ['.spec.ports[port=1,protocol="TCP"].name', undefined],
]

for (const [path, value] of values) {
  test(`${path} leads to ${JSON.stringify(value)}`, () => {
    assert.deepEqual(valueAt(SERVICE, path), value)
  })
}

test('fields go out with what they alone had filled, and others take the value given', () => {
  const changed = withFields(
    SERVICE,
    new Map<string, string | undefined>([
      ['.metadata.annotations.example.org/a.b', undefined],
      ['.spec.ports[port=53,protocol="UDP"].name', 'theirs'],
      ['.spec.selector', undefined],
    ]),
  )
  assert.deepEqual(changed, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns' },
    spec: {
      ports: [
        { port: 53, protocol: 'UDP', name: 'theirs' },
        { port: 9153, name: 'metrics' },
      ],
    },
  })
})

test('a map that was empty before stays: it is a field that somebody wants', () => {
  const object: KubeObject = { ...SERVICE, metadata: { name: 'kube-dns', labels: {} } }
  assert.deepEqual(withFields(object, new Map([['.spec.selector', undefined]])).metadata, {
    name: 'kube-dns',
    labels: {},
  })
})
