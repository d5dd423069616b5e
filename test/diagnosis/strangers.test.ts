import assert from 'node:assert/strict'
import test from 'node:test'
import type { Evidence } from '../../lib/evidence/evidence.ts'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { corednsPods } from '../../lib/evidence/pods.ts'
import {
  ADDRESS,
  addressed,
  FULL,
  losing,
  STRANGERS,
  withoutProbe,
  withStranger,
} from './hand-made-strangers.ts'

const first = (e: Evidence): Verdict | undefined => rank(e).verdicts[0]
const codes = (e: Evidence) => rank(e).verdicts.map(({ code }) => code)

for (const { code, what, evidence } of STRANGERS) {
  test(`${code} is told of ${what}`, () => {
    assert.deepEqual(codes(evidence), [code])
  })
}

test('pods of somebody else that the Service selects are not CoreDNS’s, whatever their labels', () => {
  const names = corednsPods(withStranger()).map(({ name }) => name)
  assert.ok(names.length > 0)
  assert.ok(names.every((name) => name.startsWith('coredns-')))
})

test('that the Service leads to pods of somebody else rules nothing out, nor does an address that is not there', () => {
  const ruledOut = (e: Evidence) => rank(e).ruledOut.filter((one) => /^kube-dns leads to/.test(one))
  assert.deepEqual(
    ruledOut(withStranger()).map((one) => one.includes(ADDRESS)),
    [false],
  )
  assert.deepEqual(ruledOut(addressed('None')), [])
})

test('the pods of a Deployment that finds them by another label leave the Service and run on', () => {
  const { cause, cure, permanent } = first(withStranger()) ?? {}
  assert.match(
    cause ?? '',
    /leads to pod test-dns-84-x as well, of Deployment test-dns, which answers NXDOMAIN$/,
  )
  assert.equal(
    cure,
    `kubectl -n kube-system patch deployment test-dns -p '{"spec":{"template":{"metadata":{"labels":{"k8s-app":null}}}}}'`,
  )
  assert.equal(permanent, true)
})

test('those of one that finds them by that label cannot lose it', () => {
  const selector = { 'k8s-app': 'kube-dns' }
  const e = withStranger({ beside: [{ kind: 'Deployment', name: 'test-dns', selector }] })
  assert.equal(first(e)?.cure, 'kubectl -n kube-system scale deployment test-dns --replicas=0')
})

test('a pod that nothing makes loses the label itself', () => {
  const e = withStranger({ pod: { owner: null, labels: { 'k8s-app': 'kube-dns' } } })
  assert.match(first(e)?.cause ?? '', /, that nothing makes, which answers NXDOMAIN$/)
  assert.equal(first(e)?.cure, 'kubectl -n kube-system label pod test-dns-84-x k8s-app-')
})

test('what makes pods and is not known is edited', () => {
  const owner = { kind: 'StatefulSet', name: 'test-dns' }
  const e = withStranger({ pod: { owner, labels: { 'k8s-app': 'kube-dns' } } })
  assert.match(
    first(e)?.cure ?? '',
    /^kubectl -n kube-system edit statefulset test-dns; take the label k8s-app out/,
  )
})

test('one that is silent, or only not ready to serve, may be starting', () => {
  for (const wrong of [[], ['SERVFAIL']]) {
    assert.equal(first(withStranger({ wrong }))?.permanent, undefined)
  }
})

test('what gets lost now and then is told with the worker that all of it has in common', () => {
  const { cause, on } = first(losing(30)) ?? {}
  assert.match(
    cause ?? '',
    /^between pods of causew1 and of other workers 30 of 100 questions by UDP get no answer/,
  )
  assert.equal(on, 'causew1')
})

test('a few lost questions, and such that get lost within a worker, are no matter of the way', () => {
  assert.deepEqual(codes(losing(1)), [])
  assert.ok(!codes(losing(30, 30)).includes('E12'))
})

test('a probe that is gone is made by a run', () => {
  assert.equal(first(withoutProbe('lookup-kubernetes'))?.cure, 'npx tsx run.ts --only busybox-pod')
  const { cause, cure } = first(withoutProbe('dns-matrix')) ?? {}
  assert.match(cause ?? '', /^no probe is on causew1,/)
  assert.equal(cure, 'npx tsx run.ts --only dns-probes')
})

test('an etcd without room is given some on its host, and the programs that it ended are started', () => {
  const { cure, on } = first(FULL) ?? {}
  assert.match(
    cure ?? '',
    /^etcdctl compact .*; etcdctl defrag --cluster; etcdctl alarm disarm; npx tsx run\.ts lab up$/,
  )
  assert.equal(on, 'causem0')
})

test('a Service without an address is told, and no kubelet is blamed for asking the right one', () => {
  for (const none of ['', 'None']) assert.deepEqual(codes(addressed(none)), ['D20'])
})
