import assert from 'node:assert/strict'
import test from 'node:test'
import type { Channel, Evidence } from '../../lib/evidence/evidence.ts'
import { rank } from '../../lib/diagnosis/rank.ts'
import { HEALTHY, RECORDED, recorded } from './evidence.ts'
import { HAND_MADE } from './hand-made.ts'
import { ending, endedBefore, rewritten } from './hand-made-starts.ts'

/** «Ruled out» needs something that was looked at in this run, and was there. */
const ALL: readonly (readonly [name: string, evidence: Evidence])[] = [
  ['healthy', HEALTHY],
  ...RECORDED.map((name) => [name, recorded(name)] as const),
  ...HAND_MADE.map(({ code, what, evidence }) => [`${code} ${what}`, evidence] as const),
]

const CHANNELS = Object.keys(HEALTHY).filter(
  (name): name is Channel => name !== 'failure' && name !== 'wanted',
)

/** What a channel gives where nothing is there. */
function emptied(evidence: Evidence, channel: Channel): Evidence {
  const looked = evidence[channel]
  const found = 'found' in looked && Array.isArray(looked.found) ? [] : null
  return { ...evidence, [channel]: { found } }
}

function dimmed(evidence: Evidence, channel: Channel): Evidence {
  return { ...evidence, [channel]: { notLooked: 'dark' } }
}

/** The networks of hosts and policies judge their own. */
const byChannel = CHANNELS.filter((name) => !['access', 'matrix', 'signer'].includes(name))

for (const [name, evidence] of ALL) {
  test(`of ${name} no more is ruled out where less was looked at`, () => {
    const ruledOut = new Set(rank(evidence).ruledOut)
    for (const channel of CHANNELS) {
      const more = rank(dimmed(evidence, channel)).ruledOut.filter((line) => !ruledOut.has(line))
      const told = rank(evidence).verdicts.map(({ evidence: line }) => line)
      assert.deepEqual(more, [], `${channel} was not looked at; told before: ${told.join('; ')}`)
    }
  })
}

test('where every channel was looked at and nothing is there, nothing is ruled out', () => {
  const nothing = byChannel.reduce(emptied, {
    ...HEALTHY,
    ...{ access: NONE, matrix: { notLooked: 'dark' }, signer: { notLooked: 'dark' } },
  })
  assert.deepEqual(rank(nothing).ruledOut, [])
})

const NONE: Evidence['access'] = {
  found: { serviceAccount: false, bindings: [], missingRoles: [], rules: [] },
}

test('of a CoreDNS that crashes it is not said that it understands its Corefile', () => {
  for (const line of ['some words that no rule has', 'plugin/forward: no nameservers found']) {
    const { ruledOut } = rank(ending(line))
    assert.ok(!ruledOut.some((one) => /understands|finds no loop/.test(one)), ruledOut.join('; '))
  }
})

test('a CoreDNS whose pods are younger than the Corefile has understood it', () => {
  const understood = (changed: string): boolean =>
    rank(rewritten(changed)).ruledOut.includes('CoreDNS understands its Corefile')
  assert.equal(understood('2026-11-25T23:59:20Z'), true)
  assert.equal(understood('2026-11-26T00:10:00Z'), false)
})

test('what was said of a Corefile that was changed since then ends no wait, and a restart is the cure', () => {
  for (const line of [
    'plugin/forward: not an IP address or file: "dns.example"',
    'plugin/cache: /etc/coredns/Corefile:9 - Error during parsing: Wrong argument count',
  ]) {
    const told = (changed: string) => rank(endedBefore(changed, line)).verdicts[0]
    assert.equal(told('2026-11-25T22:00:00Z')?.permanent, true)
    const since = told('2026-11-25T23:31:00Z')
    assert.equal(since?.permanent, undefined)
    assert.match(since?.cause ?? '', /\(the Corefile has been changed since\)$/)
    assert.match(since?.cure ?? '', /rollout restart deployment\/coredns$/)
  }
})

test('a pod that has read this very text still speaks of it, though the word is not in it', () => {
  const line =
    "plugin/kubernetes: /etc/coredns/Corefile:25 - Error during parsing: unknown property 'upstream'"
  assert.equal(rank(endedBefore('2026-11-25T22:00:00Z', line)).verdicts[0]?.permanent, true)
})

test('of a Corefile that was not looked at it is not said that it was mended', () => {
  const line = "/etc/coredns/Corefile:25 - Error during parsing: Unknown directive 'upstream'"
  const unread = { ...ending(line), corefile: { notLooked: 'no ConfigMap is mounted' } }
  const [first] = rank(unread).verdicts
  assert.equal(first?.permanent, true)
  assert.doesNotMatch(first.cause, /mended/)
})
