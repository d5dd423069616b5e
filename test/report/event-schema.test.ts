import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { z } from 'zod'
import type { Event } from '../../lib/ports/events.ts'
import { type EVENTS, EVENT_TYPES, runSchemaText } from '../../lib/report/event-schema.ts'
import { readRunLines } from '../../lib/report/run-lines.ts'
import { matrixEvent, RUNS, runText } from './told.ts'

/** Each way the compiler says whether one has what the other has not. */
type Told = z.infer<(typeof EVENTS)[number]>
const SAME: readonly [Told extends Event ? 'yes' : 'no', Event extends Told ? 'yes' : 'no'] = [
  'yes',
  'yes',
]

test('run.schema.json is what `npm run schema` writes', async () => {
  const written = await readFile(new URL('../../run.schema.json', import.meta.url), 'utf8')
  assert.ok(written === runSchemaText(), 'it is not: run `npm run schema`')
})

test('the schema has what events have, and nothing else', () => {
  // What has to hold already for this file to compile.
  assert.deepEqual(SAME, ['yes', 'yes'])
})

test('whatever the engine tells is read again as it was told', () => {
  assert.ok(RUNS.length > 10)
  for (const events of RUNS) {
    const lines = readRunLines(runText(events), 'run.jsonl')
    assert.deepEqual(
      lines.map(({ event }) => event),
      events,
    )
  }
})

test('every event has its line in the schema', () => {
  const byHand = { type: 'step-by-hand', step: 'a', commands: 'kubectl get pods' } as const
  const read = readRunLines(runText([byHand, matrixEvent('a')]), 'run.jsonl')
  assert.deepEqual(
    read.map(({ event }) => event),
    [byHand, matrixEvent('a')],
  )
  for (const type of EVENT_TYPES) assert.ok(runSchemaText().includes(`"const": "${type}"`), type)
})
