import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry, JournalHeader } from '../../lib/engine/journal-entry.ts'
import { journalLines, parseJournal } from '../../lib/engine/journal-text.ts'
import { InputError } from '../../lib/core/errors.ts'

const HEADER: JournalHeader = { v: 1, kind: 'journal', target: 'lab', cluster: 'uid-1' }
const ENTRIES: readonly Entry[] = [
  { type: 'run-start', run: 'r', mode: 'run', inventory: 'i', at: 'then', from: 'a' },
  {
    type: 'intent',
    n: 0,
    run: 'r',
    step: 'a',
    at: 'then',
    undo: { text: 'zwölf\nlines', none: null },
  },
  { type: 'fact', n: 0, fact: ['uid'] },
  { type: 'done', step: 'a' },
  { type: 'intent', n: 1, run: 'r', step: 'b', at: 'then', undo: null },
  { type: 'failed', step: 'b' },
  { type: 'undone', n: 1 },
  { type: 'run-end', run: 'r', outcome: 'failed' },
]
const WHOLE = Buffer.from(journalLines([HEADER, ...ENTRIES]))
const parse = (bytes: Uint8Array | null) => parseJournal(bytes, '/state/journal', 'lab')

test('what was written is read back', () => {
  assert.deepEqual(parse(WHOLE), { header: HEADER, entries: ENTRIES, intact: WHOLE.length })
})

test('no journal, and an empty one, are the start', () => {
  const start = { header: null, entries: [], intact: 0 }
  assert.deepEqual(parse(null), start)
  assert.deepEqual(parse(new Uint8Array()), start)
})

test('a last line torn at any byte is left out, and the next one goes in its place', () => {
  const lines = [HEADER, ...ENTRIES].map((line) => Buffer.from(journalLines([line])))
  let begin = 0
  for (const [i, line] of lines.entries()) {
    for (let cut = 0; cut < line.length; cut += 1) {
      const text = parse(WHOLE.subarray(0, begin + cut))
      assert.deepEqual([text.intact, text.entries.length], [begin, Math.max(0, i - 1)])
    }
    begin += line.length
  }
})

/** The journal with one of its lines replaced. */
function damaged(line: number, by: string): Buffer {
  const lines = WHOLE.toString().split('\n')
  lines[line - 1] = by
  return Buffer.from(lines.join('\n'))
}

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ['a damaged line in the middle', damaged(4, '{"type":"fa'), 'line 4 is not JSON'],
  ['a damaged last line that is whole', damaged(9, 'x'), 'line 9 is not JSON'],
  ['an empty line', damaged(3, ''), 'line 3 is not JSON'],
  ['bytes of zero', damaged(3, '\0\0\0'), 'line 3 is not JSON'],
  [
    'an unknown entry',
    damaged(3, '{"type":"more"}'),
    'line 3 is not an entry that this version writes',
  ],
  [
    'an entry from Object.prototype',
    damaged(3, '{"type":"toString"}'),
    'line 3 is not an entry that this version writes',
  ],
  [
    'an intent out of order',
    damaged(3, JSON.stringify({ ...ENTRIES[1], n: 1 })),
    'line 3 is not an entry that this version writes',
  ],
  [
    'an intent without undo',
    damaged(3, '{"type":"intent","n":0,"run":"r","step":"a","at":"t"}'),
    'line 3 is not an entry that this version writes',
  ],
  [
    'a fact of no intent',
    damaged(4, '{"type":"fact","n":1,"fact":1}'),
    'line 4 is not an entry that this version writes',
  ],
  [
    'an unknown outcome',
    damaged(9, '{"type":"run-end","run":"r","outcome":"fine"}'),
    'line 9 is not an entry that this version writes',
  ],
  [
    'another version',
    damaged(1, JSON.stringify({ ...HEADER, v: 2 })),
    'line 1 has format version 2; this program knows 1',
  ],
  ['no journal at all', damaged(1, '{"kind":"recipe"}'), 'line 1 does not say that it is one'],
  [
    'no cluster in the header',
    damaged(1, '{"v":1,"kind":"journal","target":"lab"}'),
    'line 1 does not say whose it is',
  ],
  [
    'another target',
    damaged(1, JSON.stringify({ ...HEADER, target: 'prod' })),
    'line 1 belongs to target "prod", not to lab',
  ],
]
for (const [name, bytes, reason] of REFUSED) {
  test(`refused, with the reason and the way out: ${name}`, () => {
    assert.throws(
      () => parse(bytes),
      (error) => {
        assert.ok(error instanceof InputError)
        assert.equal(error.message, `the journal /state/journal cannot be used: ${reason}`)
        assert.match(error.explanation.remedy, /mv \/state\/journal \/state\/journal\.old$/)
        return true
      },
    )
  })
}
