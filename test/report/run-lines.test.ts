import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRunLines } from '../../lib/report/run-lines.ts'
import { freshRun } from '../view/runs.ts'
import { runText } from './told.ts'

const text = runText(freshRun)

function refusal(of: string): string {
  try {
    readRunLines(of, 'r/run.jsonl')
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'InputError', String(error))
    return error.message
  }
  throw new Error('it was read')
}

test('a run that was killed while it wrote is read up to there', () => {
  const whole = readRunLines(text, 'r/run.jsonl')
  for (let length = text.length - 1; length > 0; length -= 7) {
    const torn = text.slice(0, length)
    const lines = torn.split('\n').length - 1
    if (lines === 0) continue
    const read = readRunLines(torn, 'r/run.jsonl')
    // The last line may be whole without its line end.
    assert.ok(read.length === lines || read.length === lines + 1)
    assert.deepEqual(read, whole.slice(0, read.length))
  }
})

test('events that a later version may have are passed over', () => {
  const later = `{"v":1,"time":"2026-01-02T03:04:05.000Z","type":"step-guessed","step":"a"}\n`
  assert.equal(readRunLines(text + later, 'r/run.jsonl').length, freshRun.length)
})

test('a file of another format is refused, with its version', () => {
  assert.equal(
    refusal(text.replace('"v":1', '"v":2')),
    'r/run.jsonl:1 is of format 2, and this version of hardway reads 1',
  )
})

test('what is no run.jsonl is refused at its line', () => {
  assert.equal(refusal(''), 'r/run.jsonl has no event of a run')
  assert.equal(
    refusal(`${text}[]\n`),
    `r/run.jsonl:${freshRun.length + 1} is no line of a run.jsonl`,
  )
  assert.equal(
    refusal(text.replace('"code":0', '"code":"0"')).split(' ')[0],
    `r/run.jsonl:${freshRun.length}`,
  )
  assert.equal(refusal('torn {\nin its middle\n'), 'r/run.jsonl:1 is no line of a run.jsonl')
})
