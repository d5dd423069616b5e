import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepsTold, waitingLine } from '../../lib/view/waiting-line.ts'
import * as RUNS from './runs.ts'
import { fakeStream } from './fake-stream.ts'
import { terminalWith } from './terminal.ts'

const SIZE = { columns: 40, rows: 5 }

test('each text takes the place of the one before, and nothing stays', async () => {
  const out = fakeStream(SIZE)
  const line = waitingLine(out)
  line('looking at one')
  line('looking at another, which is longer than a line')
  const [shown] = await terminalWith(out.text(), SIZE)
  assert.match(shown?.text ?? '', /^looking at another, which is longer .*…$/)
  line(null)
  assert.equal(
    (await terminalWith(out.text(), SIZE))
      .map(({ text }) => text)
      .join('')
      .trim(),
    '',
  )
})

test('where there is no terminal nothing is said', () => {
  const out = fakeStream()
  waitingLine(out)('looking')
  assert.equal(out.text(), '')
})

test('the step that is looked at stands behind what is done', () => {
  const told: (string | null)[] = []
  const sink = stepsTold(
    (text) => told.push(text),
    'Looking',
    (text) => text.toUpperCase(),
  )
  for (const event of RUNS.nothingToDo) sink(event)
  assert.ok(told.length > 1)
  for (const text of told) assert.match(text ?? '', /^Looking … [^a-z]+$/)
})
