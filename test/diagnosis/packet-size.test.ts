import assert from 'node:assert/strict'
import test from 'node:test'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { type Evidence, itemsOf } from '../../lib/evidence/evidence.ts'
import { but, corednsPods, failing } from './evidence.ts'
import { largeLost, lookedInto, type Seen } from './hand-made-networks.ts'
import { measured } from './hand-made.ts'

const WIDE = { mtus: { eth0: 1500, cnio0: 1500 } }
const NARROW = { mtus: { eth0: 1400, cnio0: 1500 } }
const LOST = largeLost('causew2', 'causew0')

const told = (evidence: Evidence, seen: Readonly<Record<string, Seen>>): Verdict | undefined =>
  rank(lookedInto(evidence, seen)).verdicts[0]

test('a link that is narrower than the others’ is made as wide, on its host', () => {
  const verdict = told(LOST, { causew0: WIDE, causew2: NARROW })
  assert.deepEqual([verdict?.code, verdict?.on, verdict?.permanent], ['E7', 'causew2', true])
  assert.match(verdict?.cause ?? '', /^eth0 of causew2 takes packets of 1400 bytes, .* sent 1500/)
  assert.equal(verdict?.cure, 'ip link set dev eth0 mtu 1500')
})

test('where all links are narrow, the pods are told so', () => {
  const verdict = told(LOST, { causew0: NARROW, causew2: NARROW })
  assert.match(verdict?.cure ?? '', /^set "mtu": 1400 in \/etc\/cni\/net\.d\/10-bridge\.conf; /)
})

test('where no narrow link is seen, it is somewhere between those who lose', () => {
  for (const seen of [{ causew0: WIDE, causew2: WIDE }, { causew0: {} }]) {
    const verdict = told(LOST, seen)
    assert.deepEqual([verdict?.code, verdict?.certainty], ['E7', 'inferred'])
    assert.match(verdict?.cause ?? '', /from pods of causew0 to those of causew2/)
  }
})

test('links of different sizes behind which nothing is lost are nothing', () => {
  const { verdicts, ruledOut } = rank(lookedInto(largeLost('', ''), { causew2: NARROW }))
  assert.deepEqual(verdicts, [])
  assert.ok(ruledOut.some((one) => one.startsWith('large packets get from pods of one worker')))
})

test('where no large packets were sent, nothing is said of them', () => {
  const { ruledOut } = rank(
    lookedInto(
      measured(() => 1),
      { causew2: NARROW },
    ),
  )
  assert.ok(!ruledOut.some((one) => one.startsWith('large packets')))
})

test('a CoreDNS that runs behind a narrow link and does not become ready may wait for large answers', () => {
  const pods = corednsPods(
    { ready: false },
    { waiting: null, started: '2026-11-30T18:00:00Z', ended: null },
  )
  const [node = ''] = itemsOf(pods.pods).flatMap((pod) => pod.node ?? [])
  const evidence = failing('coredns-pods', but(pods))
  const verdict = told(evidence, { [node]: NARROW })
  assert.deepEqual([verdict?.code, verdict?.certainty, verdict?.on], ['E7', 'inferred', node])
})
