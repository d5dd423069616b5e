import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import type { Route } from '../../lib/ports/resources.ts'
import type { Breakage, Fault, Moment } from '../../lib/faults/fault.ts'
import { faultStep, type FaultUndo, heldBy } from '../../lib/faults/fault-step.ts'
import { acting, type FakeActing } from '../fakes/acting.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const ROUTE: Route = {
  ...{ kind: 'route', netns: 'w0', to: '10.200.1.0/24' },
  ...{ via: '192.168.1.2', dev: 'eth0' },
}
const SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', namespace: 'kube-system' },
  spec: { clusterIP: '10.32.0.10' },
}
const HOLDER: KubeObject = { ...SERVICE, metadata: { name: 'holder', namespace: 'default' } }
const REF = { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system', name: 'kube-dns' }

const ALL: Breakage = {
  subject: 'w0',
  gone: [REF],
  objects: [HOLDER],
  resources: [{ kind: 'absent', resource: ROUTE }],
}

function faultOf(breakage: Breakage, moments: Moment[] = []): Fault {
  return {
    id: 'some-fault',
    code: 'E3',
    title: 'Break something',
    chapter: { section: '13', command: 'ip route delete' },
    requires: 'a worker',
    plan: () => Promise.resolve(breakage),
    restartAffected: (_, moment) => {
      moments.push(moment)
      return Promise.resolve()
    },
    waitUntilVisible: (_, subject) => Promise.resolve(`${subject} is broken`),
  }
}

async function healthy(): Promise<FakeActing> {
  const on = acting({ cluster: fakeCluster({ objects: [SERVICE] }) })
  await on.host.put([ROUTE], () => undefined)
  return on
}

function worldOf({ host, cluster }: FakeActing): unknown {
  const bare = ({ metadata, ...object }: KubeObject) => ({ ...object, name: metadata.name })
  return { host: host.snapshot(), objects: cluster.objects().map(bare) }
}

/** As the engine does it: the undo has been through a journal. */
async function broken(on: FakeActing, fault: Fault): Promise<FaultUndo> {
  const step = faultStep(fault, 2020)
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  assert.equal(await step.verify(on), 'w0 is broken')
  return JSON.parse(JSON.stringify(check.undo)) as FaultUndo
}

test('a fault takes away, applies and breaks, and mending in another process gives all back', async () => {
  const on = await healthy()
  const before = worldOf(on)
  const undo = await broken(on, faultOf(ALL))
  assert.deepEqual(
    on.cluster.objects().map(({ metadata }) => metadata.name),
    ['holder'],
  )
  assert.equal((await on.host.look([ROUTE]))[0]?.now, null)
  for (const time of ['once', 'again']) {
    await faultStep(faultOf(ALL), 2020).rollback(on, undo, on.facts)
    assert.deepEqual(worldOf(on), before, time)
  }
})

test('what has to notice is restarted, in the fault and out of it, for the same host', async () => {
  const moments: Moment[] = []
  const on = await healthy()
  const undo = await broken(on, faultOf(ALL, moments))
  const elsewhere = faultOf({ ...ALL, subject: 'w7' }, moments)
  await faultStep(elsewhere, 2020).rollback(on, undo, on.facts)
  assert.deepEqual(moments, [
    { subject: 'w0', mended: false },
    { subject: 'w0', mended: true },
  ])
})

test('a fault that is in force has nothing to do', async () => {
  const on = await healthy()
  await broken(on, faultOf(ALL))
  const check = await faultStep(faultOf(ALL), 2020).check(on)
  assert.equal(check.status, 'satisfied')
})

test('whom it hits is decided once a run', async () => {
  let asked = 0
  const on = await healthy()
  const fault = faultOf(ALL)
  const breaks = () => Promise.resolve({ ...ALL, subject: `w${String(asked++)}` })
  const step = faultStep({ ...fault, plan: breaks }, 2020)
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  assert.equal(await step.verify(on), 'w0 is broken')
})

test('the journal tells what a fault holds', async () => {
  const on = await healthy()
  const { resources, refs } = heldBy(await broken(on, faultOf(ALL)))
  assert.deepEqual(resources, [{ kind: 'absent', resource: ROUTE }])
  assert.deepEqual(refs, [REF, { ...REF, name: 'holder', namespace: 'default' }])
})
