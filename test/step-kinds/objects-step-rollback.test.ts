import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { metaText, withMetadata } from '../../lib/objects/objects.ts'
import { StepError } from '../../lib/core/errors.ts'
import { acting } from '../fakes/acting.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import {
  CONFIG,
  ALL,
  ROLE,
  configMap,
  stepOf,
  owned,
  imageOf,
  planned,
  throughJson,
} from '../objects/manifest-objects.ts'

const WITH_FACTS = [
  ['by what the writes had told', true],
  ['when the run was killed before a word was recorded', false],
] as const

for (const [what, known] of WITH_FACTS) {
  test(`rollback gives back what was found, ${what}, and again`, async () => {
    const other = configMap({ Corefile: 'theirs', kept: 'x' })
    const on = acting({ cluster: fakeCluster({ objects: [ROLE, other] }) })
    const before = imageOf(on.cluster)
    const step = stepOf(ALL)
    const { undo } = await planned(ALL, on)
    await step.apply(on, [])
    const facts = known ? throughJson(on.facts) : []
    assert.deepEqual(await step.rollback(on, throughJson(undo), facts), [
      'deployment.apps/coredns in kube-system deleted',
      'configmap/coredns in kube-system restored: .data.Corefile',
      'serviceaccount/coredns in kube-system deleted',
    ])
    assert.deepEqual(imageOf(on.cluster), before)
    assert.deepEqual(await step.rollback(on, throughJson(undo), facts), [
      'deployment.apps/coredns in kube-system is gone already',
      'configmap/coredns in kube-system was as found before',
      'serviceaccount/coredns in kube-system is gone already',
    ])
    assert.deepEqual(imageOf(on.cluster), before)
  })
}

test('rollback of a run that stopped half-way gives back that half', async () => {
  const beforeWrite = (line: string): void => {
    if (line !== 'apply deployment.apps/coredns') return
    throw new StepError({ problem: 'the server went away', remedy: 'none' })
  }
  const on = acting({ cluster: fakeCluster({ beforeWrite }) })
  const { undo } = await planned(ALL, on)
  await assert.rejects(stepOf(ALL).apply(on, []), { message: 'the server went away' })
  assert.equal(on.facts.length, 2)
  assert.deepEqual(await stepOf(ALL).rollback(on, undo, on.facts), [
    'deployment.apps/coredns in kube-system is gone already',
    'configmap/coredns in kube-system deleted',
    'serviceaccount/coredns in kube-system deleted',
  ])
  assert.deepEqual(on.cluster.objects(), [])
})

test('an object that cannot be given back keeps none of the others, and fails the rollback', async () => {
  let refuses = true
  const beforeWrite = (line: string): void => {
    if (!refuses || line !== 'remove configmap/coredns') return
    throw new StepError({ problem: 'the server refused', remedy: 'none' })
  }
  const on = acting({ cluster: fakeCluster({ beforeWrite }) })
  const { undo } = await planned(ALL, on)
  await stepOf(ALL).apply(on, [])
  await assert.rejects(stepOf(ALL).rollback(on, undo, on.facts), { message: 'the server refused' })
  assert.deepEqual(
    on.cluster.objects().map(({ kind }) => kind),
    ['ConfigMap'],
  )
  refuses = false
  await stepOf(ALL).rollback(on, undo, on.facts)
  assert.deepEqual(on.cluster.objects(), [])
})

test('a rollback that is stopped while it waits has told what went, and what is on its way', async () => {
  const controller = new AbortController()
  const cluster = fakeCluster()
  const fake = acting({
    signal: controller.signal,
    cluster: {
      ...cluster,
      async remove(ref, uid) {
        if (ref.kind !== 'Deployment') return cluster.remove(ref, uid)
        // Held by a finalizer, as a pod is by its kubelet.
        const live = await cluster.get(ref)
        assert.ok(live)
        cluster.put(withMetadata(live, { deletionTimestamp: '2026-01-01T00:00:00Z' }))
        return 'deleted'
      },
    },
  })
  const on = { ...fake, clock: systemClock }
  const { undo } = await planned(ALL, on)
  await stepOf(ALL).apply(on, [])
  const stopped = stepOf(ALL).rollback(on, undo, on.facts)
  setTimeout(() => {
    controller.abort(new Error('Ctrl-C'))
  }, 20)
  await assert.rejects(stopped, { message: 'Ctrl-C' })
  assert.deepEqual(on.undoneSoFar(), [
    'deployment.apps/coredns in kube-system is being deleted: that it has gone was not seen yet',
    'configmap/coredns in kube-system deleted',
    'serviceaccount/coredns in kube-system deleted',
  ])
})

test('rollback leaves an object that somebody recreated under the same name', async () => {
  const on = acting()
  const { undo } = await planned([CONFIG], on)
  await stepOf([CONFIG]).apply(on, [])
  on.cluster.drop(refOf(CONFIG))
  const theirs = on.cluster.put(configMap({ Corefile: 'theirs' }))
  assert.deepEqual(await stepOf([CONFIG]).rollback(on, undo, on.facts), [
    `configmap/coredns in kube-system stays: it is not the one that was made here (uid ${metaText(theirs, 'uid') ?? ''})`,
  ])
  assert.deepEqual(on.cluster.objects(), [theirs])
})

test('rollback keeps what others changed since, and says so', async () => {
  const on = acting({
    cluster: fakeCluster({ objects: [configMap({ Corefile: 'theirs', kept: 'x' })] }),
  })
  const { undo } = await planned([CONFIG], on)
  await stepOf([CONFIG]).apply(on, [])
  const [ours] = on.cluster.objects()
  assert.ok(ours)
  on.cluster.put(
    owned({ ...ours, data: { Corefile: '.:53 {}', kept: 'y' } }, 'kubectl-edit', {
      'f:data': { 'f:kept': {} },
    }),
  )
  assert.deepEqual(await stepOf([CONFIG]).rollback(on, undo, on.facts), [
    'configmap/coredns in kube-system restored: .data.Corefile',
    'configmap/coredns in kube-system keeps .data.kept, changed since by kubectl-edit',
  ])
  const [now] = on.cluster.objects()
  assert.deepEqual(now?.['data'], { Corefile: 'theirs', kept: 'y' })
})

test('rollback goes by the last record where a step was applied more than once', async () => {
  const on = acting()
  const { undo } = await planned([CONFIG], on)
  await stepOf([CONFIG]).apply(on, [])
  on.cluster.drop(refOf(CONFIG))
  await stepOf([CONFIG]).apply(on, [])
  assert.equal(on.facts.length, 2)
  assert.deepEqual(await stepOf([CONFIG]).rollback(on, undo, on.facts), [
    'configmap/coredns in kube-system deleted',
  ])
})
