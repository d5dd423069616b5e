import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import type { Route } from '../../lib/ports/resources.ts'
import type { FaultOn } from '../../lib/faults/faults-on.ts'
import { tolerating } from '../../lib/faults/tolerating.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'
import { acting } from '../fakes/acting.ts'

const route = (to: string): Route => ({
  ...{ kind: 'route', netns: 'w0', to },
  ...{ via: '192.168.1.2', dev: 'eth0' },
})
const ROUTES = ['10.200.1.0/24', '10.200.2.0/24'].map(route)
const MAP: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  data: { Corefile: '.:53' },
}
const common = { id: 'x', title: 'X', chapter: { section: '1', command: 'x' }, touches: [] }
const ROUTES_STEP = resourceStep({ ...common, resources: ROUTES, because: '2 routes' })
const OBJECTS_STEP = objectsStep({ ...common, objects: () => Promise.resolve([MAP]) })

const on = (id: string, holds: Partial<FaultOn['holds']>): (() => Promise<readonly FaultOn[]>) => {
  const fault = { id, since: '2026-01-01T00:00:00Z', whole: true }
  return () => Promise.resolve([{ ...fault, holds: { resources: [], refs: [], ...holds } }])
}
const missing = on('missing-route', {
  resources: ROUTES.slice(0, 1).map((resource) => ({ kind: 'absent', resource })),
})

test('what a fault holds is neither drift nor mended, and said', async () => {
  const ports = acting()
  await ports.host.put(ROUTES.slice(1), () => undefined)
  const step = tolerating(ROUTES_STEP, missing)
  assert.deepEqual(await step.check(ports), {
    status: 'satisfied',
    because: '2 routes; but for missing-route, the fault that is on',
  })
  assert.equal(await step.verify(ports), '2 routes; but for missing-route, the fault that is on')
})

test('what it does not hold is mended beside it', async () => {
  const ports = acting()
  const step = tolerating(ROUTES_STEP, missing)
  const check = await step.check(ports)
  assert.ok(check.status === 'drifted')
  assert.deepEqual(
    check.changes.map(({ what }) => what),
    ['route 10.200.2.0/24 in w0'],
  )
  await step.apply(ports, check.changes)
  assert.deepEqual(ports.host.writes, ['put route 10.200.2.0/24 in w0'])
})

test('an object that a fault holds is left alone, changed or gone', async () => {
  const refs = [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }]
  const step = tolerating(OBJECTS_STEP, on('corefile-loop', { refs }))
  for (const data of [null, { Corefile: 'loop' }]) {
    const ports = acting()
    if (data !== null) ports.cluster.put({ ...MAP, data })
    const check = await step.check(ports)
    assert.equal(check.status, 'satisfied')
    assert.match(check.because, /but for corefile-loop, the fault that is on$/)
    await step.apply(ports, [])
    assert.deepEqual(ports.cluster.writes, [])
  }
})

test('a fault that was mended by hand is not named where nothing differs', async () => {
  const ports = acting()
  await ports.host.put(ROUTES, () => undefined)
  const check = await tolerating(ROUTES_STEP, missing).check(ports)
  assert.deepEqual(check, { status: 'satisfied', because: '2 routes' })
})

test('without faults a step is as it is', async () => {
  const ports = acting()
  const step = tolerating(ROUTES_STEP, () => Promise.resolve([]))
  assert.deepEqual(await step.check(ports), await ROUTES_STEP.check(ports))
})
