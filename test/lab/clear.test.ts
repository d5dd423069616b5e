import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Resource } from '../../lib/ports/resources.ts'
import { clearLab } from '../../lib/lab/clear.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import { fakeHost } from '../fakes/host.ts'
import { defaultInventory } from '../fakes/lab-world.ts'

const layout = layoutOf('lab')
const FOLDER: Resource = { kind: 'folder', path: layout.folder, mode: 0o700 }
const RUN: Resource = { kind: 'folder', path: layout.run, mode: 0o711 }
const PARENT: Resource = { kind: 'folder', path: '/var/lib/hardway', mode: 0o755, shared: true }
const CGROUP: Resource = { kind: 'cgroup', path: layout.cgroup, delegate: true }
const UPLINK: Resource = { kind: 'link', netns: null, name: 'hw-lab', type: 'veth' }

function namespace(name: string): Resource {
  return { kind: 'network-namespace', name }
}

/** What is written, on a machine with these things, to clear the lab. */
async function cleared(...resources: readonly Resource[]) {
  const host = fakeHost()
  await host.put(resources, () => undefined)
  const before = host.writes.length
  assert.deepEqual(await clearLab(host, defaultInventory, layout), [])
  return { host, writes: host.writes.slice(before) }
}

test('where there is nothing, nothing is written', async () => {
  assert.deepEqual((await cleared()).writes, [])
})

test('all that a lab leaves is taken away, folders last', async () => {
  const hosts = ['k8smaster0', 'k8sworker2'].map(namespace)
  const lan = namespace('lab-lan')
  const all = [PARENT, FOLDER, RUN, UPLINK, lan, ...hosts, CGROUP]
  const { host, writes } = await cleared(...all)
  assert.deepEqual(writes, [
    'restore cgroup hardway-lab',
    'restore network namespace k8sworker2',
    'restore network namespace k8smaster0',
    'restore network namespace lab-lan',
    'restore link hw-lab',
    'restore folder /run/hardway/lab',
    'restore folder /var/lib/hardway/lab',
    'restore folder /run/hardway',
    'restore folder /var/lib/hardway',
  ])
  assert.deepEqual(host.snapshot(), {})
})

test('the mount namespaces of workers go, too', async () => {
  const path = '/run/hardway/lab/mnt/k8sworker1'
  const { writes } = await cleared(RUN, { kind: 'mount-namespace', path, binds: [] })
  assert.deepEqual(writes, [
    'restore mount namespace /run/hardway/lab/mnt/k8sworker1',
    'restore folder /run/hardway/lab',
    'restore folder /run/hardway',
  ])
})

test("hosts' names are somebody else's where no lab is recorded since the machine started", async () => {
  const { writes } = await cleared(UPLINK, namespace('k8sworker0'), namespace('lab-lan'))
  assert.deepEqual(writes, [])
})

test('a lab of which only the data is left, as after a reboot, loses these', async () => {
  const { writes } = await cleared(FOLDER, namespace('k8sworker0'))
  assert.deepEqual(writes, [
    'restore folder /var/lib/hardway/lab',
    'restore folder /var/lib/hardway',
  ])
})

test("another lab's things stay", async () => {
  const other = layoutOf('other')
  const theirs: Resource[] = [
    { kind: 'folder', path: other.folder, mode: 0o700 },
    { kind: 'cgroup', path: other.cgroup, delegate: true },
    { kind: 'link', netns: null, name: other.uplink, type: 'veth' },
    namespace(other.lan),
    namespace('other-worker0'),
  ]
  const { writes } = await cleared(...theirs, FOLDER, RUN, UPLINK, CGROUP)
  assert.deepEqual(
    writes.filter((line) => line.includes('other')),
    [],
  )
  const shared = writes.findIndex((line) => line === 'restore folder /var/lib/hardway')
  assert.equal(shared, writes.length - 1)
})

test('clearing again writes nothing', async () => {
  const { host } = await cleared(FOLDER, RUN, UPLINK)
  const before = host.writes.length
  await clearLab(host, defaultInventory, layout)
  assert.equal(host.writes.length, before)
})
