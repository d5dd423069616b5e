import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { planeOf, reviveControlPlane } from '../../lib/faults/control-plane.ts'
import { spareController } from '../../lib/faults/subjects.ts'
import { labOf } from '../../lib/lab/layout.ts'
import { acting } from '../fakes/acting.ts'
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts'
import { type FakeHost, fakeHost } from '../fakes/host.ts'
import { PROJECT } from '../fakes/lab-world.ts'

const lab = labOf(await loadInventory(`${PROJECT}inventory.yaml`))
const plane = planeOf(lab, 'k8smaster2')

const lease = (program: string, host: string, renewTime: string): KubeObject => ({
  ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
  metadata: { name: program, namespace: 'kube-system' },
  spec: { holderIdentity: `${host}_0c3f`, renewTime },
})

const LONG_AGO = '2026-01-01T00:00:00.000000Z'
const JUST_NOW = '2026-02-01T00:00:00.000000Z'
const leads = (manager: string, scheduler: string, renewed = JUST_NOW) =>
  fakeCluster({
    objects: [
      lease('kube-controller-manager', manager, renewed),
      lease('kube-scheduler', scheduler, renewed),
    ],
  })

const spare = async (manager: string, scheduler: string): Promise<string> =>
  (await spareController(acting({ cluster: leads(manager, scheduler) }), lab)).name

test('the controller to spare is not the admin’s, and leads nothing where there is such a one', async () => {
  assert.equal(await spare('k8smaster0', 'k8smaster0'), 'k8smaster2')
  assert.equal(await spare('k8smaster2', 'k8smaster0'), 'k8smaster1')
  assert.equal(await spare('k8smaster0', 'k8smaster2'), 'k8smaster1')
})

test('it is rather the one whose scheduler leads than the one whose controller manager does', async () => {
  assert.equal(await spare('k8smaster1', 'k8smaster2'), 'k8smaster2')
  assert.equal(await spare('k8smaster2', 'k8smaster1'), 'k8smaster1')
})

/** A machine on which all of it runs and answers. */
async function revive(
  cluster: FakeCluster,
  onLook: (looks: number, host: FakeHost) => unknown = () => undefined,
) {
  let looks = 0
  const host = fakeHost({ fetch: () => ({ status: 200, body: Buffer.from('ok') }) })
  await host.put([plane.apiServer, ...plane.others], () => undefined)
  const before = host.writes.length
  const ports = acting({ host, cluster })
  const clock = {
    now: () => ports.clock.now(),
    sleep: async (ms: number, signal: AbortSignal) => {
      looks += 1
      await onLook(looks, host)
      await ports.clock.sleep(ms, signal)
    },
  }
  await reviveControlPlane({ ...ports, clock }, lab, plane)
  return { looks, said: ports.said, writes: host.writes.slice(before) }
}

test('where others lead, all is well as soon as all answers', async () => {
  assert.equal((await revive(leads('k8smaster0', 'k8smaster1', LONG_AGO))).looks, 0)
})

test('a scheduler that leads may still end, so it is waited until it has said again that it does', async () => {
  const cluster = leads('k8smaster0', 'k8smaster2', LONG_AGO)
  const { looks, said } = await revive(cluster, (at) => {
    if (at === 3) cluster.put(lease('kube-scheduler', 'k8smaster2', JUST_NOW))
  })
  assert.equal(looks, 3)
  assert.ok(said.includes('kube-scheduler on k8smaster2 has not yet said again that it leads'))
})

test('or until another does', async () => {
  const cluster = leads('k8smaster0', 'k8smaster2', LONG_AGO)
  const { looks } = await revive(cluster, (at) => {
    if (at === 2) cluster.put(lease('kube-scheduler', 'k8smaster1', JUST_NOW))
  })
  assert.equal(looks, 2)
})

test('one that ends meanwhile is started again', async () => {
  const cluster = leads('k8smaster0', 'k8smaster2', LONG_AGO)
  const scheduler = plane.others.filter(({ name }) => name === 'kube-scheduler')
  const { writes } = await revive(cluster, async (at, host) => {
    if (at === 1) await host.restore(scheduler.map((resource) => ({ resource, now: null })))
    if (at === 3) cluster.put(lease('kube-scheduler', 'k8smaster0', JUST_NOW))
  })
  const [started] = writes.filter((line) => line.startsWith('put') && line.includes('scheduler'))
  assert.ok(started, writes.join('; '))
})
