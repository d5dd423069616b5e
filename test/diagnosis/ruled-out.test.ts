import assert from 'node:assert/strict'
import test from 'node:test'
import type { Channel, Evidence } from '../../lib/diagnosis/evidence.ts'
import { rank } from '../../lib/diagnosis/rank.ts'
import { HEALTHY, RECORDED, recorded } from './evidence.ts'
import { HAND_MADE } from './hand-made.ts'
import { ending } from './hand-made-starts.ts'

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
