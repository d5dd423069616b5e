import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Explanation } from '../../lib/core/errors.ts'
import { complaint } from './inventory-text.ts'

/** What stands below `target: lab`, and what is said of it. */
const cases: readonly (readonly [string, string, Explanation])[] = [
  [
    'pods and Services share addresses',
    'cluster: { serviceCIDR: 10.200.32.0/24 }',
    {
      problem:
        'inventory.yaml:2:25 cluster.serviceCIDR 10.200.32.0/24 overlaps cluster.podCIDR 10.200.0.0/16 (the default)',
      cause: 'an address in both would lead to one of them only',
      remedy: 'give one of the two another range',
    },
  ],
  [
    'hosts and pods share addresses',
    'cluster: { podCIDR: 192.168.0.0/16 }',
    {
      problem:
        'inventory.yaml:2:21 cluster.podCIDR 192.168.0.0/16 overlaps lab.network 192.168.199.0/24 (the default)',
      cause: 'an address in both would lead to one of them only',
      remedy: 'give one of the two another range',
    },
  ],
  [
    'two workers hand out the same addresses, the fault of the chapter before',
    `lab:
  workers:
    - { name: k8sworker0, address: 192.168.199.210, podCIDR: 10.200.0.0/24 }
    - { name: k8sworker1, address: 192.168.199.211, podCIDR: 10.200.0.0/24 }`,
    {
      problem:
        'inventory.yaml:5:62 lab.workers[1].podCIDR 10.200.0.0/24 overlaps lab.workers[0].podCIDR 10.200.0.0/24',
      cause: 'pods on both workers would get the same addresses',
      remedy: 'take a free part of cluster.podCIDR, such as 10.200.1.0/24',
    },
  ],
  [
    'a worker’s pods are outside the pod network',
    'lab: { workers: [{ name: a, address: 192.168.199.9, podCIDR: 10.201.0.0/24 }] }',
    {
      problem:
        'inventory.yaml:2:62 lab.workers[0].podCIDR 10.201.0.0/24 lies outside cluster.podCIDR 10.200.0.0/16 (the default)',
      remedy: 'take a free part of cluster.podCIDR, such as 10.200.0.0/24',
    },
  ],
  [
    'the cluster DNS is no Service’s address',
    'cluster: { dnsAddress: 10.33.0.10 }',
    {
      problem:
        'inventory.yaml:2:24 cluster.dnsAddress 10.33.0.10 lies outside cluster.serviceCIDR 10.32.0.0/24 (the default)',
      remedy: 'take another address of it, such as 10.32.0.10, and have the same in the manifest',
    },
  ],
  [
    'the cluster DNS has the address of the Service kubernetes',
    'cluster: { dnsAddress: 10.32.0.1 }',
    {
      problem:
        'inventory.yaml:2:24 cluster.dnsAddress 10.32.0.1 is the first of cluster.serviceCIDR 10.32.0.0/24 (the default), which the Service kubernetes has',
      remedy: 'take another address of it, such as 10.32.0.10, and have the same in the manifest',
    },
  ],
  [
    'the cluster DNS has the broadcast address',
    'cluster: { dnsAddress: 10.32.0.255 }',
    {
      problem:
        'inventory.yaml:2:24 cluster.dnsAddress 10.32.0.255 is the network or broadcast address of cluster.serviceCIDR 10.32.0.0/24 (the default)',
      remedy: 'take another address of it, such as 10.32.0.10, and have the same in the manifest',
    },
  ],
  [
    'a host is outside the network',
    'lab: { controllers: [{ name: a, address: 192.168.198.200 }] }',
    {
      problem:
        'inventory.yaml:2:42 lab.controllers[0].address 192.168.198.200 lies outside lab.network 192.168.199.0/24 (the default)',
      remedy: 'take a free address of it, such as 192.168.199.2',
    },
  ],
  [
    'a host has the network address',
    'lab: { controllers: [{ name: a, address: 192.168.199.0 }] }',
    {
      problem:
        'inventory.yaml:2:42 lab.controllers[0].address 192.168.199.0 is the network address of lab.network 192.168.199.0/24 (the default)',
      remedy: 'take a free address of it, such as 192.168.199.2',
    },
  ],
  [
    'this machine has the broadcast address',
    'lab: { machine: 192.168.199.255 }',
    {
      problem:
        'inventory.yaml:2:17 lab.machine 192.168.199.255 is the broadcast address of lab.network 192.168.199.0/24 (the default)',
      remedy: 'take a free address of it, such as 192.168.199.1',
    },
  ],
  [
    'a host has this machine’s address',
    'lab: { controllers: [{ name: a, address: 192.168.199.1 }] }',
    {
      problem:
        'inventory.yaml:2:42 lab.controllers[0].address 192.168.199.1 is that of lab.machine (the default) too',
      remedy: 'give each host its own',
    },
  ],
  [
    'a controller and a worker have one name',
    'lab: { controllers: [{ name: k8sworker1, address: 192.168.199.9 }] }',
    {
      problem:
        'inventory.yaml:2:30 lab.controllers[0].name k8sworker1 is that of lab.workers[1].name (the default) too',
      remedy: 'give each host its own',
    },
  ],
  [
    'a host’s certificate would be written over the authority’s',
    'lab: { controllers: [{ name: ca, address: 192.168.199.9 }] }',
    {
      problem: 'inventory.yaml:2:30 lab.controllers[0].name ca is a name that the lab uses itself',
      remedy: 'give the host another name',
    },
  ],
  [
    'a host’s namespace would be the bridge’s',
    'lab: { name: my, controllers: [{ name: my-lan, address: 192.168.199.9 }] }',
    {
      problem:
        'inventory.yaml:2:40 lab.controllers[0].name my-lan is a name that the lab uses itself',
      remedy: 'give the host another name',
    },
  ],
  [
    'two controllers are no better than one',
    `lab:
  controllers:
    - { name: a, address: 192.168.199.2 }
    - { name: b, address: 192.168.199.3 }`,
    {
      problem: 'inventory.yaml:4:5 lab.controllers has 2 entries',
      cause: 'etcd decides by majority: 2 members survive no more losses than 1',
      remedy: 'write 1, 3 or 5',
    },
  ],
  [
    'the network has no room for the default hosts',
    'lab: { network: 192.168.199.0/28 }',
    {
      problem:
        'inventory.yaml:2:17 lab.controllers and lab.workers are missing, and 192.168.199.0/28 is too small for the default',
      remedy: 'list lab.controllers and lab.workers, or take a larger network',
    },
  ],
  [
    'the pod network has no room for the default workers',
    'cluster: { podCIDR: 10.200.0.0/24 }',
    {
      problem:
        'inventory.yaml:2:21 lab.workers is missing, and 10.200.0.0/24 is too small for the default',
      remedy: 'list lab.workers, or take a larger network',
    },
  ],
]

for (const [name, lines, explanation] of cases) {
  test(`values that do not go together: ${name}`, async () => {
    assert.deepEqual(await complaint(`target: lab\n${lines}\n`), explanation)
  })
}

test('of a cluster of one’s own, too, workers and controllers are told once', async () => {
  const text = `target:
  kubeconfig: k
  context: c
  controllers: [10.0.0.1, 10.0.0.1]
  workers:
    - { name: a, podCIDR: 10.200.0.0/24 }
    - { name: a, podCIDR: 10.200.0.128/25 }
`
  assert.deepEqual(await complaint(text), {
    problem: 'inventory.yaml has 3 problems',
    seen: [
      'inventory.yaml:4:27 target.controllers[1] 10.0.0.1 is that of target.controllers[0] too; give each host its own',
      'inventory.yaml:7:15 target.workers[1].name a is that of target.workers[0].name too; give each host its own',
      'inventory.yaml:7:27 target.workers[1].podCIDR 10.200.0.128/25 overlaps target.workers[0].podCIDR 10.200.0.0/24; ' +
        'pods on both workers would get the same addresses; ' +
        'take a free part of cluster.podCIDR, such as 10.200.1.0/25',
    ],
    remedy: 'fix these lines of inventory.yaml, then run the same command again',
  })
})

test('everything wrong is told at once, in the order of the lines, and nothing twice', async () => {
  const text = `target: lab
lab:
  nam: x
  machine: 192.168.199
  controllers:
    - { name: a, address: 192.168.199.2 }
    - { name: a, address: 192.168.198.3 }
cluster:
  podCIDR: 10.200.0.1/16
  serviceCIDR: 10.200.0.0/24
`
  assert.deepEqual(await complaint(text), {
    problem: 'inventory.yaml has 6 problems',
    seen: [
      'inventory.yaml:3:3 unknown key "nam" in lab; did you mean name; known besides: network, machine, controllers, workers, proxy',
      'inventory.yaml:4:12 lab.machine "192.168.199" is not an IPv4 address; write this machine\'s own address on lab.network, such as 192.168.199.1',
      'inventory.yaml:6:5 lab.controllers has 2 entries; etcd decides by majority: 2 members survive no more losses than 1; write 1, 3 or 5',
      'inventory.yaml:7:15 lab.controllers[1].name a is that of lab.controllers[0].name too; give each host its own',
      'inventory.yaml:7:27 lab.controllers[1].address 192.168.198.3 lies outside lab.network 192.168.199.0/24 (the default); take a free address of it, such as 192.168.199.1',
      'inventory.yaml:9:12 cluster.podCIDR "10.200.0.1/16" has bits set beyond its first 16; write 10.200.0.0/16',
    ],
    remedy: 'fix these lines of inventory.yaml, then run the same command again',
  })
})
