import assert from 'node:assert/strict'
import test from 'node:test'
import type { Evidence } from '../../lib/evidence/evidence.ts'
import { serviceSeen, slicesSeen } from '../../lib/evidence/read-objects.ts'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { corednsPods } from '../../lib/evidence/pods.ts'
import {
  asLocal,
  limitedTo,
  scaledTo,
  shadowed,
  DEAD,
  ENDPOINTS,
  SLICE,
  withCells,
  withDead,
  withEndpoints,
  withSilent,
} from './hand-made-endpoints.ts'
import { measured } from './hand-made.ts'

const first = (e: Evidence): Verdict | undefined => rank(e).verdicts[0]
const codes = (e: Evidence) => rank(e).verdicts.map(({ code }) => code)

for (const { code, what, evidence } of ENDPOINTS) {
  test(`${code} is told of ${what}`, () => {
    assert.deepEqual(codes(evidence), [code])
  })
}

test('an address of a slice made by hand where nobody answers is told, and kube-proxy is not blamed', () => {
  const e = withDead([SLICE])
  assert.deepEqual(codes(e), ['D6'])
  assert.match(first(e)?.cause ?? '', /leads to 10\.200\.1\.99 .* EndpointSlice kube-dns-old names/)
  assert.equal(first(e)?.cure, 'kubectl -n kube-system delete endpointslice/kube-dns-old')
})

test('a slice that names servers that answer as well is edited', () => {
  const e = withDead([{ ...SLICE, ready: [DEAD, '192.0.2.53'] }])
  assert.match(first(e)?.cure ?? '', /edit endpointslice\/kube-dns-old; take 10\.200\.1\.99 out/)
})

test('what mirrors Endpoints is mended in these', () => {
  const e = withDead([{ ...SLICE, mirrored: true }])
  assert.match(first(e)?.cure ?? '', /edit endpoints\/kube-dns; take 10\.200\.1\.99 out/)
})

test('where an endpoint is dead and nobody knows why, no kube-proxy is blamed for the part that is lost', () => {
  assert.deepEqual(codes(withDead(undefined)), [])
})

test('a CoreDNS that answers nobody, not even within its pod, hangs', () => {
  const e = withSilent(0)
  assert.deepEqual(codes(e), ['D6'])
  assert.match(first(e)?.cause ?? '', /on causew0 runs and answers nobody, .*: it hangs$/)
  assert.match(first(e)?.cure ?? '', /^kubectl -n kube-system delete pod coredns-\S+$/)
})

test('one that answers wrongly does not hang, and no kube-proxy is blamed for what it says', () => {
  const e = withCells(withSilent(0), (cells) =>
    cells.map((one) => (one.target.node === 'causew0' ? { ...one, wrong: ['NXDOMAIN'] } : one)),
  )
  assert.deepEqual(codes(e), [])
})

test('one that may use next to nothing of a processor is slow, and does not hang', () => {
  const limited = (cpuLimit: string) => limitedTo(cpuLimit, withSilent(0))
  for (const limit of ['5m', '0.05']) assert.deepEqual(codes(limited(limit)), ['A26'])
  for (const limit of ['1', '500m']) assert.deepEqual(codes(limited(limit)), ['D6'])
  assert.match(first(limited('5m'))?.cure ?? '', /set resources \S+ -c coredns --limits=cpu=1$/)
})

test('where no CoreDNS answers anybody, none is told to hang: all may only be slow', () => {
  const e = withCells(withSilent(0), (cells) => cells.map((one) => ({ ...one, answered: 0 })))
  assert.ok(!codes(e).includes('D6'))
})

test('one that answers within its pod does not', () => {
  assert.ok(!codes(withSilent(1)).includes('D6'))
})

test('a Service that is to stay on the worker is told where a worker has no endpoint', () => {
  const e = asLocal(measured((from, to) => (from === 'causew2' && to === 'service' ? 0 : 1)))
  assert.deepEqual(codes(e), ['D18'])
  assert.match(first(e)?.evidence ?? '', /endpoints on causew0, causew1; causew2 -> Service/)
  assert.match(first(e)?.cure ?? '', /patch service kube-dns .*"internalTrafficPolicy":"Cluster"/)
})

test('it is no cause of what a worker with an endpoint loses', () => {
  const e = asLocal(measured((from, to) => (from === 'causew0' && to === 'service' ? 0 : 1)))
  assert.deepEqual(codes(e), ['D7'])
})

test('that all servers answer is said only where all of them were asked', () => {
  const says = (e: Evidence) =>
    rank(e).ruledOut.includes('each server that kube-dns leads to answers')
  const e = measured((from, to) => (from === 'causew2' && to === 'service' ? 0 : 1))
  const ready = corednsPods(e).map(({ ip }) => ip ?? '')
  assert.ok(says(withEndpoints(e, { ready })))
  assert.ok(!says(withEndpoints(e, { ready: [...ready, DEAD] })))
})

test('slices that no selector has made are kept apart, and where endpoints are is what they say', () => {
  const slice = (name: string, by: string | undefined, address: string) => ({
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: {
      ...{ name, namespace: 'kube-system' },
      labels: {
        'kubernetes.io/service-name': 'kube-dns',
        ...(by === undefined ? {} : { 'endpointslice.kubernetes.io/managed-by': by }),
      },
    },
    endpoints: [
      {
        addresses: [address],
        conditions: { ready: true },
        ...(by === undefined ? {} : { nodeName: name }),
      },
    ],
  })
  const [seen] = slicesSeen([
    slice('kube-dns-x', 'endpointslice-controller.k8s.io', '10.200.0.2'),
    slice('kube-dns-old', undefined, DEAD),
    slice('kube-dns-y', 'endpointslicemirroring-controller.k8s.io', '192.0.2.53'),
  ])
  assert.deepEqual(seen?.nodes, ['kube-dns-x', 'kube-dns-y'])
  assert.deepEqual(seen.foreign, [
    SLICE,
    { name: 'kube-dns-y', ready: ['192.0.2.53'], mirrored: true },
  ])
})

test('a Service that is to stay on the worker is read as such', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kube-dns' } }
  const of = (policy: string) =>
    serviceSeen({ ...service, spec: { internalTrafficPolicy: policy } })
  assert.deepEqual([of('Local').local, of('Cluster').local], [true, undefined])
})

test('a Deployment scaled to nothing is scaled up again, whatever step met it', () => {
  assert.match(first(scaledTo(0))?.cure ?? '', /scale deployment\/coredns --replicas=2$/)
  assert.ok(!codes(scaledTo(2)).includes('A25'))
})

test("a name in full that leads elsewhere is blamed on a domain of the host's only where one is searched", () => {
  assert.match(
    first(shadowed('10.9.9.9', ['wild.example']))?.cause ?? '',
    /in wild\.example as well/,
  )
  assert.deepEqual(codes(shadowed('10.9.9.9', [])), [])
  assert.deepEqual(codes(shadowed('NXDOMAIN', ['wild.example'])), [])
})
