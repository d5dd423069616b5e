import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, type Json, textAt } from '../../../lib/core/json.ts'
import type { KubeObject } from '../../../lib/ports/cluster.ts'
import { refOf } from '../../../lib/ports/cluster.ts'
import { defaultInventory } from '../../fakes/lab-world.ts'
import { actingIn, carryOut, stepIn, worldBefore } from '../../laws/scenario.ts'
import { textOf } from './resources.ts'

const { workers } = defaultInventory.lab

async function jsonOf(id: string, end: string): Promise<Json> {
  return JSON.parse(await textOf(id, end)) as Json
}

test('each worker hands out addresses of its own range, as its kubelet and the inventory have it', async () => {
  for (const { name, podCIDR } of workers) {
    const bridge = await jsonOf('start-container-runtimes', `/${name}/cni-conf/10-bridge.conf`)
    assert.equal(textAt(bridge, 'ipam', 'ranges', 0, 0, 'subnet'), podCIDR)
    const kubelet = await jsonOf('start-workers', `/${name}/kubelet-config.yaml`)
    assert.equal(textAt(kubelet, 'podCIDR'), podCIDR)
  }
})

test('pods are given the cluster’s DNS server and domain', async () => {
  const kubelet = await jsonOf('start-workers', '/k8sworker0/kubelet-config.yaml')
  assert.deepEqual(
    [at(kubelet, 'clusterDNS'), at(kubelet, 'clusterDomain')],
    [['10.32.0.10'], 'cluster.local'],
  )
})

test('a kubelet lets nobody in whom the API server does not know', async () => {
  const kubelet = await jsonOf('start-workers', '/k8sworker0/kubelet-config.yaml')
  assert.equal(at(kubelet, 'authentication', 'anonymous', 'enabled'), false)
  assert.equal(at(kubelet, 'authorization', 'mode'), 'Webhook')
})

test('kube-proxy leaves the machine’s connection tracking alone', async () => {
  const proxy = await jsonOf('start-workers', '/k8sworker0/kube-proxy-config.yaml')
  assert.deepEqual(at(proxy, 'conntrack'), {
    ...{ maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  })
})

test('containerd uses the programs and the sandbox image of the lab', async () => {
  const config = await textOf('start-container-runtimes', '/k8sworker0/containerd.toml')
  const bin = '/var/lib/hardway/lab/programs'
  for (const line of [
    'root = "/var/lib/hardway/lab/hosts/k8sworker0/containerd"',
    '  sandbox_image = "hardway.local/sandbox:1"',
    `  BinaryName = "${bin}/runc/bin/runc"`,
    `  bin_dir = "${bin}/cni/bin"`,
  ]) {
    assert.ok(config.includes(`${line}\n`), line)
  }
})

test('start-workers is proven when every node is ready', async () => {
  const world = await worldBefore('start-workers')
  const step = stepIn(world, 'start-workers')
  await step.apply(actingIn(world), [])
  assert.equal(await step.verify(actingIn(world)), 'k8sworker0, k8sworker1, k8sworker2 ready')
})

test('start-workers tells of each node what it waits for, and which daemon has ended', async () => {
  const log = '/var/lib/hardway/lab/logs/k8sworker1/kubelet.log'
  const world = await worldBefore('start-workers', { host: { files: { [log]: 'no cgroup\n' } } })
  await carryOut(stepIn(world, 'start-workers'), world)
  const node = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
  })
  const message = 'container runtime network not ready'
  const unready = [{ type: 'Ready', status: 'False', message }]
  world.stored.put({ ...node('k8sworker0'), status: { conditions: unready } })
  world.stored.drop(refOf(node('k8sworker1')))
  const [kubelet] = world.host.entries().filter(({ name }) => name === 'kubelet on k8sworker1')
  assert.ok(kubelet)
  world.host.set(kubelet.resource, null)
  await assert.rejects(stepIn(world, 'start-workers').verify(actingIn(world)), {
    name: 'StepError',
    explanation: {
      problem: 'timed out after 0.1 s waiting for 3 ready nodes',
      seen: [
        `kubelet on k8sworker1 is not running; the end of ${log}:`,
        '  no cgroup',
        'k8sworker0 is not ready: container runtime network not ready',
        'k8sworker1 has not registered',
        'k8sworker2 is ready',
      ],
      remedy: 'fix what the log names, then continue with npx tsx run.ts --resume',
    },
  })
})

test('workers are not as wanted while one of their nodes is not ready, though all processes run', async () => {
  const world = await worldBefore('start-workers')
  const step = stepIn(world, 'start-workers')
  await carryOut(step, world)
  assert.equal((await step.check(actingIn(world))).status, 'satisfied')
  const message = 'cni plugin not initialized'
  world.stored.put({
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'k8sworker0' } },
    status: { conditions: [{ type: 'Ready', status: 'False', message }] },
  })
  const check = await step.check(actingIn(world))
  assert.equal(check.status, 'drifted')
  const [change] = check.changes
  assert.equal(change?.action, 'wait')
  assert.match(change.note ?? '', /^k8sworker0 is not ready: cni plugin not initialized; /)
})

test('a node that is ready is waited for until the scheduler may use it', async () => {
  const world = await worldBefore('start-workers')
  const step = stepIn(world, 'start-workers')
  await carryOut(step, world)
  world.stored.put({
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'k8sworker0' } },
    spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  })
  await assert.rejects(step.verify(actingIn(world)), {
    name: 'StepError',
    explanation: {
      problem: 'timed out after 0.1 s waiting for 3 ready nodes',
      seen: [
        'k8sworker0 is ready, and still tainted node.kubernetes.io/not-ready',
        'k8sworker1 is ready',
        'k8sworker2 is ready',
      ],
      remedy:
        'look at what was seen last; if it only needs more time, continue with npx tsx run.ts --resume',
    },
  })
})

test('a worker that somebody has tainted on purpose counts as ready', async () => {
  const world = await worldBefore('start-workers')
  const step = stepIn(world, 'start-workers')
  await carryOut(step, world)
  world.stored.put({
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'k8sworker0' } },
    spec: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  })
  assert.equal(await step.verify(actingIn(world)), 'k8sworker0, k8sworker1, k8sworker2 ready')
})
