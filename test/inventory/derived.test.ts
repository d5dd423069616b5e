import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaint } from './inventory-text.ts'

const NETWORK = 'inventory.yaml:2:17 lab.network'

test('a network that is wrong by itself is not said to clash with anything', async () => {
  const text = `target: lab
lab: { network: 192.168.200.1/24 }
cluster: { podCIDR: 192.168.200.0/22 }
`
  assert.deepEqual(await complaint(text), {
    problem: `${NETWORK} "192.168.200.1/24" has bits set beyond its first 24`,
    remedy: 'write 192.168.200.0/24',
  })
})

test('a default that clashes is named, and the place is that of what the file says', async () => {
  assert.deepEqual(await complaint('target: lab\ncluster: { podCIDR: 10.32.0.0/16 }\n'), {
    problem:
      'inventory.yaml:2:21 cluster.podCIDR 10.32.0.0/16 overlaps cluster.serviceCIDR 10.32.0.0/24 (the default)',
    cause: 'an address in both would lead to one of them only',
    remedy: 'give one of the two another range',
  })
})

test('a host that clashes with a default host is the one to mend', async () => {
  const text = `target: lab
lab:
  controllers: [{ name: a, address: 192.168.199.211 }]
`
  assert.deepEqual(await complaint(text), {
    problem:
      'inventory.yaml:3:37 lab.controllers[0].address 192.168.199.211 is that of lab.workers[1].address (the default) too',
    remedy: 'give each host its own',
  })
})

test('a pod network that is full leaves no free part to suggest', async () => {
  const text = `target: lab
lab:
  workers:
    - { name: a, address: 192.168.199.9, podCIDR: 10.200.0.0/16 }
    - { name: b, address: 192.168.199.8, podCIDR: 10.200.1.0/24 }
`
  assert.deepEqual(await complaint(text), {
    problem:
      'inventory.yaml:5:51 lab.workers[1].podCIDR 10.200.1.0/24 overlaps lab.workers[0].podCIDR 10.200.0.0/16',
    cause: 'pods on both workers would get the same addresses',
    remedy: 'take a free part of cluster.podCIDR',
  })
})
