import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../lib/core/clock.ts'
import { StepError } from '../../lib/core/errors.ts'
import { probePodObject } from '../../lib/dns/probe-pods.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import type { Event } from '../../lib/ports/events.ts'
import type { Step } from '../../lib/ports/step.ts'
import { asking } from '../../lib/steady/asking.ts'
import { ownAskers } from '../../lib/steady/askers.ts'
import { askedMeanwhile } from '../../lib/steady/while-changing.ts'
import { corednsPod, deploymentObject, nodeObject } from '../dns/coredns-objects.ts'
import { acting } from '../fakes/acting.ts'
import { fakeCluster, type FakeOptions } from '../fakes/cluster.ts'

const ADDRESS = '10.32.0.10'
const READY = { conditions: [{ type: 'Ready', status: 'True' }] }

function running(pod: KubeObject): KubeObject {
  return { ...pod, status: { phase: 'Running', ...READY } }
}

/** A cluster whose DNS answers, and a worker. */
const SERVING: readonly KubeObject[] = [
  { ...nodeObject('w1'), status: READY },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: {
      clusterIP: ADDRESS,
      selector: { 'k8s-app': 'kube-dns' },
      ports: [{ port: 53, protocol: 'UDP' }],
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kube-dns-1',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'kube-dns' },
    },
    ports: [{ port: 53, protocol: 'UDP' }],
    endpoints: [{ addresses: ['10.200.0.2'], conditions: { ready: true } }],
  },
  { ...deploymentObject(1), status: { updatedReplicas: 1 } },
  corednsPod('a', { node: 'w1', ip: '10.200.0.2' }),
]
const PROBE = running(probePodObject('w1', 'prober'))

/** Told at once, and then until somebody ends it. */
const stream: NonNullable<FakeOptions['stream']> = async function* (_of, _argv, signal) {
  yield Buffer.from('{"at":100,"sent":200,"lost":2,"max":300}\n')
  if (signal.aborted) return
  await new Promise((ended) => {
    signal.addEventListener('abort', ended, { once: true })
  })
}

/** Pauses pass at once, deadlines never. */
const clock: Clock = {
  now: () => new Date(0),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (ms < 5_000) setImmediate(resolve)
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    }),
}

function world(options: FakeOptions, withOwn = false) {
  const ctx = acting({
    cluster: fakeCluster({
      stream,
      controllers: (fake, pod) => fake.put(running(pod)),
      ...options,
    }),
  })
  const events: Event[] = []
  const of = { cluster: ctx.cluster, clock, signal: ctx.signal }
  const image = () => Promise.resolve('prober')
  const wanted = { image, namespace: 'default', run: 'abcdef', lifetimeS: 600 }
  const asks = asking({
    ...{ ...of, dnsAddress: ADDRESS, domain: 'cluster.local' },
    own: withOwn ? ownAskers(of, wanted) : null,
    sink: (event) => events.push(event),
  })
  const done: string[] = []
  const step: Step = {
    id: 'a-step',
    title: 'A step',
    chapter: { section: '1', command: '' },
    about: { satisfied: '', undo: '' },
    touches: [],
    changesDns: { takenAwayBy: (undo) => undo === 'all of it' },
    check: () => Promise.resolve({ status: 'satisfied', because: '' }),
    apply: () => Promise.resolve(void done.push('applied')),
    verify: () => Promise.resolve(''),
    rollback: () => Promise.resolve(['given back']),
  }
  return { ctx, events, asks, done, step: askedMeanwhile(step, asks) }
}

function typesOf(events: readonly Event[]): readonly string[] {
  return events.map(({ type }) => type)
}

test('from the first change on it is asked, and the end tells what was lost', async () => {
  const { ctx, events, asks, step } = world({ objects: [...SERVING, PROBE] })
  await step.apply(ctx, [])
  await asks.end()
  assert.deepEqual(typesOf(events), ['dns-second', 'dns-asked'])
  const end = events.at(-1)
  assert.ok(end?.type === 'dns-asked')
  assert.deepEqual([end.server, end.rate, end.workers[0]?.lost], [ADDRESS, 200, 2])
  assert.match(end.lines.join('\n'), /✖ {2}200 asked, 2 lost at 00:01:40/)
  assert.deepEqual([ctx.cluster.writes, asks.notes()], [[], []])
})

test('where no probe runs, one is made for it, and taken away at the end', async () => {
  const { ctx, events, asks, step } = world({ objects: SERVING }, true)
  await step.apply(ctx, [])
  assert.deepEqual(ctx.cluster.writes, ['create pod/hardway-prove-abcdef-w1'])
  await asks.end()
  assert.deepEqual(ctx.cluster.writes.at(-1), 'remove pod/hardway-prove-abcdef-w1')
  assert.equal(events.at(-1)?.type, 'dns-asked')
})

test('where no DNS answers yet, nobody asks and nothing is said', async () => {
  const { ctx, events, asks, step, done } = world({ objects: [PROBE] }, true)
  await step.apply(ctx, [])
  await asks.end()
  assert.deepEqual([done, events, ctx.cluster.writes, asks.notes()], [['applied'], [], [], []])
})

test('a prober that fails leaves the change as it is, and it is said', async () => {
  const exec = (): never => {
    throw new StepError({ problem: 'no connection to the kubelet', remedy: '' })
  }
  const { ctx, asks, step, done } = world({ objects: [...SERVING, PROBE], exec })
  await step.apply(ctx, [])
  await asks.end()
  assert.deepEqual(done, ['applied'])
  assert.deepEqual(asks.notes(), [
    'Nobody asked the DNS while it changed: no connection to the kubelet.',
  ])
})

test('what is given back is asked until its pods have come to rest', async () => {
  const { ctx, asks, events, step } = world({ objects: [...SERVING, PROBE] })
  const leaving = corednsPod('b', { node: 'w1', ip: '10.200.0.3', deleted: true })
  ctx.cluster.put(leaving)
  const rollback = step.rollback(ctx, 'the edition before', [])
  await new Promise(setImmediate)
  ctx.cluster.drop({
    ...{ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' },
    name: leaving.metadata.name,
  })
  assert.deepEqual(await rollback, ['given back'])
  await asks.end()
  assert.equal(events.at(-1)?.type, 'dns-asked')
})

test('what is taken away on purpose is not called lost: nobody asks from then on', async () => {
  const { ctx, asks, events, step } = world({ objects: [...SERVING, PROBE] })
  await step.apply(ctx, [])
  assert.deepEqual(await step.rollback(ctx, 'all of it', []), ['given back'])
  assert.equal(events.at(-1)?.type, 'dns-asked')
  await asks.end()
  assert.equal(events.filter(({ type }) => type === 'dns-asked').length, 1)
})

test('what can never start is not waited for', async () => {
  const { ctx, asks, events, step } = world({ objects: [...SERVING, PROBE] })
  ctx.cluster.put(corednsPod('c', { node: 'w1', ready: false, waiting: 'ImagePullBackOff' }))
  assert.deepEqual(await step.rollback(ctx, 'the edition before', []), ['given back'])
  await asks.end()
  assert.equal(events.at(-1)?.type, 'dns-asked')
})
