import { test } from 'node:test'
import { podName } from '../../../steps/coredns/pod-name.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import { assertTimesOut, assertProven, assertWaits, busyboxPodOn, INVENTORY } from './chapter.ts'

const step = podName({ inventory: INVENTORY })
const POD = busyboxPodOn('k8sworker0')
const what = 'one pod with the label run=busybox'

function named(name: string, namespace = 'default', run = 'busybox') {
  return { ...POD, metadata: { name, namespace, labels: { run } } }
}

test("the kubectl template gives the one pod's name", async () => {
  await assertProven(step, acting({ cluster: fakeCluster({ objects: [POD] }) }), 'busybox')
})

test('whatever that pod is called', async () => {
  const on = acting({ cluster: fakeCluster({ objects: [named('busybox-68f7d47fc6-x')] }) })
  await assertProven(step, on, 'busybox-68f7d47fc6-x')
})

test('no pod is not yet a name', async () => {
  const seen = '0 pods in namespace default have the label run=busybox'
  await assertWaits(step, acting(), seen)
  await assertTimesOut(step, acting(), { what, seen: [seen] })
})

test('the first of two pods is a name by chance, and no proof', async () => {
  const on = acting({ cluster: fakeCluster({ objects: [POD, named('other')] }) })
  const seen = '2 pods in namespace default have the label run=busybox'
  await assertWaits(step, on, seen)
  await assertTimesOut(step, on, { what, seen: [seen] })
})

test('pods of another namespace or with another label are not meant', async () => {
  const objects = [POD, named('busybox', 'other'), named('nginx', 'default', 'nginx')]
  await assertProven(step, acting({ cluster: fakeCluster({ objects }) }), 'busybox')
})
