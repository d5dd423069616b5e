import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '../../../lib/ports/cluster.ts'
import type { TlsFinding } from '../../../lib/ports/host.ts'
import { kubernetesEndpoints } from '../../../steps/coredns/kubernetes-endpoints.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import { fakeHost, type FakeHostOptions } from '../../fakes/host.ts'
import {
  assertHopeless,
  assertTimesOut,
  assertProven,
  assertWaits,
  INVENTORY,
  REAL,
} from './chapter.ts'

const step = kubernetesEndpoints({ inventory: INVENTORY })
const what = 'the endpoints of kubernetes'
const IPS = ['192.168.199.200', '192.168.199.201', '192.168.199.202']
const ALL = IPS.map((ip) => `${ip}:6443`)
const LISTED = ALL.join(', ')

const AUTHORITY: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-root-ca.crt', namespace: 'kube-system' },
  data: { 'ca.crt': 'the authority' },
}

function endpoints(ips: readonly string[], port = 6443): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'kubernetes', namespace: 'default' },
    subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ name: 'https', port }] }],
  }
}

function where(objects: readonly KubeObject[], inspectTls?: FakeHostOptions['inspectTls']) {
  return acting({
    cluster: fakeCluster({ objects }),
    host: fakeHost(inspectTls === undefined ? {} : { inspectTls }),
  })
}

/** All certificates are good but that of the second controller. */
function butOne(finding: TlsFinding): FakeHostOptions['inspectTls'] {
  return (endpoint) => (endpoint === ALL[1] ? finding : { status: 'good' })
}

const UNREACHABLE: TlsFinding = { status: 'unreachable', reason: 'connect ETIMEDOUT' }

test('exactly the controllers, each with a good certificate, are the proof', async () => {
  const on = where([endpoints(IPS), AUTHORITY])
  await assertProven(step, on, `${LISTED}, all good for 10.32.0.1`)
})

test("each certificate is asked for the address that pods call, by the cluster's own authority", async () => {
  const asked: unknown[] = []
  const on = where([endpoints(IPS), AUTHORITY], (endpoint, how) => {
    asked.push({ endpoint, ...how })
    return { status: 'good' }
  })
  await step.check(on)
  assert.deepEqual(
    asked,
    ALL.map((endpoint) => ({ endpoint, ca: 'the authority', identity: '10.32.0.1' })),
  )
})

test('EndpointSlices go before Endpoints, and neither that is missing is a failure by itself', async () => {
  const slice = (name: string, ips: readonly string[]): KubeObject => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...{ name, namespace: 'default' },
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: [{ name: 'https', port: 6443 }],
  })
  const slices = [slice('kubernetes-a', IPS.slice(0, 2)), slice('kubernetes-b', IPS.slice(2))]
  for (const others of [[], [endpoints(['10.0.0.9'])]]) {
    const on = where([...slices, ...others, AUTHORITY])
    await assertProven(step, on, `${LISTED}, all good for 10.32.0.1`)
  }
})

test('without endpoints it is not yet so', async () => {
  const none: KubeObject = { ...endpoints([]), subsets: [] }
  for (const objects of [[AUTHORITY], [AUTHORITY, none]]) {
    const on = where(objects)
    await assertWaits(step, on, 'service/kubernetes has no endpoints')
    await assertTimesOut(step, on, { what, seen: ['service/kubernetes has no endpoints'] })
  }
})

test('a controller that is missing is named', async () => {
  const on = where([endpoints(IPS.slice(0, 2)), AUTHORITY])
  await assertWaits(step, on, '192.168.199.202:6443 is not among the endpoints')
})

test('one that is no controller is named, too, and so is another port', async () => {
  const surplus = 'is among the endpoints and no controller of the inventory'
  await assertWaits(
    step,
    where([endpoints([...IPS, '10.0.0.9']), AUTHORITY]),
    `10.0.0.9:6443 ${surplus}`,
  )
  await assertTimesOut(step, where([endpoints(IPS, 443), AUTHORITY]), {
    what,
    seen: [
      ...ALL.map((one) => `${one} is not among the endpoints`),
      ...IPS.map((ip) => `${ip}:443 ${surplus}`),
    ],
  })
})

test('endpoints that the server splits into several subsets count together', async () => {
  const port = { name: 'https', port: 6443 }
  const split: KubeObject = {
    ...endpoints([]),
    subsets: IPS.map((ip) => ({ addresses: [{ ip }], ports: [port] })),
  }
  await assertProven(step, where([split, AUTHORITY]), `${LISTED}, all good for 10.32.0.1`)
})

test('without an authority no certificate can be judged', async () => {
  const on = where([endpoints(IPS)])
  await assertWaits(step, on, 'configmap/kube-root-ca.crt has no ca.crt yet')
})

test('a bad certificate fails at once, with the reason and what to issue', async () => {
  const bad = butOne({ status: 'bad', reason: 'it is good for 192.168.199.201 only' })
  const on = where([endpoints(IPS), AUTHORITY], bad)
  const seen = '192.168.199.201:6443: it is good for 192.168.199.201 only'
  await assertWaits(step, on, seen)
  await assertHopeless(step, on, {
    problem: "an API server's certificate is not good for 10.32.0.1, under which pods call it",
    seen: [seen],
    cause: 'it was issued without 10.32.0.1, by another authority, or it has expired',
    remedy: 'issue kubernetes.pem again with 10.32.0.1 among its names and restart that API server',
  })
})

test("a lab's controller that does not answer is waited for", async () => {
  const on = where([endpoints(IPS), AUTHORITY], butOne(UNREACHABLE))
  await assertWaits(step, on, '192.168.199.201:6443 does not answer')
  await assertTimesOut(step, on, { what, seen: ['192.168.199.201:6443 does not answer'] })
})

test('on a real cluster whose controllers are not known, those found are the proof', async () => {
  const on = where([endpoints(['10.0.0.7']), AUTHORITY])
  await assertProven(
    kubernetesEndpoints({ inventory: REAL }),
    on,
    '10.0.0.7:6443, all good for 10.32.0.1',
  )
})

test('on a real cluster what cannot be reached is not proven from here, and no failure', async () => {
  const on = where([endpoints(IPS), AUTHORITY], () => UNREACHABLE)
  const proof = `${LISTED}, certificates not proven from here: ${LISTED}`
  await assertProven(kubernetesEndpoints({ inventory: REAL }), on, proof)
})

test('that holds where its controllers are known, too', async () => {
  const known = kubernetesEndpoints({
    inventory: { ...REAL, controllers: INVENTORY.controllers },
  })
  const on = where([endpoints(IPS), AUTHORITY], butOne(UNREACHABLE))
  const proof = `${LISTED}, certificates not proven from here: 192.168.199.201:6443`
  await assertProven(known, on, proof)
  const fewer = where([endpoints(IPS.slice(1)), AUTHORITY], () => UNREACHABLE)
  await assertWaits(known, fewer, '192.168.199.200:6443 is not among the endpoints')
})

test('one that takes connections and never greets does not answer, wherever it is', async () => {
  const silent = butOne({ status: 'silent', reason: 'connected, and no greeting within 5000 ms' })
  for (const inventory of [INVENTORY, REAL]) {
    const on = where([endpoints(IPS), AUTHORITY], silent)
    await assertWaits(
      kubernetesEndpoints({ inventory }),
      on,
      '192.168.199.201:6443 does not answer',
    )
  }
})

test('on a real cluster one that refuses is down where another is reached, and not known where none is', async () => {
  const refused: TlsFinding = { status: 'unreachable', reason: 'connect ECONNREFUSED' }
  const step = kubernetesEndpoints({ inventory: REAL })
  const one = where([endpoints(IPS), AUTHORITY], butOne(refused))
  await assertWaits(step, one, '192.168.199.201:6443 does not answer')
  const all = where([endpoints(IPS), AUTHORITY], () => refused)
  await assertProven(step, all, `${LISTED}, certificates not proven from here: ${LISTED}`)
})

test('on a real cluster a bad certificate is bad, though others cannot be reached', async () => {
  const on = where([endpoints(IPS), AUTHORITY], (endpoint) =>
    endpoint === ALL[0] ? { status: 'bad', reason: 'certificate has expired' } : UNREACHABLE,
  )
  await assertWaits(
    kubernetesEndpoints({ inventory: REAL }),
    on,
    '192.168.199.200:6443: certificate has expired',
  )
})

test('without endpoints a real cluster proves nothing', async () => {
  await assertWaits(
    kubernetesEndpoints({ inventory: REAL }),
    where([AUTHORITY]),
    'service/kubernetes has no endpoints',
  )
})
