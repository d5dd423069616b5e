import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../lib/core/json.ts'
import { withMetadata } from '../../../lib/objects/objects.ts'
import { type KubeObject, refOf } from '../../../lib/ports/cluster.ts'
import { corednsPods } from '../../../steps/coredns/coredns-pods.ts'
import { corednsPod, deploymentObject, nodeObject, NODES } from '../../dns/coredns-objects.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import {
  assertHopelessBy,
  assertTimesOut,
  assertProven,
  assertWaits,
  INVENTORY,
  KUBE_DNS,
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
  const objects = [...NODES, KUBE_DNS, deploymentObject(2), ...pods]
  return acting({ cluster: fakeCluster({ objects }) })
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

test('pods on one worker are not spread because another one happens not to be ready', async () => {
  const together = corednsPod('cs9qr', { node: 'k8sworker1', ip: '10.200.1.3' })
  const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]
  const message = 'Kubelet stopped posting node status.'
  const away = ['k8sworker0', 'k8sworker2'].map((name) => ({
    ...nodeObject(name, { taints }),
    status: { conditions: [{ type: 'Ready', status: 'Unknown', message }] },
  }))
  const objects = [nodeObject('k8sworker1'), ...away, KUBE_DNS, deploymentObject(2), ON_1, together]
  const on = acting({ cluster: fakeCluster({ objects }) })
  const seen = [
    `node k8sworker0 is not ready: ${message}`,
    `node k8sworker2 is not ready: ${message}`,
    ALREADY_1,
    'pod coredns-68567cdb47-cs9qr on k8sworker1 10.200.1.3 ready',
  ]
  await assertWaits(step, on, seen.join('; '))
})

test('without the Service or what it leads to it is not yet so', async () => {
  const nothing = acting({ cluster: fakeCluster({ objects: NODES }) })
  const line = 'no Service has the address 10.32.0.10'
  await assertWaits(step, nothing, line)
  await assertTimesOut(step, nothing, { what, seen: [line] })
  const alone = acting({ cluster: fakeCluster({ objects: [...NODES, KUBE_DNS] }) })
  const nobody =
    'service/kube-dns in kube-system selects k8s-app=kube-dns, and no pod has these labels'
  await assertWaits(step, alone, nobody)
})

test('a Deployment that somebody deletes while its pods are waited for ends the wait at once', async () => {
  const on = where()
  const deleted = () => on.cluster.drop(refOf(deploymentObject(2)))
  const wait = step.verify({ ...on, progress: deleted })
  await assert.rejects(wait, /no pod has these labels, nor does any Deployment/)
})

test('pods by other names in another namespace are found by the Service at the address', async () => {
  const labels = { 'app.kubernetes.io/name': 'coredns' }
  const moved = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, namespace: 'dns', name: `x-${object.metadata.name}`, labels },
  })
  const replicas = { kind: 'ReplicaSet', name: 'x-coredns-1', controller: true }
  const pod = (object: KubeObject): KubeObject =>
    withMetadata(moved(object), {
      labels: { ...labels, 'pod-template-hash': '1' },
      ownerReferences: [replicas],
    })
  const selects = { selector: { matchLabels: labels }, template: { metadata: { labels } } }
  const helm = [
    { ...moved(deploymentObject()), spec: { replicas: 2, ...selects } },
    { ...moved(KUBE_DNS), spec: { ...(KUBE_DNS['spec'] as JsonObject), selector: labels } },
  ]
  const objects = [...NODES, ...helm, pod(ON_1), pod(NOT_READY)]
  const on = acting({ cluster: fakeCluster({ objects }) })
  const patient = corednsPods({
    inventory: { ...INVENTORY, limits: { ...INVENTORY.limits, podsMs: 60_000 } },
  })
  const proof = patient.verify({ ...on, progress: () => on.cluster.put(pod(ON_2)) })
  assert.equal(await proof, PROOF)
})

test('on a real cluster whose workers are not known, ranges are not judged', async () => {
  const on = where(
    corednsPod('aaaaa', { node: 'k8sworker0', ip: '172.17.0.2' }),
    corednsPod('bbbbb', { node: 'k8sworker1', ip: '172.17.1.2' }),
  )
  const proof = 'aaaaa on k8sworker0 172.17.0.2, bbbbb on k8sworker1 172.17.1.2'
  await assertProven(corednsPods({ inventory: REAL }), on, proof)
})
