import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../../lib/ports/cluster.ts'
import { refOf } from '../../../lib/ports/cluster.ts'
import { UnknownYetError } from '../../../lib/core/errors.ts'
import { at, type Json } from '../../../lib/core/json.ts'
import { busyboxPod } from '../../../steps/coredns/busybox-pod.ts'
import { acting } from '../../fakes/acting.ts'
import { type FakeCluster, fakeCluster } from '../../fakes/cluster.ts'
import { withoutEvidence } from '../../fakes/without-evidence.ts'
import { assertHopelessBy, assertTimesOut, busyboxPodOn, INVENTORY, RUNNING } from './chapter.ts'

const step = busyboxPod({ inventory: INVENTORY, image: () => Promise.resolve('busybox:1.28') })

/** A cluster with this pod; what is created runs at once. */
function where(...objects: readonly KubeObject[]) {
  const controllers = (fake: FakeCluster, written: KubeObject): void => {
    const spec = { ...(written['spec'] as object), nodeName: 'k8sworker0' }
    if (written['status'] === undefined) fake.put({ ...written, spec, status: RUNNING })
  }
  return acting({ cluster: fakeCluster({ objects, controllers }) })
}

function waiting(reason: string, message = ''): Json {
  return {
    phase: 'Pending',
    containerStatuses: [{ name: 'busybox', state: { waiting: { reason, message } } }],
  }
}

test('without the pod it is planned with its image', async () => {
  const check = await step.check(where())
  assert.ok(check.status === 'drifted')
  assert.deepEqual(
    check.changes.map(({ action, what, note }) => [action, what, note]),
    [['create', 'pod/busybox', 'image busybox:1.28']],
  )
})

test('the image is the one that is available here, and may not be known yet', async () => {
  const other = busyboxPod({
    inventory: INVENTORY,
    image: () => Promise.resolve('hardway.local/probe:1'),
  })
  const check = await other.check(where())
  assert.ok(check.status === 'drifted')
  assert.equal(check.changes[0]?.note, 'image hardway.local/probe:1')
  const unknown = new UnknownYetError('make-images', 'the image')
  await assert.rejects(
    busyboxPod({ inventory: INVENTORY, image: () => Promise.reject(unknown) }).check(where()),
    unknown,
  )
})

test('once it runs there is nothing to do, and applying again makes no other', async () => {
  const on = where()
  await step.apply(on, [])
  const proof = 'on k8sworker0 10.200.0.3'
  assert.deepEqual(withoutEvidence(await step.check(on)), { status: 'satisfied', because: proof })
  assert.equal(await step.verify(on), proof)
  await step.apply(on, [])
  assert.deepEqual(on.cluster.writes, ['apply pod/busybox'])
  const uid = on.cluster.objects()[0]?.metadata['uid']
  assert.deepEqual(
    on.facts.map((fact) => at(fact, 'createdUid')),
    [uid],
  )
})

test('a pod that was here already and starts is only waited for, and stays at a rollback', async () => {
  const on = where(busyboxPodOn('k8sworker0', waiting('ContainerCreating')))
  const check = await step.check(on)
  assert.deepEqual(withoutEvidence(check), {
    status: 'drifted',
    changes: [{ action: 'wait', what: 'pod/busybox', note: 'ContainerCreating' }],
    undo: [],
  })
  await step.apply(on, [])
  assert.deepEqual(await step.rollback(on, [], []), [])
  assert.deepEqual(on.cluster.writes, [])
})

test('another pod of that name is reported in all fields, and never touched', async () => {
  const other: KubeObject = {
    ...busyboxPodOn('k8sworker0', RUNNING),
    spec: { containers: [{ name: 'busybox', image: 'busybox:1.36' }] },
  }
  const on = where(other)
  const blocked = {
    problem: 'a pod named busybox exists in namespace default and is another one',
    seen: [
      'it differs in .spec.containers[name="busybox"].image',
      'it differs in .spec.containers[name="busybox"].command',
    ],
    remedy:
      'look at it (kubectl get pod busybox -o yaml); if it can go: kubectl delete pod busybox',
  }
  assert.deepEqual(withoutEvidence(await step.check(on)), {
    status: 'drifted',
    changes: [
      {
        action: 'change',
        what: 'pod/busybox',
        fields: [
          {
            path: '.spec.containers[name="busybox"].image',
            from: 'busybox:1.36',
            to: 'busybox:1.28',
          },
          {
            path: '.spec.containers[name="busybox"].command',
            from: null,
            to: ['sleep', '3600'],
          },
        ],
      },
    ],
    undo: [],
    blocked,
  })
  await assert.rejects(step.apply(on, []), { name: 'StepError', explanation: blocked })
  assert.deepEqual(on.cluster.writes, [])
})

test('a pod that does not start in time is told with what it waits for', async () => {
  const on = where(busyboxPodOn('k8sworker0', waiting('ContainerCreating')))
  const seen = ['pod busybox: ContainerCreating']
  await assertTimesOut(step, on, { what: 'a running busybox pod', seen })
})

test('a pod that is not there in time ends the wait', async () => {
  const seen = ['pod busybox: not there yet']
  await assertTimesOut(step, where(), { what: 'a running busybox pod', seen })
})

test('an image that cannot be had ends the wait at once', async () => {
  const status = waiting('ErrImagePull', 'docker.io/library/busybox:1.28: not found')
  await assertHopelessBy(step, where(busyboxPodOn('k8sworker0', status)), {
    ...{ problem: 'pod busybox will never start', code: 'A6' },
    seen: ['pod busybox: ErrImagePull: docker.io/library/busybox:1.28: not found'],
  })
})

for (const known of [true, false]) {
  const what = known ? 'by its uid' : 'by its manager where the uid was not recorded in time'
  test(`rollback deletes the pod that was made here, ${what}, and again nothing`, async () => {
    const on = where()
    const check = await step.check(on)
    assert.ok(check.status === 'drifted')
    await step.apply(on, check.changes)
    const facts = known ? on.facts : []
    assert.deepEqual(await step.rollback(on, check.undo, facts), ['pod/busybox in default deleted'])
    assert.deepEqual(on.cluster.objects(), [])
    assert.deepEqual(await step.rollback(on, check.undo, facts), [
      'pod/busybox in default is gone already',
    ])
  })
}

test('rollback leaves a pod that somebody recreated under that name', async () => {
  const on = where()
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  const pod = busyboxPodOn('k8sworker1', RUNNING)
  on.cluster.drop(refOf(pod))
  const theirs = on.cluster.put({ ...pod, metadata: { ...pod.metadata, uid: 'theirs' } })
  assert.deepEqual(await step.rollback(on, check.undo, on.facts), [
    'pod/busybox in default stays: it is not the one that was made here (uid theirs)',
  ])
  assert.deepEqual(on.cluster.objects(), [theirs])
})

test('a journal of 0.1.0, in which the undo is one object or null, is rolled back as well', async () => {
  const on = where()
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  const [one = null] = check.undo
  assert.deepEqual(await step.rollback(on, null as never, []), [])
  assert.deepEqual(await step.rollback(on, one as never, [{ uid: 'as it was' }]), [
    'pod/busybox in default deleted',
  ])
})
