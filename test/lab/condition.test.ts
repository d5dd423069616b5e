import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '../../lib/ports/resources.ts'
import { labCondition } from '../../lib/lab/condition.ts'
import { daemonOf } from '../../lib/lab/daemon.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import { fakeHost } from '../fakes/host.ts'
import { defaultInventory } from '../fakes/lab-world.ts'

const layout = layoutOf('lab')

/** The condition of the lab on a machine with these things. */
async function withResources(...resources: readonly Resource[]) {
  const host = fakeHost()
  await host.put(resources, () => undefined)
  const before = [...host.writes]
  const condition = await labCondition(host, defaultInventory, layout)
  assert.deepEqual(host.writes, before)
  return condition
}

function daemon(program: 'kube-apiserver' | 'etcd', lab = layout): Resource {
  return daemonOf(lab, { host: 'k8smaster0', program, flags: {}, reads: [] })
}

function memoryOf(host: string): Resource {
  return { kind: 'folder', path: `/var/lib/hardway/lab/hosts/${host}/etcd/member`, mode: 0o700 }
}

test('a lab of which there is nothing is absent', async () => {
  assert.equal(await withResources(), 'absent')
})

test('an API server is enough to ask', async () => {
  assert.equal(await withResources(daemon('kube-apiserver')), 'running')
})

test('the memory of any controller is that of a stopped lab', async () => {
  for (const host of ['k8smaster0', 'k8smaster2']) {
    assert.equal(await withResources(memoryOf(host)), 'stopped')
  }
})

test('etcd alone cannot be asked for objects', async () => {
  assert.equal(await withResources(memoryOf('k8smaster0'), daemon('etcd')), 'stopped')
})

test("another lab's API server and another folder say nothing of this lab", async () => {
  const other = daemon('kube-apiserver', layoutOf('other'))
  assert.equal(await withResources(other, memoryOf('k8sworker0')), 'absent')
})
