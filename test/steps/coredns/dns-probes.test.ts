import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, type Cluster, type KubeObject } from '../../../lib/ports/cluster.ts'
import type { Inventory } from '../../../lib/inventory/inventory.ts'
import { noSupply, type ProberSupply } from '../../../lib/dns/prober-supply.ts'
import { hasProberPlace } from '../../../lib/dns/probe-pods.ts'
import { dnsProbes } from '../../../steps/coredns/dns-probes.ts'
import { acting } from '../../fakes/acting.ts'
import { type FakeCluster, fakeCluster } from '../../fakes/cluster.ts'
import { INVENTORY, REAL, RUNNING } from './chapter.ts'

const stepOf = (inventory: Inventory, supply?: ProberSupply) =>
  dnsProbes({ inventory, probes: () => Promise.resolve('busybox:1.28'), supply })

const WITHOUT: Inventory = { ...REAL, probe: { ...REAL.probe, hosts: false } }

const node = (name: string): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
})

/** Two nodes, on which what is made runs at once, but for pods of the name given. */
function world(slow = '') {
  const controllers = (fake: FakeCluster, written: KubeObject): void => {
    if (written['status'] !== undefined || written.metadata.name === slow) return
    fake.put({ ...written, status: RUNNING })
  }
  return acting({ cluster: fakeCluster({ objects: [node('w0'), node('w1')], controllers }) })
}

async function made(inventory: Inventory): Promise<readonly string[]> {
  const check = await stepOf(inventory).check(world())
  assert.ok(check.status === 'drifted')
  return check.changes.map(({ what }) => what)
}

test('workers of one’s own cluster get a pod that asks names and one that sees their network', async () => {
  assert.deepEqual(await made(REAL), [
    'pod/dns-probe-w0',
    'pod/dns-probe-w1',
    'pod/host-probe-w0',
    'pod/host-probe-w1',
  ])
})

test('those of a lab, whose hosts are on this machine, and where the inventory says so, only the first', async () => {
  assert.deepEqual(await made(WITHOUT), ['pod/dns-probe-w0', 'pod/dns-probe-w1'])
  assert.deepEqual(await made(INVENTORY), [
    'pod/dns-probe-k8sworker0',
    'pod/dns-probe-k8sworker1',
    'pod/dns-probe-k8sworker2',
  ])
})

test('once both run on every worker there is nothing to do, and a rollback takes both', async () => {
  const on = world()
  const step = stepOf(REAL)
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  assert.equal(await step.verify(on), 'one on each of w0, w1')
  assert.equal((await step.check(on)).status, 'satisfied')
  await step.rollback(on, check.undo, on.facts)
  assert.deepEqual(on.cluster.objects().map(nameOf), ['node/w0', 'node/w1'])
})

test('a pod on a worker’s own network is waited for, too', async () => {
  const on = world('host-probe-w1')
  const step = stepOf(REAL)
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  await assert.rejects(step.verify(on), (error: { explanation: { seen: readonly string[] } }) =>
    error.explanation.seen.some((line) => line.startsWith('pod host-probe-w1: ')),
  )
})

test('where a namespace takes no such pods the plan says how to do without, before the first write', async () => {
  const on = world()
  const why =
    'pods "host-probe-w0" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'
  const cluster: Cluster = {
    ...on.cluster,
    preview: (object) =>
      object.metadata.name.startsWith('host-')
        ? Promise.resolve({ outcome: 'invalid', live: null, reasons: [{ message: why }] })
        : on.cluster.preview(object),
  }
  const check = await stepOf(REAL).check({ ...on, cluster })
  assert.ok(check.status === 'drifted')
  assert.deepEqual(check.blocked, {
    problem: 'pod/host-probe-w0, pod/host-probe-w1 cannot be created as wanted',
    seen: [`pod/host-probe-w0: ${why}`, `pod/host-probe-w1: ${why}`],
    cause: "namespace default takes no pods that are on their host's network",
    remedy:
      'set probe.hosts to false in the inventory: routes and settings of workers are then inferred, no longer seen',
  })
  assert.deepEqual(on.cluster.writes, [])
})

test('those that ask have a place for the prober, where their image has none; those that see the network have not', async () => {
  const on = world()
  const step = stepOf(REAL, noSupply())
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  await step.apply(on, check.changes)
  assert.equal((await step.check(on)).status, 'satisfied')
  const pods = on.cluster.objects().filter(({ kind }) => kind === 'Pod')
  assert.deepEqual(pods.filter(hasProberPlace).map(nameOf), [
    'pod/dns-probe-w0',
    'pod/dns-probe-w1',
  ])
})

test('a probe that is there keeps the place that it has, or has not, since a pod cannot change that', async () => {
  for (const [first, then] of [
    [undefined, noSupply()],
    [noSupply(), undefined],
  ]) {
    const on = world()
    const check = await stepOf(REAL, first).check(on)
    assert.ok(check.status === 'drifted')
    await stepOf(REAL, first).apply(on, check.changes)
    const step = stepOf(REAL, then)
    assert.equal((await step.check(on)).status, 'satisfied')
    assert.equal(await step.verify(on), 'one on each of w0, w1')
  }
})
