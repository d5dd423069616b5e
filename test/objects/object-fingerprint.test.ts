import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { explainObjectMove, objectFingerprint } from '../../lib/objects/object-fingerprint.ts'
import type { Fingerprint } from '../../lib/core/fingerprint.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'

interface Written {
  readonly data?: JsonObject
  readonly metadata?: JsonObject
  readonly status?: Json
  readonly kind?: string
}

const CREATED = '2026-01-01T10:00:00Z'
const EDITED = '2026-01-01T11:00:00Z'

/** One manager's entry, for the keys of `data` that it owns. */
function entry(
  manager: string,
  time: string,
  keys: readonly string[],
  more: JsonObject = {},
): Json {
  const fields = Object.fromEntries(keys.map((key) => [`f:${key}`, {}]))
  return { manager, operation: 'Update', time, fieldsV1: { 'f:data': fields }, ...more }
}

const MAKER = entry('kubectl-create', CREATED, ['Corefile', 'zone'])

function object({ data = { Corefile: 'old', zone: 'z' }, ...more }: Written = {}): KubeObject {
  const { metadata = {}, status, kind = 'ConfigMap' } = more
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: 'coredns',
      namespace: 'kube-system',
      uid: 'u1',
      resourceVersion: '7',
      creationTimestamp: CREATED,
      managedFields: [MAKER],
      ...metadata,
    },
    data,
    ...(status === undefined ? {} : { status }),
  }
}

function withoutData({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata }
}

function evidence(live: KubeObject | null, asWanted = false): Fingerprint {
  return objectFingerprint(object(), live, { asWanted })
}

describe('what counts about an object', () => {
  const same: readonly (readonly [string, Written])[] = [
    ['its status', { status: { ready: 3 } }],
    ['its resourceVersion and generation', { metadata: { resourceVersion: '9', generation: 2 } }],
    ['times in managedFields', { metadata: { managedFields: [entry('x', EDITED, ['zone'])] } }],
    [
      'the counter of the deployment controller',
      { metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } } },
    ],
    ['the order of its keys', { data: { zone: 'z', Corefile: 'old' } }],
  ]
  for (const [what, change] of same) {
    test(`${what} does not`, () => {
      assert.equal(evidence(object(change)).digest, evidence(object()).digest)
    })
  }

  const other: readonly (readonly [string, KubeObject | null])[] = [
    ['a field', object({ data: { Corefile: 'new', zone: 'z' } })],
    ['a label', object({ metadata: { labels: { a: 'b' } } })],
    ['that it is there', null],
  ]
  for (const [what, live] of other) {
    test(`${what} does`, () => {
      assert.notEqual(evidence(live).digest, evidence(object()).digest)
    })
  }

  test('status is not even kept', () => {
    assert.doesNotMatch(JSON.stringify(evidence(object({ status: 'canary' }))), /canary/)
  })
})

describe('a move is explained', () => {
  const moved = (written: Written, then: KubeObject | null = object()) =>
    explainObjectMove(evidence(then), evidence(object(written)))

  test('by field, values, manager and time', () => {
    const managedFields = [
      entry('kubectl-edit', EDITED, ['Corefile']),
      entry('kubectl-create', CREATED, ['zone']),
    ]
    const data = { Corefile: 'new', zone: 'z' }
    assert.deepEqual(moved({ data, metadata: { managedFields } }), [
      { path: '.data.Corefile', then: 'old', now: 'new', by: 'kubectl-edit', at: EDITED },
    ])
  })

  test('by its owner who wrote last, and not by who wrote the status later', () => {
    const later = '2026-01-01T12:00:00Z'
    const managedFields = [
      entry('controller', later, ['Corefile'], { subresource: 'status' }),
      entry('helm', EDITED, ['Corefile']),
      entry('kubectl-create', CREATED, ['Corefile', 'zone']),
    ]
    const data = { Corefile: 'new', zone: 'z' }
    assert.equal(moved({ data, metadata: { managedFields } })[0]?.by, 'helm')
  })

  test('by whoever came through a subresource that writes content', () => {
    const managedFields = [
      entry('kubectl-scale', EDITED, ['zone'], { subresource: 'scale' }),
      MAKER,
    ]
    const data = { Corefile: 'old', zone: 'y' }
    assert.equal(moved({ data, metadata: { managedFields } })[0]?.by, 'kubectl-scale')
  })

  test('for a field that is gone by whoever wrote since, or by nobody', () => {
    const data = { Corefile: 'old' }
    const managedFields = [MAKER, entry('kubectl-patch', EDITED, [])]
    assert.deepEqual(moved({ data, metadata: { managedFields } }), [
      { path: '.data.zone', then: 'z', by: 'kubectl-patch', at: EDITED },
    ])
    assert.deepEqual(moved({ data }), [{ path: '.data.zone', then: 'z' }])
  })

  test('key by key where a whole map has come', () => {
    const managedFields = [entry('kubectl-edit', EDITED, ['Corefile'])]
    const bare = withoutData(object())
    assert.deepEqual(moved({ data: { Corefile: 'new' }, metadata: { managedFields } }, bare), [
      { path: '.data.Corefile', now: 'new', by: 'kubectl-edit', at: EDITED },
    ])
  })

  test('for an object made since by its maker, and where nobody is named by its time alone', () => {
    assert.deepEqual(moved({}, null), [{ path: '', now: true, by: 'kubectl-create', at: CREATED }])
    assert.deepEqual(moved({ metadata: { managedFields: [] } }, null), [
      { path: '', now: true, at: CREATED },
    ])
  })

  test('for an object that went away', () => {
    assert.deepEqual(explainObjectMove(evidence(object()), evidence(null)), [
      { path: '', then: true },
    ])
  })

  test('without the values of a Secret', () => {
    const [was, is] = ['old', 'new'].map((password) =>
      evidence(object({ kind: 'Secret', data: { password } })),
    )
    assert.ok(was && is)
    const text = JSON.stringify(explainObjectMove(was, is))
    assert.match(text, /\.data\.password/)
    assert.doesNotMatch(text, /old|new/)
  })
})
