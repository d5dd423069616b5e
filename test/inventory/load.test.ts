import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadInventory } from '../../lib/inventory/load.ts'
import { load, shipped } from './inventory-text.ts'

test('the project’s own inventory is the chapter’s, and equal to its defaults', async () => {
  const inventory = await load(shipped)
  assert.deepEqual(inventory, await load('target: lab\n'))
  assert.deepEqual(inventory, {
    source: 'inventory.yaml',
    target: { kind: 'lab' },
    edition: 2020,
    lab: {
      name: 'lab',
      network: '192.168.199.0/24',
      prefix: 24,
      machine: '192.168.199.1',
      controllers: [
        { name: 'k8smaster0', address: '192.168.199.200' },
        { name: 'k8smaster1', address: '192.168.199.201' },
        { name: 'k8smaster2', address: '192.168.199.202' },
      ],
      workers: [
        { name: 'k8sworker0', address: '192.168.199.210', podCIDR: '10.200.0.0/24' },
        { name: 'k8sworker1', address: '192.168.199.211', podCIDR: '10.200.1.0/24' },
        { name: 'k8sworker2', address: '192.168.199.212', podCIDR: '10.200.2.0/24' },
      ],
      proxy: 'iptables',
    },
    cluster: {
      domain: 'cluster.local',
      podCIDR: '10.200.0.0/16',
      serviceCIDR: '10.32.0.0/24',
      dnsAddress: '10.32.0.10',
    },
    controllers: [
      { address: '192.168.199.200' },
      { address: '192.168.199.201' },
      { address: '192.168.199.202' },
    ],
    workers: [
      { name: 'k8sworker0', podCIDR: '10.200.0.0/24' },
      { name: 'k8sworker1', podCIDR: '10.200.1.0/24' },
      { name: 'k8sworker2', podCIDR: '10.200.2.0/24' },
    ],
    manifest: {
      url: 'https://storage.googleapis.com/kubernetes-the-hard-way/coredns.yaml',
      sha256: '7670cb36dd16b43148c6069136d31ef9c38ee49951769d62fba5291b82791750',
      kept: 'coredns-1.6.2.yaml',
      limitBytes: 1048576,
    },
    probe: { image: 'busybox:1.28', hosts: true },
    limits: {
      controlPlaneMs: 120_000,
      nodesMs: 180_000,
      podsMs: 180_000,
      endpointsMs: 60_000,
      lookupMs: 60_000,
      verifyMs: 6_000,
    },
    mirrors: {},
  })
})

test('the inventory is frozen through and through', async () => {
  const inventory = await load('target: lab\n')
  for (const part of [inventory, inventory.lab, inventory.lab.workers, inventory.lab.workers[0]]) {
    assert.equal(Object.isFrozen(part), true)
  }
})

test('the default hosts follow the network, and their pods the pod network', async () => {
  const { lab, cluster } = await load(
    'target: lab\nlab: { network: 10.9.0.0/16 }\ncluster: { podCIDR: 10.64.0.0/14, serviceCIDR: 10.96.0.0/12 }\n',
  )
  assert.equal(lab.machine, '10.9.0.1')
  assert.equal(lab.prefix, 16)
  assert.deepEqual(lab.controllers[2], { name: 'k8smaster2', address: '10.9.0.202' })
  assert.deepEqual(lab.workers[1], {
    name: 'k8sworker1',
    address: '10.9.0.211',
    podCIDR: '10.64.1.0/24',
  })
  assert.equal(cluster.dnsAddress, '10.96.0.10')
})

test('one controller and one worker make a lab', async () => {
  const inventory = await load(`target: lab
lab:
  controllers: [{ name: one, address: 192.168.199.10 }]
  workers: [{ name: two, address: 192.168.199.11, podCIDR: 10.200.7.0/24 }]
`)
  assert.deepEqual(inventory.controllers, [{ address: '192.168.199.10' }])
  assert.deepEqual(inventory.workers, [{ name: 'two', podCIDR: '10.200.7.0/24' }])
})

test('three controllers and ten workers make a lab', async () => {
  const workers = Array.from(
    { length: 10 },
    (_, i) =>
      `    - { name: w${String(i)}, address: 192.168.199.${String(20 + i)}, podCIDR: 10.200.${String(i)}.0/24 }\n`,
  )
  const { lab } = await load(`target: lab\nlab:\n  workers:\n${workers.join('')}`)
  assert.equal(lab.controllers.length, 3)
  assert.equal(lab.workers.length, 10)
})

test('a section whose lines are all comments counts as left out', async () => {
  const inventory = await load('target: lab\nmirrors:\n#  images: https://x\nlimits:\n')
  assert.deepEqual(inventory, await load('target: lab\n'))
})

const cluster = `target:
  kubeconfig: KUBECONFIG
  context: admin@hard-way
`

test('a cluster of one’s own is named by kubeconfig and context, and knows no more than it is told', async () => {
  const inventory = await load(cluster.replace('KUBECONFIG', '/etc/kube/config'))
  assert.deepEqual(inventory.target, {
    kind: 'cluster',
    kubeconfig: '/etc/kube/config',
    context: 'admin@hard-way',
  })
  assert.deepEqual([inventory.controllers, inventory.workers], [[], []])
})

test('a kubeconfig’s path begins at the inventory’s folder, or at home', async () => {
  const paths = [
    ['admin.kubeconfig', '/srv/cluster/admin.kubeconfig'],
    ['../x', '/srv/x'],
    ['~/.kube/config', '/home/me/.kube/config'],
  ] as const
  for (const [given, expected] of paths) {
    const { target } = await load(
      cluster.replace('KUBECONFIG', given),
      '/srv/cluster/inventory.yaml',
    )
    assert.equal(target.kind === 'cluster' ? target.kubeconfig : '', expected)
  }
})

test('of a cluster the expected controllers and the workers’ pods can be told', async () => {
  const inventory = await load(`${cluster}  controllers: [10.0.0.1, 10.0.0.2]
  workers:
    - { name: a, podCIDR: 10.200.4.0/24 }
`)
  assert.deepEqual(inventory.controllers, [{ address: '10.0.0.1' }, { address: '10.0.0.2' }])
  assert.deepEqual(inventory.workers, [{ name: 'a', podCIDR: '10.200.4.0/24' }])
})

test('the lab’s hosts are no hindrance where the target is a cluster with other networks', async () => {
  const text = shipped
    .replace('target: lab', 'target: { kubeconfig: k, context: c }')
    .replace('podCIDR: 10.200.0.0/16', 'podCIDR: 10.244.0.0/16')
  assert.equal((await load(text)).cluster.podCIDR, '10.244.0.0/16')
})

test('a sum may be written in capitals, a mirror with a slash at its end', async () => {
  const inventory = await load(`target: lab
manifest: { url: "https://example.org/c.yaml", sha256: ${'AB'.repeat(32)} }
mirrors: { images: "https://registry.example.org/" }
`)
  assert.equal(inventory.manifest.sha256, 'ab'.repeat(32))
  assert.deepEqual(inventory.mirrors, { images: 'https://registry.example.org' })
})

test('the file itself is read where no other reader is given', async () => {
  const path = new URL('../../inventory.yaml', import.meta.url).pathname
  assert.equal((await loadInventory(path)).source, path)
})
