import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../../lib/ports/cluster.ts'
import { corednsPods } from '../../../steps/coredns/coredns-pods.ts'
import { corednsPod, deploymentObject, NODES } from '../../dns/coredns-objects.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import {
  assertHopelessBy,
  assertTimesOut,
  assertProven,
  assertWaits,
  INVENTORY,
  REAL,
} from './chapter.ts'

const step = corednsPods({ inventory: INVENTORY })
const what = 'CoreDNS pods'
const ON_1 = corednsPod('7w4jf', { node: 'k8sworker1', ip: '10.200.1.2' })
const ON_2 = corednsPod('cs9qr', { node: 'k8sworker2', ip: '10.200.2.2' })
const NOT_READY = corednsPod('cs9qr', { node: 'k8sworker2', ip: '10.200.2.2', ready: false })
const PROOF = '7w4jf on k8sworker1 10.200.1.2, cs9qr on k8sworker2 10.200.2.2'
const ALREADY_1 = 'pod coredns-68567cdb47-7w4jf on k8sworker1 10.200.1.2 ready'

function where(...pods: readonly KubeObject[]) {
  return acting({ cluster: fakeCluster({ objects: [...NODES, deploymentObject(2), ...pods] }) })
}

test('ready pods on different workers are the proof', async () => {
  await assertProven(step, where(ON_1, ON_2), PROOF)
})

test('pods of other namespaces and with other labels are not looked at', async () => {
  const elsewhere = { ...ON_1, metadata: { ...ON_1.metadata, namespace: 'default' } }
  const other = { ...ON_2, metadata: { name: 'other', namespace: 'kube-system', labels: {} } }
  await assertProven(step, where(ON_1, ON_2, elsewhere, other), PROOF)
})

test('a pod that is not ready in time is told with what was seen last', async () => {
  const on = where(ON_1, NOT_READY)
  const seen = [
    '1 of 2 ready',
    ALREADY_1,
    'pod coredns-68567cdb47-cs9qr on k8sworker2 10.200.2.2 Running',
  ]
  await assertWaits(step, on, seen.join('; '))
  await assertTimesOut(step, on, { what, seen })
  assert.deepEqual(on.said, [seen.join('; ')])
})

test('it is proven as soon as the last pod is ready', async () => {
  const on = where(ON_1, NOT_READY)
  const patient = corednsPods({
    inventory: { ...INVENTORY, limits: { ...INVENTORY.limits, podsMs: 60_000 } },
  })
  const proof = patient.verify({ ...on, progress: () => on.cluster.put(ON_2) })
  assert.equal(await proof, PROOF)
})

test("the chapter's own listing fails at once: both pods have one address", async () => {
  const on = where(
    corednsPod('8s42p', { node: 'k8sworker2', ip: '10.200.0.2' }),
    corednsPod('wnh6c', { node: 'k8sworker0', ip: '10.200.0.2' }),
  )
  await assertHopelessBy(step, on, {
    ...{ problem: 'both CoreDNS pods have the address 10.200.0.2', code: 'E1' },
    seen: [
      "pod coredns-68567cdb47-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24",
    ],
  })
})

test('without the Deployment it is not yet so', async () => {
  const on = acting({ cluster: fakeCluster({ objects: NODES }) })
  await assertWaits(step, on, 'deployment.apps/coredns does not exist')
  await assertTimesOut(step, on, { what, seen: ['deployment.apps/coredns does not exist'] })
})

test('on a real cluster whose workers are not known, ranges are not judged', async () => {
  const on = where(
    corednsPod('aaaaa', { node: 'k8sworker0', ip: '172.17.0.2' }),
    corednsPod('bbbbb', { node: 'k8sworker1', ip: '172.17.1.2' }),
  )
  const proof = 'aaaaa on k8sworker0 172.17.0.2, bbbbb on k8sworker1 172.17.1.2'
  await assertProven(corednsPods({ inventory: REAL }), on, proof)
})
