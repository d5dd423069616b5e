import assert from 'node:assert/strict'
import test from 'node:test'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import type { Evidence } from '../../lib/evidence/evidence.ts'
import { CLOSED, CUT_OFF, lookedInto, LOST_PAIR, NETWORKS, OWN_LOST } from './hand-made-networks.ts'
import { measured } from './hand-made.ts'

for (const { code, what, evidence } of NETWORKS) {
  test(`${code} is told of ${what}`, () => {
    const { verdicts } = rank(evidence)
    assert.equal(verdicts[0]?.code, code, JSON.stringify(verdicts, null, 1))
  })
}

const codes = (evidence: Evidence): readonly string[] =>
  rank(evidence).verdicts.map(({ code }) => code)

function first(evidence: Evidence): Verdict {
  const [told] = rank(evidence).verdicts
  assert.ok(told)
  return told
}

test('a missing route is named with the range that the other worker itself has, and its line', () => {
  const seen = lookedInto(LOST_PAIR, { causew0: {}, causew1: { lacks: ['causew0'] } })
  const told = first({ ...seen, wanted: { ...seen.wanted, workers: [] } })
  assert.equal(told.certainty, 'seen')
  assert.equal(told.cause, 'causew1 has no route to 10.200.0.0/24, the pods of causew0')
  assert.match(
    told.evidence,
    /^ip route on causew1: no line for 10\.200\.0\.2; causew1 -> pod coredns-0 on causew0 .*: 0 of 24 answered$/,
  )
  assert.match(told.cure, /^ip route add 10\.200\.0\.0\/24 via \S+$/)
  assert.equal(told.on, 'causew1')
})

test('the way back is looked into, too', () => {
  const told = first(lookedInto(LOST_PAIR, { causew0: { lacks: ['causew1'] }, causew1: {} }))
  assert.equal(told.certainty, 'seen')
  assert.equal(told.cause, 'causew0 has no route to 10.200.1.0/24, the pods of causew1')
  assert.equal(told.on, 'causew0')
})

test('where all routes are there no route is blamed for a pair that does not reach each other', () => {
  assert.deepEqual(codes(lookedInto(LOST_PAIR, { causew0: {}, causew1: {}, causew2: {} })), [])
})

test('where only one of the two could be looked at, its route is not blamed, and the other only inferred', () => {
  const told = first(lookedInto(LOST_PAIR, { causew0: {} }))
  assert.deepEqual([told.code, told.certainty, told.subject], ['E3', 'inferred', 'causew1'])
})

test('where no worker has routes to pods, a router may carry them: that none is there is only inferred to be it', () => {
  const none = { lacks: ['causew0', 'causew1', 'causew2'] }
  const told = first(lookedInto(LOST_PAIR, { causew0: none, causew1: none, causew2: none }))
  assert.deepEqual([told.code, told.certainty], ['E3', 'inferred'])
})

test('routes that lead elsewhere than the default are missed only where answers are lost', () => {
  const whole = measured(() => 1)
  assert.deepEqual(codes(lookedInto(whole, { causew0: { lacks: ['causew1'] }, causew1: {} })), [])
})

test('a worker that forwards is not said not to, and bridged packets that are filtered not to be', () => {
  assert.ok(codes(CUT_OFF).includes('E5'))
  assert.ok(!codes(lookedInto(CUT_OFF, { causew0: {} })).includes('E5'))
  assert.deepEqual(codes(OWN_LOST), ['D9'])
  assert.deepEqual(codes(lookedInto(OWN_LOST, { causew0: {} })), [])
})

test('a kernel without a bridge’s filter is no fault where the Service answers', () => {
  const whole = measured(() => 1)
  const settings = { 'net.ipv4.ip_forward': '1' }
  assert.deepEqual(codes(lookedInto(whole, { causew0: { settings } })), [])
})

test('a worker whose pods reach nobody is named, and no route to it is missed', () => {
  const told = first(CLOSED)
  assert.deepEqual([told.code, told.certainty, told.on], ['D10', 'inferred', 'causew0'])
  assert.deepEqual(codes(CLOSED), ['D10'])
})

test('probes on a worker’s own network are not taken for pods that ask the cluster’s DNS', () => {
  const seen = lookedInto(
    measured(() => 1),
    { causew0: {} },
  )
  const found = 'found' in seen.pods ? seen.pods.found : []
  const lookers = found
    .filter(({ name }) => name.startsWith('dns-probe-'))
    .map((pod) => ({
      ...pod,
      name: pod.name.replace('dns', 'host'),
      labels: { ...pod.labels, network: 'host' },
      ...{ hostNetwork: true, dnsPolicy: 'Default' },
    }))
  assert.equal(lookers.length, 3)
  assert.deepEqual(codes({ ...seen, pods: { found: [...found, ...lookers] } }), [])
})
