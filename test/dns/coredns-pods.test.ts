import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgePods, type Seen } from '../../lib/dns/coredns-pods.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { ref } from '../../lib/ports/refs.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { corednsPods } from '../../steps/coredns/coredns-pods.ts'
import { toldAtOnce } from '../diagnosis/at-once.ts'
import { REAL } from '../steps/coredns/chapter.ts'
import { corednsPod, deploymentObject, nodeObject, NODES, WORKERS } from './coredns-objects.ts'

const ON_1 = corednsPod('7w4jf', { node: 'k8sworker1', ip: '10.200.1.2' })
const ON_2 = corednsPod('cs9qr', { node: 'k8sworker2', ip: '10.200.2.2' })
const PROVEN = { proven: '7w4jf on k8sworker1 10.200.1.2, cs9qr on k8sworker2 10.200.2.2' }

/** What a test says of the cluster. */
type Said = Partial<Omit<Seen, 'dns'> & Seen['dns']>

/** Two pods are wanted and three workers there, but for what is said. */
function observe({ nodes = NODES, workers = WORKERS, anywhere = false, ...dns }: Said) {
  return judgePods({
    ...{ nodes, workers, anywhere },
    dns: {
      service: ref.service('kube-dns', 'kube-system'),
      selector: { 'k8s-app': 'kube-dns' },
      workload: deploymentObject(2),
      pods: [ON_1, ON_2],
      servers: [],
      notTold: [],
      ...dns,
    },
  })
}

/** The same, without what is kept for whoever looks for the cause. */
function judge(seen: Said) {
  const sight = observe(seen)
  if ('proven' in sight) return sight
  const { missing, never } = sight
  return never === undefined ? { missing } : { missing, never }
}

/** What is told at once of pods that are not as wanted. */
async function toldOf(seen: Said): Promise<Explanation> {
  const sight = observe(seen)
  assert.ok('missing' in sight)
  const workers = (seen.workers ?? WORKERS).map((one) => ({ ...one, address: null }))
  const inventory = { ...REAL, workers }
  const told = await toldAtOnce(corednsPods({ inventory }), sight, inventory)
  assert.ok(told)
  return told
}

test('two ready pods on two workers, each with an address of its own worker, are the proof', () => {
  assert.deepEqual(judge({}), PROVEN)
})

test('that one serves after restarts is said, as something ends it', () => {
  const status = {
    ...(ON_2['status'] as object),
    containerStatuses: [{ name: 'coredns', ready: true, restartCount: 3 }],
  }
  assert.deepEqual(judge({ pods: [ON_1, { ...ON_2, status }] }), {
    proven: `${PROVEN.proven}; ${ON_2.metadata.name} was restarted 3 times`,
  })
})

test('the proof reads alike whatever order the server lists the pods in', () => {
  assert.deepEqual(judge({ pods: [ON_2, ON_1] }), PROVEN)
})

test("the chapter's own listing fails: both pods have the address 10.200.0.2", async () => {
  const pods = [
    corednsPod('8s42p', { node: 'k8sworker2', ip: '10.200.0.2' }),
    corednsPod('wnh6c', { node: 'k8sworker0', ip: '10.200.0.2' }),
  ]
  const sight = judge({ pods })
  assert.ok('missing' in sight)
  assert.deepEqual(sight.missing, [
    'pod coredns-68567cdb47-8s42p on k8sworker2 10.200.0.2 ready',
    'pod coredns-68567cdb47-wnh6c on k8sworker0 10.200.0.2 ready',
  ])
  const { problem, seen, cause, remedy } = await toldOf({ pods })
  assert.equal(problem, 'both CoreDNS pods have the address 10.200.0.2')
  assert.deepEqual(seen, [
    "pod coredns-68567cdb47-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24",
  ])
  assert.equal(
    cause,
    '[E1] the CNI configuration of k8sworker2 that sorts first hands out 10.200.0.0/24, the range of k8sworker0',
  )
  assert.match(remedy, /^grep -H subnet .*let it have 10\.200\.2\.0\/24.*# on k8sworker2$/)
})

test('the same two addresses fail where the ranges of the workers are not known', async () => {
  const pods = [
    corednsPod('8s42p', { node: 'k8sworker2', ip: '10.200.0.2' }),
    corednsPod('wnh6c', { node: 'k8sworker0', ip: '10.200.0.2' }),
  ]
  const told = await toldOf({ pods, workers: [] })
  assert.equal(told.problem, 'both CoreDNS pods have the address 10.200.0.2')
  assert.equal(
    told.cause,
    '[E2] 2 CoreDNS pods have the address 10.200.0.2: the network cannot tell them apart',
  )
})

test('of three pods two with one address are several', async () => {
  const told = await toldOf({
    workload: deploymentObject(3),
    pods: [ON_1, ON_2, corednsPod('zzzzz', { node: 'k8sworker0', ip: '10.200.1.2' })],
  })
  assert.equal(told.problem, 'several CoreDNS pods have the address 10.200.1.2')
  assert.deepEqual(told.seen, [
    "pod coredns-68567cdb47-zzzzz on k8sworker0 10.200.1.2, outside that worker's 10.200.0.0/24",
  ])
})

test("a single pod outside its worker's range fails, though nobody shares its address", async () => {
  const pods = [ON_1, corednsPod('8s42p', { node: 'k8sworker2', ip: '10.200.0.2' })]
  const told = await toldOf({ pods })
  assert.equal(told.problem, 'the CoreDNS pods will never be as wanted')
  assert.equal(
    told.cause,
    '[E1] the CNI configuration of k8sworker2 that sorts first hands out 10.200.0.0/24, the range of k8sworker0',
  )
})

test('an address of nobody’s range is named as it is', async () => {
  const pods = [ON_1, corednsPod('8s42p', { node: 'k8sworker2', ip: '172.17.0.2' })]
  const told = await toldOf({ pods })
  assert.equal(
    told.cause,
    '[E1] the CNI configuration of k8sworker2 that sorts first hands out a range with 172.17.0.2',
  )
})

test('a wrong address is told at once, before the pods are ready', async () => {
  const pods = [
    ON_1,
    corednsPod('8s42p', { node: 'k8sworker2', ip: '10.200.1.2', ready: false, phase: 'Pending' }),
  ]
  const told = await toldOf({ pods })
  assert.equal(told.problem, 'both CoreDNS pods have the address 10.200.1.2')
})

test('a worker that the inventory does not know is not judged by a range', () => {
  const pods = [ON_1, corednsPod('cs9qr', { node: 'elsewhere', ip: '172.17.0.2' })]
  const nodes = [nodeObject('k8sworker1'), nodeObject('elsewhere')]
  assert.deepEqual(judge({ pods, nodes }), {
    proven: '7w4jf on k8sworker1 10.200.1.2, cs9qr on elsewhere 172.17.0.2',
  })
})

test('where no worker is known, pods on different nodes with different addresses are the proof', () => {
  assert.deepEqual(judge({ workers: [] }), PROVEN)
})

test('where nothing makes pods and the last are going, no wait for them is worth it', () => {
  const going = [corednsPod('older', { node: 'k8sworker2', ip: '10.200.1.2', deleted: true })]
  const ended = judge({ workload: null, pods: going })
  assert.ok('missing' in ended)
  assert.match(ended.never?.problem ?? '', /kube-dns are being deleted, and no Deployment/)
  // They may be made by what may not be listed.
  const refused = judge({ workload: null, pods: going, notTold: ['what makes its pods: no right'] })
  assert.ok('missing' in refused && refused.never === undefined)
  const made = judge({ pods: going })
  assert.ok('missing' in made && made.never === undefined)
})

test('where nothing makes pods and none is there, the Service says whom it looks for', () => {
  const line =
    'service/kube-dns in kube-system selects k8s-app=kube-dns, and no pod has these labels'
  const servers = [{ address: '10.200.1.2', port: 53, ready: true, node: null, pod: 'coredns-a' }]
  const seen = judge({ workload: null, pods: [] })
  assert.ok('missing' in seen)
  assert.deepEqual(seen.missing, [line])
  assert.match(seen.never?.problem ?? '', /nor does any Deployment, DaemonSet or StatefulSet/)
  // Pods that may not be listed are judged by their endpoints.
  assert.deepEqual(judge({ workload: null, pods: [], servers, notTold: ['its pods: no right'] }), {
    proven: 'ready by its endpoints: 10.200.1.2',
  })
})

test('pods that nothing makes are all wanted', () => {
  assert.deepEqual(judge({ workload: null }), PROVEN)
})

test('of a DaemonSet as many are wanted as its controller wants', () => {
  const daemonSet = (desiredNumberScheduled: number): KubeObject => ({
    ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'coredns' } },
    status: { desiredNumberScheduled },
  })
  assert.deepEqual(judge({ workload: daemonSet(2) }), PROVEN)
  const sight = judge({ workload: daemonSet(3) })
  assert.ok('missing' in sight)
  assert.equal(sight.missing[0], '2 of 3 ready')
})

test('processes on hosts behind a Service without selector are proven by its endpoints', () => {
  const onHost = (address: string, ready = true) => ({
    ...{ address, ready },
    ...{ port: 53, node: null, pod: null },
  })
  const none = { selector: {}, workload: null, pods: [] }
  const servers = [onHost('192.0.2.7'), onHost('192.0.2.8')]
  assert.deepEqual(judge({ ...none, servers }), { proven: 'no pods, but 192.0.2.7, 192.0.2.8' })
  assert.deepEqual(judge({ ...none, servers: [onHost('192.0.2.7', false)] }), {
    missing: ['192.0.2.7 is not ready'],
  })
  assert.deepEqual(judge(none), { missing: ['service/kube-dns in kube-system has no endpoints'] })
})

test('a Deployment that says nothing of replicas wants one pod', () => {
  const seen = { workload: deploymentObject(), pods: [ON_1] }
  assert.deepEqual(judge(seen), { proven: '7w4jf on k8sworker1 10.200.1.2' })
})

test('a Deployment scaled down to one pod is content with one', () => {
  const seen = { workload: deploymentObject(1), pods: [ON_1] }
  assert.deepEqual(judge(seen), { proven: '7w4jf on k8sworker1 10.200.1.2' })
})

test('a Deployment scaled down to nothing proves nothing, and no waiting helps', () => {
  assert.deepEqual(judge({ workload: deploymentObject(0), pods: [] }), {
    missing: ['deployment.apps/coredns has 0 replicas'],
    never: {
      problem: 'deployment.apps/coredns has 0 replicas: nobody would answer',
      remedy: 'kubectl -n kube-system scale deployment coredns --replicas=2',
    },
  })
})

test('fewer pods than replicas are not yet enough', () => {
  assert.deepEqual(judge({ pods: [ON_1] }), {
    missing: ['1 of 2 ready', 'pod coredns-68567cdb47-7w4jf on k8sworker1 10.200.1.2 ready'],
  })
})

test('more pods than replicas are a change that is still going on', () => {
  const pods = [ON_1, ON_2, corednsPod('older', { node: 'k8sworker0', ip: '10.200.0.2' })]
  assert.deepEqual(judge({ pods }), {
    missing: [
      '3 of 2 ready',
      'pod coredns-68567cdb47-7w4jf on k8sworker1 10.200.1.2 ready',
      'pod coredns-68567cdb47-cs9qr on k8sworker2 10.200.2.2 ready',
      'pod coredns-68567cdb47-older on k8sworker0 10.200.0.2 ready',
    ],
  })
})

test('a pod that is not ready says what it waits for', () => {
  const at = { node: 'k8sworker2', ready: false }
  const line = (state: Parameters<typeof corednsPod>[1]) => {
    const sight = judge({ pods: [ON_1, corednsPod('cs9qr', state)] })
    return 'missing' in sight ? sight.missing.at(-1) : sight.proven
  }
  assert.equal(
    line({ ...at, ip: '10.200.2.2' }),
    'pod coredns-68567cdb47-cs9qr on k8sworker2 10.200.2.2 Running',
  )
  assert.equal(
    line({ ...at, ip: '10.200.2.2', waiting: 'CrashLoopBackOff' }),
    'pod coredns-68567cdb47-cs9qr on k8sworker2 10.200.2.2 CrashLoopBackOff',
  )
  assert.equal(
    line({ ...at, phase: 'Pending', waiting: 'ContainerCreating' }),
    'pod coredns-68567cdb47-cs9qr on k8sworker2 ContainerCreating',
  )
  assert.equal(
    line({ ready: false, phase: 'Pending', unscheduled: '0/3 nodes are available' }),
    'pod coredns-68567cdb47-cs9qr not scheduled 0/3 nodes are available',
  )
  assert.equal(
    line({ ready: false, phase: 'Pending' }),
    'pod coredns-68567cdb47-cs9qr not scheduled Pending',
  )
})

test('a pod that runs is not ready before its condition says so', () => {
  const pods = [ON_1, corednsPod('cs9qr', { node: 'k8sworker2', ip: '10.200.2.2', ready: false })]
  const sight = judge({ pods })
  assert.ok('missing' in sight)
  assert.equal(sight.missing[0], '1 of 2 ready')
  assert.equal(sight.never, undefined)
})

test('a pod that is going away counts for nothing, not even its address', () => {
  const going = corednsPod('older', { node: 'k8sworker2', ip: '10.200.1.2', deleted: true })
  assert.deepEqual(judge({ pods: [going, ON_1, ON_2] }), PROVEN)
})

test('what is left of an evicted or ended pod counts for nothing', () => {
  const left = ['Failed', 'Succeeded'].map((phase) =>
    corednsPod(phase.toLowerCase(), { node: 'k8sworker1', ip: '10.200.1.2', ready: false, phase }),
  )
  assert.deepEqual(judge({ pods: [...left, ON_1, ON_2] }), PROVEN)
})

test('on the only worker both pods may run together', () => {
  const pods = [ON_1, corednsPod('cs9qr', { node: 'k8sworker1', ip: '10.200.1.3' })]
  assert.deepEqual(judge({ pods, nodes: [nodeObject('k8sworker1')] }), {
    proven: '7w4jf on k8sworker1 10.200.1.2, cs9qr on k8sworker1 10.200.1.3',
  })
})

test('workers that take no pods do not count', () => {
  const pods = [ON_1, corednsPod('cs9qr', { node: 'k8sworker1', ip: '10.200.1.3' })]
  const nodes = [
    nodeObject('k8sworker0', { unschedulable: true }),
    nodeObject('k8sworker1'),
    nodeObject('k8sworker2', { taints: [{ key: 'a', effect: 'NoSchedule' }] }),
    nodeObject('k8sworker3', { taints: [{ key: 'a', effect: 'NoExecute' }] }),
  ]
  assert.ok('proven' in judge({ pods, nodes }))
})

test('a worker that only prefers to take none does count', () => {
  const pods = [ON_1, corednsPod('cs9qr', { node: 'k8sworker1', ip: '10.200.1.3' })]
  const nodes = [
    nodeObject('k8sworker1'),
    nodeObject('k8sworker2', { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }),
  ]
  const sight = judge({ pods, nodes })
  assert.ok('never' in sight && sight.never)
})

test('two pods on one worker fail where another one could take a pod', () => {
  const pods = [ON_1, corednsPod('cs9qr', { node: 'k8sworker1', ip: '10.200.1.3' })]
  const seen = [
    'pod coredns-68567cdb47-7w4jf on k8sworker1 10.200.1.2 ready',
    'pod coredns-68567cdb47-cs9qr on k8sworker1 10.200.1.3 ready',
  ]
  assert.deepEqual(judge({ pods }), {
    missing: seen,
    never: {
      problem: 'the 2 CoreDNS pods run on fewer than 2 workers',
      seen,
      cause:
        'nothing forbids that one worker has them all, and the others may not have been ready when these were scheduled',
      remedy: 'kubectl -n kube-system delete pod coredns-68567cdb47-7w4jf',
    },
  })
})

test('more replicas than workers are content with every worker having one', () => {
  const pods = [
    corednsPod('aaaaa', { node: 'k8sworker0', ip: '10.200.0.2' }),
    ON_1,
    ON_2,
    corednsPod('ddddd', { node: 'k8sworker0', ip: '10.200.0.3' }),
  ]
  assert.ok('proven' in judge({ workload: deploymentObject(4), pods }))
})

test('of any cluster they may share a node, and one on a node that is not ready is told', () => {
  const together = [ON_1, corednsPod('cs9qr', { node: 'k8sworker1', ip: '10.200.1.3' })]
  assert.ok('proven' in judge({ pods: together, anywhere: true }))
  const lost = nodeObject('k8sworker2')
  const nodes = [
    { ...nodeObject('k8sworker1'), status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    { ...lost, status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
  ]
  const gone = corednsPod('cs9qr', { node: 'k8sworker2', ip: '10.200.2.2', ready: false })
  assert.deepEqual(judge({ pods: [ON_1, gone], nodes, anywhere: true }), {
    proven:
      '7w4jf on k8sworker1 10.200.1.2; coredns-68567cdb47-cs9qr is on k8sworker2, which is not ready',
  })
  assert.ok('missing' in judge({ pods: [ON_1, gone], nodes }), 'the chapter wants both')
  assert.ok(
    'missing' in judge({ pods: [gone], nodes, workload: deploymentObject(1), anywhere: true }),
  )
})

test('a server on its host’s own network has the address of the host', () => {
  const onHost = (suffix: string, node: string, ip: string) => {
    const pod = corednsPod(suffix, { node, ip })
    return { ...pod, spec: { ...(pod['spec'] as object), hostNetwork: true } } as KubeObject
  }
  const pods = [onHost('a', 'k8sworker1', '192.0.2.1'), onHost('b', 'k8sworker2', '192.0.2.2')]
  assert.ok('proven' in judge({ pods }))
})

test('pods that may not be listed are judged by the endpoints', () => {
  const servers = ['10.200.1.2', '10.200.2.2'].map((address) => {
    return { address, port: 53, ready: true, node: null, pod: `coredns-${address}` }
  })
  assert.deepEqual(judge({ pods: [], servers, notTold: ['its pods: may not list pods'] }), {
    proven: 'ready by its endpoints: 10.200.1.2, 10.200.2.2',
  })
})

test('a rollout that is stuck is not green, however well the older pods serve', () => {
  const stuck = (status: object, generation = 2): KubeObject => ({
    ...deploymentObject(2),
    metadata: { name: 'coredns', namespace: 'kube-system', generation },
    status: { replicas: 2, observedGeneration: 2, ...status },
  })
  const lineOf = (workload: KubeObject): string => {
    const sight = judge({ workload })
    return 'missing' in sight ? (sight.missing[1] ?? '') : ''
  }
  assert.match(
    lineOf(stuck({})),
    /^the rollout of deployment\.apps\/coredns has not ended: 0 of 2 /,
  )
  assert.match(lineOf(stuck({ replicas: 3, updatedReplicas: 2 })), /has not ended: 2 of 2 /)
  assert.match(lineOf(stuck({}, 3)), /^the last change .* has not been taken up/)
  assert.deepEqual(judge({ workload: stuck({ updatedReplicas: 2 }) }), PROVEN)
})
