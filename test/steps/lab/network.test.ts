import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultInventory } from '../../fakes/lab-world.ts'
import { resourcesOf, thoseOf } from './resources.ts'

const { controllers, workers } = defaultInventory.lab
const hosts = [...controllers, ...workers]

test('each host is a namespace of its name with its address, plugged into the bridge', async () => {
  const names = (await thoseOf('network-namespace', 'create-hosts')).map(({ name }) => name)
  assert.deepEqual(names, ['lab-lan', ...hosts.map(({ name }) => name)])
  const links = (await thoseOf('link', 'create-hosts')).filter(({ name }) => name === 'eth0')
  assert.deepEqual(
    links.map(({ netns, address, peer }) => [netns, address, peer]),
    hosts.map(({ name, address }, i) => [
      name,
      `${address}/24`,
      { netns: 'lab-lan', name: `host${String(i)}`, master: 'br0' },
    ]),
  )
})

test('of the machine itself only one link is touched, with its address on that network', async () => {
  const machine = (await thoseOf('link', 'create-hosts')).filter(({ netns }) => netns === null)
  assert.deepEqual(machine, [
    {
      ...{ kind: 'link', netns: null, name: 'hw-lab', type: 'veth', address: '192.168.199.1/24' },
      peer: { netns: 'lab-lan', name: 'machine', master: 'br0' },
    },
  ])
})

test('the names of links are as short as the kernel wants them', async () => {
  for (const { name, peer } of await thoseOf('link', 'create-hosts')) {
    for (const one of [name, peer?.name ?? '']) assert.ok(one.length <= 15, one)
  }
})

test('no setting is made outside the namespaces of workers', async () => {
  const settings = await thoseOf('sysctl', 'create-hosts')
  assert.deepEqual(
    [...new Set(settings.map(({ netns }) => netns))],
    workers.map(({ name }) => name),
  )
  assert.deepEqual(
    [...new Set(settings.map(({ key, value }) => `${key} ${value}`))],
    ['net.ipv4.ip_forward 1', 'net.bridge.bridge-nf-call-iptables 1'],
  )
})

test('the record of the lab comes before everything that bears its names', async () => {
  const [first] = await resourcesOf('create-hosts')
  assert.deepEqual(first, { kind: 'folder', path: '/run/hardway/lab', mode: 0o711 })
})

test('a worker’s mount namespace hides paths by folders and files that are made before it', async () => {
  const all = await resourcesOf('create-hosts')
  const namespaces = all.filter((one) => one.kind === 'mount-namespace')
  assert.equal(namespaces.length, workers.length)
  for (const namespace of namespaces) {
    const before = all.slice(0, all.indexOf(namespace))
    const made = before.flatMap((one) => ('path' in one ? [one.path] : []))
    for (const { from, to } of namespace.binds) {
      assert.ok(made.includes(from), `${from} is made`)
      assert.ok(to.startsWith('/proc/sys/') || made.includes(to), `${to} is there to hang it on`)
    }
  }
})

test('every folder that the lab shares with the machine is one that only goes when empty', async () => {
  const folders = await thoseOf('folder', 'create-hosts')
  const outside = folders.filter(({ path }) => !/^\/(var\/lib|run)\/hardway\/lab\b/.test(path))
  assert.ok(outside.length > 0)
  assert.deepEqual(
    outside.filter(({ shared }) => shared !== true),
    [],
  )
})

test('from every host a route leads to the pods of every other worker, by that worker', async () => {
  const routes = await thoseOf('route', 'add-pod-routes')
  const expected = hosts.flatMap(({ name }) =>
    workers
      .filter((worker) => worker.name !== name)
      .map(({ podCIDR, address }) => `${name}: ${podCIDR} via ${address}`),
  )
  assert.deepEqual(
    routes.map(({ netns, to, via }) => `${netns}: ${to} via ${String(via)}`),
    expected,
  )
})
