import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldChange, OnConflict } from '../../lib/core/change.ts'
import { type KubeObject, refOf } from '../../lib/ports/cluster.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import { contentOf, managedFieldsOf, metaText } from '../../lib/objects/objects.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { JsonObject } from '../../lib/core/json.ts'
import { acting, type FakeActing } from '../fakes/acting.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const NAME = { name: 'coredns', namespace: 'kube-system' }
const CONFIG: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: NAME,
  data: { Corefile: 'ours', more: 'ours' },
}
const THEIRS = owned({ ...CONFIG, data: { Corefile: 'theirs', more: 'theirs' } }, 'helm', {
  'f:data': { 'f:Corefile': {} },
})

/** The object with these fields in the hands of a manager. */
function owned(object: KubeObject, manager: string, fieldsV1: JsonObject): KubeObject {
  const entry = { manager, operation: 'Update', apiVersion: object.apiVersion, fieldsV1 }
  const managedFields = [...managedFieldsOf(object), entry]
  return { ...object, metadata: { ...object.metadata, managedFields } }
}

function stepFor(onConflict: OnConflict, objects: readonly KubeObject[] = [CONFIG]) {
  return objectsStep({
    touches: [],
    id: 'apply-manifest',
    title: 'Apply coredns.yaml',
    chapter: { section: '14.1', command: 'kubectl apply -f coredns.yaml' },
    objects: () => Promise.resolve(objects),
    onConflict,
  })
}

const over = (...objects: readonly KubeObject[]): FakeActing =>
  acting({ cluster: fakeCluster({ objects }) })

async function planned(on: FakeActing, policy: OnConflict) {
  const check = await stepFor(policy).check(on)
  assert.equal(check.status, 'drifted')
  return check
}

const dataOf = (on: FakeActing) => on.cluster.objects().map((object) => object['data'])
const corefile = (conflict: OnConflict): FieldChange => ({
  path: '.data.Corefile',
  from: 'theirs',
  to: 'ours',
  owner: 'helm',
  conflict,
})
const more: FieldChange = { path: '.data.more', from: 'theirs', to: 'ours' }

test('abort tells every change and who stands in the way, and writes nothing', async () => {
  const on = over(THEIRS)
  const check = await planned(on, 'abort')
  assert.deepEqual(check.changes[0]?.fields, [corefile('abort')])
  assert.match(check.blocked?.remedy ?? '', /--on-conflict skip .*--on-conflict adopt/)
  await assert.rejects(stepFor('abort').apply(on, check.changes), StepError)
  assert.deepEqual(on.cluster.writes, [])
})

test('skip leaves exactly the fields in conflict to their owner and changes the rest', async () => {
  const on = over(THEIRS)
  const check = await planned(on, 'skip')
  assert.equal(check.blocked, undefined)
  assert.deepEqual(check.changes[0]?.fields, [more, corefile('skip')])
  await stepFor('skip').apply(on, check.changes)
  assert.deepEqual(dataOf(on), [{ Corefile: 'theirs', more: 'ours' }])
  const left = '1 objects live as wanted, but for configmap/coredns .data.Corefile, left to helm'
  assert.equal(await stepFor('skip').verify(on), left)
  const again = await stepFor('skip').check(on)
  assert.deepEqual(again.status === 'satisfied' && again.because, left)
  assert.equal((await planned(on, 'abort')).blocked?.seen?.length, 1)
})

test('an object of which all that differs is left to others is told, and not written', async () => {
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: NAME }
  const on = over({ ...THEIRS, data: { Corefile: 'theirs', more: 'ours' } })
  const check = await stepFor('skip', [account, CONFIG]).check(on)
  assert.ok(check.status === 'drifted')
  assert.deepEqual(
    check.changes.map(({ action, what, fields }) => ({ action, what, fields })),
    [
      { action: 'create', what: 'serviceaccount/coredns', fields: undefined },
      { action: 'leave', what: 'configmap/coredns', fields: [corefile('skip')] },
    ],
  )
  await stepFor('skip', [account, CONFIG]).apply(on, check.changes)
  assert.deepEqual(on.cluster.writes, ['apply serviceaccount/coredns'])
})

test('skip keeps the value of a field that is shared: left out, it would be given up', async () => {
  const shared = owned(THEIRS, 'hardway', { 'f:data': { 'f:Corefile': {}, 'f:more': {} } })
  const applied: KubeObject[] = []
  const on = over(shared)
  const preview: typeof on.cluster.preview = (object, adopt) => {
    applied.push(object)
    return on.cluster.preview(object, adopt)
  }
  await stepFor('skip').check({ ...on, cluster: { ...on.cluster, preview } })
  assert.deepEqual(applied.at(-1)?.['data'], { Corefile: 'theirs', more: 'ours' })
})

test('adopt takes over what was shown, and a later run without it has nothing to do', async () => {
  const on = over(THEIRS)
  const check = await planned(on, 'adopt')
  assert.equal(check.blocked, undefined)
  assert.deepEqual(check.changes[0]?.fields, [more, corefile('adopt')])
  await stepFor('adopt').apply(on, check.changes)
  assert.deepEqual(dataOf(on), [{ Corefile: 'ours', more: 'ours' }])
  assert.equal(await stepFor('adopt').verify(on), '1 objects live as wanted')
  assert.equal((await stepFor('abort').check(on)).status, 'satisfied')
})

const since: readonly (readonly [string, (on: FakeActing) => void])[] = [
  [
    'another field is in conflict',
    (on) => {
      const [live] = on.cluster.objects()
      if (live) on.cluster.put(owned(live, 'argo', { 'f:data': { 'f:more': {} } }))
    },
  ],
  [
    'the owner has set another value',
    (on) => {
      const [live] = on.cluster.objects()
      if (live) on.cluster.put({ ...live, data: { Corefile: 'newer', more: 'theirs' } })
    },
  ],
  [
    'it is another object of that name',
    (on) => {
      on.cluster.drop(refOf(CONFIG))
      on.cluster.put(THEIRS)
    },
  ],
]

for (const [what, happens] of since) {
  test(`adopt takes nothing where ${what} than was shown`, async () => {
    const on = over(THEIRS)
    const { changes } = await planned(on, 'adopt')
    happens(on)
    const before = on.cluster.objects()
    await assert.rejects(stepFor('adopt').apply(on, changes), {
      name: 'StepError',
      message: 'others have taken or changed fields since the plan was shown',
    })
    assert.deepEqual(on.cluster.objects(), before)
    assert.deepEqual(on.cluster.writes, [])
  })
}

test('rollback of what was taken over gives back values and owners', async () => {
  const on = over(THEIRS)
  const [before] = on.cluster.objects()
  assert.ok(before)
  const check = await planned(on, 'adopt')
  await stepFor('adopt').apply(on, check.changes)
  await stepFor('adopt').rollback(on, check.undo, on.facts)
  const [now] = on.cluster.objects()
  assert.ok(now)
  assert.deepEqual(contentOf(now), contentOf(before))
  assert.deepEqual(managedFieldsOf(now), managedFieldsOf(before))
  assert.equal(metaText(now, 'uid'), metaText(before, 'uid'))
})

test('a field that cannot be changed is told even where its owner is in the way as well', async () => {
  const on = over(THEIRS)
  const preview: typeof on.cluster.preview = async (object, adopt) => {
    const asked = await on.cluster.preview(object, adopt)
    if (asked.outcome !== 'changed') return asked
    return {
      outcome: 'invalid',
      live: asked.live,
      reasons: [{ field: 'spec.clusterIP', message: 'immutable' }],
    }
  }
  const check = await stepFor('abort').check({ ...on, cluster: { ...on.cluster, preview } })
  assert.ok(check.status === 'drifted')
  assert.deepEqual(check.blocked?.seen, ['configmap/coredns: .spec.clusterIP: immutable'])
  assert.match(check.blocked.remedy, /^what is there stays: .*--on-conflict skip/)
})
