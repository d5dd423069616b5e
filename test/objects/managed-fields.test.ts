import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, ownerOf, ownersOf, treeOf } from '../../lib/objects/managed-fields.ts'

const tree = {
  'f:data': { '.': {}, 'f:Corefile': {} },
  'f:metadata': { 'f:labels': { 'f:kubernetes.io/name': {} }, 'f:finalizers': { 'v:"a/b"': {} } },
  'f:spec': {
    'f:ports': { 'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:name': {}, 'f:port': {} } },
  },
}

test('a set of fields goes to a tree and back unchanged', () => {
  assert.deepEqual(treeOf(fieldsOf({ fieldsV1: tree })), tree)
})

test('a tree from the server that is not one is an empty set', () => {
  for (const fieldsV1 of ['text', null, [], 3]) assert.equal(fieldsOf({ fieldsV1 }).size, 0)
})

test('paths are spelled as in the server’s conflicts', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a', managedFields: [{ manager: 'm', fieldsV1: tree }] },
  }
  assert.deepEqual(
    [...ownersOf(object).keys()],
    [
      '.data',
      '.data.Corefile',
      '.metadata.labels.kubernetes.io/name',
      '.metadata.finalizers[="a/b"]',
      '.spec.ports[port=53,protocol="UDP"]',
      '.spec.ports[port=53,protocol="UDP"].name',
      '.spec.ports[port=53,protocol="UDP"].port',
    ],
  )
})

test('a field without an owner has none, even where its neighbour’s name begins alike', () => {
  const owners = new Map([['.data.a', ['m']]])
  assert.equal(ownerOf(owners, '.data.ab'), undefined)
  assert.equal(ownerOf(owners, '.data.a.b'), 'm')
  assert.equal(ownerOf(owners, '.data'), 'm')
})
