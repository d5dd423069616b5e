import { test } from 'node:test'
import { kubernetesService } from '../../../steps/coredns/kubernetes-service.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import {
  assertHopeless,
  assertTimesOut,
  assertProven,
  assertWaits,
  INVENTORY,
  KUBERNETES,
  serviceObject,
} from './chapter.ts'

const step = kubernetesService({ inventory: INVENTORY })

function withService(...objects: Parameters<typeof serviceObject>[2][]) {
  const services = objects.map((spec) => serviceObject('kubernetes', 'default', spec))
  return acting({ cluster: fakeCluster({ objects: services }) })
}

test('the first address of the service range is the proof', async () => {
  const on = acting({ cluster: fakeCluster({ objects: [KUBERNETES] }) })
  await assertProven(step, on, '10.32.0.1, the first of 10.32.0.0/24')
})

test('without the Service, or without an address, it is not yet so', async () => {
  const seen = 'service/kubernetes has no clusterIP'
  for (const on of [withService(), withService({})]) {
    await assertWaits(step, on, seen)
    await assertTimesOut(step, on, { what: 'the Service kubernetes', seen: [seen] })
  }
})

test('another address never becomes the right one: the range is another', async () => {
  const on = withService({ clusterIP: '10.96.0.1' })
  await assertWaits(step, on, 'service/kubernetes has 10.96.0.1')
  await assertHopeless(step, on, {
    problem: 'the Service kubernetes has 10.96.0.1, not 10.32.0.1',
    seen: ['service/kubernetes has 10.96.0.1'],
    cause: 'the API servers use another range than 10.32.0.0/24 for Services',
    remedy:
      'set cluster.serviceCIDR in inventory.yaml to what kube-apiserver has as --service-cluster-ip-range',
  })
})
