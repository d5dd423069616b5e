import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { EMPTY, fold } from '../../lib/engine/journal.ts'
import type { Entry } from '../../lib/engine/journal-entry.ts'
import { type Plan, makePlan } from '../../lib/engine/plan.ts'
import { fakeStep } from '../fakes/engine-step.ts'

const steps = (ids: string) => ids.split(' ').map((id) => fakeStep({ id, wants: {} }))

function plan(command: Command, journals: { lab?: Entry[]; chapter?: Entry[] } = {}): Plan {
  const lists = [
    { name: 'lab', steps: steps('hosts nodes') },
    { name: 'chapter', steps: steps('manifest pods lookup') },
  ] as const
  return makePlan(
    lists.map((list) => ({
      ...list,
      state: fold(journals[list.name] ?? []),
      where: `/state/${list.name}`,
    })),
    command,
    'inventory-1',
  )
}

/** `step` runs, `(step)` must hold, left out is skipped; a rollback: `step×intents`. */
function short(made: Plan): string {
  if (made.mode === 'rollback') {
    return made.undo
      .map(({ step, intents }) => `${step.id}×${intents.map(({ n }) => n).join('')}`)
      .join(' ')
  }
  return made.steps
    .filter(({ action: how }) => how !== 'skip')
    .map(({ step, action: how }) => (how === 'assert' ? `(${step.id})` : step.id))
    .join(' ')
}

const start = (more: Partial<Extract<Entry, { type: 'run-start' }>> = {}): Entry => ({
  type: 'run-start',
  run: 'run-1',
  mode: 'run',
  inventory: 'inventory-1',
  at: 'then',
  ...more,
})
const intent = (n: number, step: string): Entry => ({
  type: 'intent',
  n,
  run: 'run-1',
  step,
  at: 'then',
  undo: null,
})
const done = (step: string): Entry => ({ type: 'done', step })
const end = (outcome: 'done' | 'failed' = 'failed'): Entry => ({
  type: 'run-end',
  run: 'run-1',
  outcome,
})
const all = 'hosts nodes manifest pods lookup'
const back: Command = { mode: 'rollback', list: 'chapter' }

const TABLE: readonly {
  readonly name: string
  readonly command: Command
  readonly lab?: Entry[]
  readonly chapter?: Entry[]
  readonly expected: string
}[] = [
  { name: 'a run', command: { mode: 'run' }, expected: all },
  { name: 'a dry-run', command: { mode: 'dry-run' }, expected: all },
  { name: 'verify', command: { mode: 'verify' }, expected: all },
  {
    name: '--from',
    command: { mode: 'run', from: 'pods' },
    expected: '(hosts) (nodes) (manifest) pods lookup',
  },
  { name: '--only', command: { mode: 'run', only: 'pods' }, expected: 'pods' },
  {
    name: '--resume of a killed run',
    command: { mode: 'run', resume: true },
    chapter: [start(), intent(0, 'pods')],
    expected: all,
  },
  {
    name: '--resume of a run with --from',
    command: { mode: 'run', resume: true },
    chapter: [start({ from: 'lookup' }), end()],
    expected: '(hosts) (nodes) (manifest) (pods) lookup',
  },
  {
    name: '--resume of a rollback, before an unfinished lab',
    command: { mode: 'run', resume: true },
    lab: [start()],
    chapter: [
      start(),
      intent(0, 'manifest'),
      intent(1, 'pods'),
      start({ mode: 'rollback', to: 'manifest' }),
    ],
    expected: 'pods×1',
  },
  {
    name: 'rollback --resume keeps to the --to of the rollback that it goes on with',
    command: { ...back, resume: true },
    chapter: [
      intent(0, 'manifest'),
      intent(1, 'pods'),
      start({ mode: 'rollback', to: 'manifest' }),
      end(),
    ],
    expected: 'pods×1',
  },
  {
    name: 'rollback --resume --to, where both name the same step',
    command: { ...back, resume: true, to: 'manifest' },
    chapter: [
      intent(0, 'manifest'),
      intent(1, 'pods'),
      start({ mode: 'rollback', to: 'manifest' }),
    ],
    expected: 'pods×1',
  },
  {
    name: 'rollback of nothing',
    command: back,
    expected: '',
  },
  {
    name: 'rollback over all runs, newest first, side by side as one',
    command: back,
    chapter: [
      intent(0, 'manifest'),
      done('manifest'),
      intent(1, 'pods'),
      intent(2, 'pods'),
      intent(3, 'manifest'),
    ],
    expected: 'manifest×3 pods×21 manifest×0',
  },
  {
    name: 'rollback without what was undone',
    command: back,
    chapter: [intent(0, 'manifest'), intent(1, 'pods'), { type: 'undone', n: 1 }],
    expected: 'manifest×0',
  },
  {
    name: 'rollback --to keeps that step and those before it',
    command: { ...back, to: 'pods' },
    chapter: [intent(0, 'manifest'), intent(1, 'pods'), intent(2, 'lookup'), intent(3, 'manifest')],
    expected: 'lookup×2',
  },
  {
    name: 'lab down',
    command: { mode: 'rollback', list: 'lab' },
    lab: [intent(0, 'hosts'), intent(1, 'nodes')],
    chapter: [intent(0, 'pods')],
    expected: 'nodes×1 hosts×0',
  },
]

for (const { name, command, lab, chapter, expected } of TABLE) {
  test(`the plan of ${name} is: ${expected || 'nothing'}`, () => {
    const journals = { ...(lab ? { lab } : {}), ...(chapter ? { chapter } : {}) }
    assert.equal(short(plan(command, journals)), expected)
  })
}

test('an unknown step is refused with the known ones, nearest first', () => {
  assert.throws(() => plan({ mode: 'run', from: 'lokup' }), {
    name: 'InputError',
    explanation: {
      problem: 'there is no step "lokup"',
      seen: ['known steps, nearest first: lookup, hosts, nodes, pods, manifest'],
      remedy: 'npx tsx run.ts steps\n# shows what each of them does',
    },
  })
})

test('rollback --to knows only the steps of its list', () => {
  assert.throws(() => plan({ ...back, to: 'hosts' }), /there is no step "hosts"/)
})

const REFUSED: readonly (readonly [string, Command, RegExp, Entry[]?])[] = [
  ['--from with --only', { mode: 'run', from: 'pods', only: 'pods' }, /exclude each other/],
  ['--resume with --from', { mode: 'run', resume: true, from: 'pods' }, /--resume goes on where/],
  ['--resume with --only', { mode: 'run', resume: true, only: 'pods' }, /--resume goes on where/],
  ['--resume of nothing', { mode: 'run', resume: true }, /there is no unfinished run to resume/],
  [
    '--resume of a finished run',
    { mode: 'run', resume: true },
    /there is no unfinished run to resume/,
    [start(), end('done')],
  ],
  [
    '--resume with another inventory',
    { mode: 'run', resume: true },
    /inventory has changed/,
    [start({ inventory: 'x' })],
  ],
  [
    'rollback --resume of nothing',
    { ...back, resume: true },
    /no rollback of the chapter is unfinished/,
    [start(), intent(0, 'pods'), end('done')],
  ],
  [
    'rollback --resume of a run that goes forward',
    { ...back, resume: true },
    /run run-1 is unfinished, and is not a rollback/,
    [start(), intent(0, 'pods'), end()],
  ],
  [
    'rollback --resume --to another step',
    { ...back, resume: true, to: 'pods' },
    /rollback run-1 goes back to manifest, not to pods/,
    [start({ mode: 'rollback', to: 'manifest' })],
  ],
  [
    'rollback --resume --to of a rollback without --to',
    { ...back, resume: true, to: 'pods' },
    /rollback run-1 goes back to before the first run, not to pods/,
    [start({ mode: 'rollback' })],
  ],
  [
    'rollback --resume --last-run of a rollback of all runs',
    { ...back, resume: true, lastRun: true },
    /rollback run-1 goes back to before the first run, not to before the last run/,
    [start({ mode: 'rollback' })],
  ],
  [
    'rollback --resume with another inventory',
    { ...back, resume: true },
    /inventory has changed/,
    [start({ mode: 'rollback', inventory: 'x' })],
  ],
  [
    'a half-done unknown step',
    { mode: 'run' },
    /does not know: gone/,
    [start(), intent(0, 'gone')],
  ],
  [
    'rollback of an unknown step',
    back,
    /does not know: gone/,
    [start(), intent(0, 'gone'), done('gone')],
  ],
]
for (const [name, command, message, chapter] of REFUSED) {
  test(`refused: ${name}`, () => {
    assert.throws(() => plan(command, chapter ? { chapter } : {}), { name: 'InputError', message })
  })
}

test('a dry-run that resumes a rollback tells the rest of it', () => {
  const made = plan({ mode: 'dry-run', resume: true }, { lab: [start({ mode: 'rollback' })] })
  assert.deepEqual([made.mode, 'dryRun' in made && made.dryRun], ['rollback', true])
})

test('a resumed run keeps its id', () => {
  const made = plan({ mode: 'run', resume: true }, { lab: [start({ run: 'run-7' })] })
  assert.equal(made.run, 'run-7')
})

test('a step that is unknown but closed does not stop a new run', () => {
  const chapter = [start(), intent(0, 'gone'), done('gone'), end('done')]
  assert.equal(short(plan({ mode: 'run' }, { chapter })), all)
  assert.equal(EMPTY.unfinished, null)
})
