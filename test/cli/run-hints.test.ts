import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments } from '../../lib/command-line/options.ts'
import type { RunRequest } from '../../lib/command-line/request.ts'
import { completed } from '../../lib/cli/hints.ts'
import { hintsFor } from '../../lib/cli/run-hints.ts'

function wordsOf(argv: readonly string[]) {
  const parsed = parseArguments(argv, '1.2.3')
  assert.ok('request' in parsed)
  return hintsFor(parsed.request as RunRequest, parsed.common)
}

/** What was typed, and what does exactly the rest of it once something was begun. */
const GO_ON: readonly (readonly [given: string, rest: string])[] = [
  ['', '--resume'],
  ['--keep', '--keep --resume'],
  ['--on-conflict skip', '--on-conflict skip --resume'],
  ['--plan plan.json --keep', '--keep --plan plan.json --resume'],
  // The journal keeps where it began.
  ['--from apply-manifest', '--resume'],
  // An earlier run that is unfinished would be the one to go on with.
  ['--only pod-name --keep', '--only pod-name --keep'],
  ['--resume --keep', '--keep --resume'],
  ['--dry-run', '--dry-run'],
  ['--dry-run --from a --on-conflict adopt', '--dry-run --from a --on-conflict adopt'],
  ['--dry-run --only a --save p.json', '--dry-run --save p.json --only a'],
  ['--dry-run --resume', '--dry-run --resume'],
  ['verify', 'verify'],
  ['rollback', 'rollback --resume'],
  ['rollback --to apply-manifest', 'rollback --to apply-manifest --resume'],
  ['rollback --resume', 'rollback --resume'],
  ['rollback --resume --to a', 'rollback --to a --resume'],
  ['lab up', 'lab up --resume'],
  ['lab up --keep --plan p', 'lab up --keep --plan p --resume'],
  ['lab up --dry-run --save p', 'lab up --dry-run --save p'],
  ['lab down', 'lab down'],
  ['lab break missing-route', 'lab break missing-route'],
  ['lab break missing-route --dry-run', 'lab break missing-route --dry-run'],
  ['lab mend', 'lab mend'],
  ['lab mend missing-route', 'lab mend missing-route'],
  ['rollback --last-run', 'rollback --last-run --resume'],
  ['rollback --dry-run --to a', 'rollback --dry-run --to a'],
]

for (const [given, rest] of GO_ON) {
  test(`"${given}" that was stopped is gone on with by "${rest}"`, () => {
    const argv = given.split(' ').filter((word) => word !== '')
    assert.equal(wordsOf(argv).resume, `npx tsx run.ts ${rest}`.trimEnd())
  })

  test(`"${given}" that had begun nothing is the same command again, in its own words`, () => {
    const argv = given.split(' ').filter((word) => word !== '')
    const again = wordsOf(argv).again.split(' ').slice(3)
    assert.deepEqual(parseArguments(again, '1.2.3'), parseArguments(argv, '1.2.3'))
  })
}

test('every command names the inventory of this run, quoted where a shell would cut or read it', () => {
  const base = String.raw`npx tsx run.ts --inventory '/my labs/it'\''s $HOME.yaml'`
  const file = "/my labs/it's $HOME.yaml"
  assert.deepEqual(wordsOf(['rollback', '--to', 'a', '--inventory', file]), {
    again: `${base} rollback --to a`,
    resume: `${base} rollback --to a --resume`,
    all: `${base} rollback`,
    undo: `${base} rollback`,
    mend: `${base} lab mend`,
  })
})

test('a fault that is half on is taken off first: to put it on once more is refused', () => {
  const { resume, half, undo } = wordsOf([
    'lab',
    'break',
    'missing-route',
    '--inventory',
    'mine.yaml',
  ])
  const base = 'npx tsx run.ts --inventory mine.yaml'
  assert.equal(resume, `${base} lab break missing-route`)
  assert.equal(half, `${base} lab mend missing-route && ${base} lab break missing-route`)
  assert.equal(undo, `${base} lab mend missing-route`)
  assert.equal(wordsOf([]).half, undefined)
})

test('files with blanks in their names are quoted', () => {
  assert.equal(
    wordsOf(['--dry-run', '--save', 'my plan']).again,
    "npx tsx run.ts --dry-run --save 'my plan'",
  )
  assert.equal(wordsOf(['--plan', 'my plan']).resume, "npx tsx run.ts --plan 'my plan' --resume")
})

test('to run all steps keeps how, and leaves out where', () => {
  assert.equal(
    wordsOf(['--from', 'a', '--keep', '--on-conflict', 'skip']).all,
    'npx tsx run.ts --keep --on-conflict skip',
  )
})

test('the language that was asked for goes on with every command that is printed, and stands in it once', () => {
  const { again, resume, undo } = wordsOf(['--lang', 'ja', '--edition', 'current'])
  const program = 'npx tsx run.ts --edition current --lang ja'
  assert.deepEqual(
    { again, resume, undo },
    { again: program, resume: `${program} --resume`, undo: `${program} rollback` },
  )
  const told = completed({ problem: 'p', remedy: `${undo}; npx tsx run.ts lab up` }, { program })
  assert.equal(told.remedy, `${undo}; ${program} lab up`)
})
