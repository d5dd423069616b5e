import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { ProberSupply } from '../../lib/dns/prober-supply.ts'
import { hasProberPlace, probePodObject } from '../../lib/dns/probe-pods.ts'
import type { KubeObject, PodContainer } from '../../lib/ports/cluster.ts'
import { PROBER, PUT_PROBER } from '../../lib/ports/prober-commands.ts'
import { askedUntil } from '../../lib/steady/asked-until.ts'
import { askersOn, ownAskers } from '../../lib/steady/askers.ts'
import { fakeCluster, type FakeOptions } from '../fakes/cluster.ts'

const QUESTION = { server: '10.32.0.10', name: 'a.b', rate: 50 }

function running(pod: KubeObject): KubeObject {
  const conditions = [{ type: 'Ready', status: 'True' }]
  return { ...pod, status: { phase: 'Running', conditions } }
}

function missing(): never {
  throw new StepError({
    problem: 'could not run it',
    seen: [`exec: "${PROBER}": no such file or directory`],
    remedy: '',
  })
}

function line(second: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(second)}\n`)
}

type Given = { readonly supply?: ProberSupply; readonly needsSupply?: boolean }

function ownOn(options: FakeOptions, given: Given = {}) {
  const { signal } = new AbortController()
  const cluster = fakeCluster({
    controllers: (fake, written) => fake.put(running(written)),
    ...options,
  })
  const clock = { now: () => new Date(0), sleep: () => Promise.resolve() }
  const image = () => Promise.resolve('prober')
  const wanted = { image, namespace: 'default', run: 'abcdef', lifetimeS: 600, ...given }
  return { cluster, clock, signal, own: ownAskers({ cluster, clock, signal }, wanted) }
}

test("the chapter's probes ask where they run, and others only where they do not", async () => {
  const probes = ['w1'].map((worker) => running(probePodObject(worker, 'prober')))
  const { cluster, own } = ownOn({ objects: probes })
  const { askers, silent } = await askersOn(cluster, ['w1', 'w2'], own)
  assert.deepEqual(
    askers.map(({ pod }) => pod),
    ['dns-probe-w1', 'hardway-prove-abcdef-w2'],
  )
  assert.deepEqual([silent, cluster.writes], [[], ['create pod/hardway-prove-abcdef-w2']])
  await own.remove()
  assert.deepEqual(
    cluster.objects().map(({ metadata }) => metadata.name),
    ['dns-probe-w1'],
  )
})

test('with all probes there, nothing is written', async () => {
  const probes = ['w1', 'w2'].map((worker) => running(probePodObject(worker, 'prober')))
  const { cluster, own } = ownOn({ objects: probes })
  assert.equal((await askersOn(cluster, ['w1', 'w2'], own)).askers.length, 2)
  await own.remove()
  assert.deepEqual(cluster.writes, [])
})

test('a probe without the prober does not ask, and it is said why', async () => {
  const probes = [running(probePodObject('w1', 'busybox'))]
  const { cluster } = ownOn({ objects: probes, exec: missing })
  const { askers, silent } = await askersOn(cluster, ['w1', 'w2'], null)
  assert.deepEqual(askers, [])
  assert.deepEqual(silent, [
    { worker: 'w1', because: `its probe has no ${PROBER}` },
    { worker: 'w2', because: 'no probe of the chapter runs there' },
  ])
})

/** A supply that puts it everywhere, or nowhere. */
function supplyOf(lacking: string | null) {
  const put: string[] = []
  const supply: ProberSupply = {
    put: ({ pod }) => {
      put.push(pod)
      return Promise.resolve(lacking)
    },
    lacking: () => Promise.resolve(lacking),
    unmeasured: () => undefined,
    notes: () => [],
  }
  return { put, supply }
}

test('on a cluster of the user’s own it is put into probes and pods that lack it, and asked at its place there', async () => {
  const probes = [running(probePodObject('w1', 'busybox'))]
  const { put, supply } = supplyOf(null)
  const { cluster, own } = ownOn({ objects: probes, exec: missing }, { supply, needsSupply: true })
  const { askers, silent } = await askersOn(cluster, ['w1', 'w2'], own, supply)
  assert.deepEqual(
    askers.map(({ pod, prober }) => [pod, prober]),
    [
      ['dns-probe-w1', PUT_PROBER],
      ['hardway-prove-abcdef-w2', PUT_PROBER],
    ],
  )
  assert.deepEqual([silent, put], [[], ['dns-probe-w1', 'hardway-prove-abcdef-w2']])
  assert.ok(cluster.objects().some(hasProberPlace))
  await own.remove()
})

test('where it cannot be had no pod is made for it, and it is said why; an image that is named may have it', async () => {
  const { supply } = supplyOf('there is no Go')
  const without = ownOn({ exec: missing }, { supply, needsSupply: true })
  const { askers, silent } = await askersOn(without.cluster, ['w1'], without.own, supply)
  assert.deepEqual([askers, silent], [[], [{ worker: 'w1', because: 'there is no Go' }]])
  assert.deepEqual(without.cluster.writes, [])
  const named = ownOn({}, { supply })
  assert.equal((await askersOn(named.cluster, ['w1'], named.own, supply)).askers.length, 1)
})

test('pods that cannot be made are told, and what was made is taken away', async () => {
  const { cluster, own } = ownOn({
    beforeWrite: (write) => {
      if (write === 'create pod/hardway-prove-abcdef-w2') {
        throw new StepError({ problem: 'no room', remedy: '' })
      }
    },
  })
  const { askers, silent } = await askersOn(cluster, ['w1', 'w2'], own)
  assert.deepEqual(
    askers.map(({ worker }) => worker),
    ['w1'],
  )
  assert.deepEqual(silent, [{ worker: 'w2', because: 'no room' }])
  await own.remove()
  assert.deepEqual(cluster.objects(), [])
})

test('all seconds count, also those of a line that comes in parts; a lost connection is made again', async () => {
  const stop = new AbortController()
  let opened = 0
  const stream = async function* ({ pod }: PodContainer) {
    await Promise.resolve()
    opened += 1
    const told = line({ at: 100 + opened, sent: 50, lost: opened - 1, max: 300 })
    yield told.subarray(0, 10)
    yield told.subarray(10)
    if (opened === 2) stop.abort()
    else throw new StepError({ problem: `no connection to ${pod}`, remedy: '' })
  }
  const { cluster, clock } = ownOn({ stream })
  const who = {
    askers: [{ namespace: 'default', pod: 'p', worker: 'w1', prober: PROBER } as const],
    silent: [{ worker: 'w2', because: 'it is not ready' }],
  }
  const seen: number[] = []
  const all = await askedUntil({ cluster, clock, signal: stop.signal }, QUESTION, who, ({ at }) => {
    seen.push(at)
  })
  assert.deepEqual(seen, [101, 102])
  assert.deepEqual(
    all.asked.workers.map(({ worker, sent, lost, trouble }) => ({ worker, sent, lost, trouble })),
    [
      { worker: 'w1', sent: 100, lost: 1, trouble: 'its probe: no connection to p' },
      { worker: 'w2', sent: 0, lost: 0, trouble: 'it is not ready' },
    ],
  )
})

test('what one has left that was killed is removed by the next', async () => {
  const left = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'hardway-prove-000000-w1',
      namespace: 'default',
      labels: { app: 'hardway-prove-probe' },
    },
    status: { phase: 'Failed' },
  }
  const { cluster, own } = ownOn({ objects: [left] })
  await askersOn(cluster, ['w1'], own)
  assert.deepEqual(cluster.writes, [
    'remove pod/hardway-prove-000000-w1',
    'create pod/hardway-prove-abcdef-w1',
  ])
})
