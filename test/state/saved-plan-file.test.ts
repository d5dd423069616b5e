import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { parsePlan, planText, type SavedPlan } from '../../lib/engine/saved-plan.ts'
import { planFile, readPlanFile } from '../../lib/state/saved-plan-file.ts'
import { InputError } from '../../lib/core/errors.ts'

const PLAN: SavedPlan = {
  v: 1,
  kind: 'plan',
  made: '2026-01-02T03:04:05.000Z',
  program: '1.0.0',
  target: 'lab e2e',
  inventory: 'inventory-1',
  cluster: null,
  steps: [
    {
      list: 'chapter',
      step: 'a',
      check: {
        status: 'drifted',
        changes: [{ action: 'change', what: 'a', fields: [{ path: '.x', from: 1 }], note: 'why' }],
        evidence: [{ what: 'a', digest: 'd', found: { x: 1 } }],
      },
    },
    { list: 'lab', step: 'b', check: { status: 'unknown', after: 'a', because: 'not yet' } },
    { list: 'lab', step: 'c', check: { status: 'satisfied', because: 'so it is', evidence: [] } },
  ],
}

let folder = ''
let path = ''
let count = 0

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hardway-plan-'))
})
beforeEach(() => {
  count += 1
  path = join(folder, `plan-${String(count)}.json`)
})
after(() => rm(folder, { recursive: true, force: true }))

test('a plan comes back from its file as it was', async () => {
  await planFile(path).mustBeFree()
  await planFile(path).write(planText(PLAN))
  assert.deepEqual(await readPlanFile(path), PLAN)
})

test('the file is nobody else’s to read, whatever the umask', async () => {
  const umask = process.umask(0)
  try {
    await planFile(path).write(planText(PLAN))
  } finally {
    process.umask(umask)
  }
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('a file that is there is refused, before and at the write, and stays as it is', async () => {
  await writeFile(path, 'mine')
  await assert.rejects(planFile(path).mustBeFree(), isTaken)
  await assert.rejects(planFile(path).write('plan'), isTaken)
  assert.equal(await readFile(path, 'utf8'), 'mine')
})

test('a symlink is not written through, even one that leads nowhere, nor read through', async () => {
  const elsewhere = join(folder, 'elsewhere')
  await symlink(elsewhere, path)
  await assert.rejects(planFile(path).mustBeFree(), isTaken)
  await assert.rejects(planFile(path).write('plan'), isTaken)
  await assert.rejects(readFile(elsewhere), { code: 'ENOENT' })
  await writeFile(elsewhere, planText(PLAN))
  await assert.rejects(readPlanFile(path), InputError)
})

test('a folder that is not there is told before the dry-run begins', async () => {
  const nowhere = planFile(join(folder, 'none', 'plan.json'))
  await assert.rejects(nowhere.mustBeFree(), InputError)
  await assert.rejects(nowhere.write('plan'), InputError)
})

test('no file, a folder, and one that may not be read are bad input', async () => {
  await assert.rejects(readPlanFile(path), /there is no plan/)
  await assert.rejects(readPlanFile(folder), InputError)
  await writeFile(path, planText(PLAN))
  await chmod(path, 0)
  if (process.getuid?.() !== 0) await assert.rejects(readPlanFile(path), InputError)
})

const text = planText(PLAN)

for (const [what, damaged, reason] of [
  ['torn', text.slice(0, -20), /only part of it/],
  ['empty', '', /only part of it/],
  ['a journal', '{"v":1,"kind":"journal"}', /does not say it is one/],
  ['of a newer format', text.replace('"v": 1', '"v": 2'), /format version 2; .* knows 1/],
  ['without a format', text.replace('"v": 1,', ''), /format version null/],
  ['without a target', text.replace('"target"', '"goal"'), /shape/],
  ['with an unknown status', text.replace('"unknown"', '"guessed"'), /shape/],
  ['with an unknown action', text.replace('"change"', '"destroy"'), /shape/],
  ['with evidence of nothing', text.replace('"digest"', '"sum"'), /shape/],
  ['with another list', text.replace('"lab"', '"moon"'), /shape/],
  ['a list', '[]', /does not say it is one/],
] as const) {
  test(`a plan that is ${what} is refused with the way out`, () => {
    assert.throws(
      () => parsePlan(damaged, 'plan.json'),
      (error) => {
        assert.ok(error instanceof InputError)
        assert.match(error.explanation.problem, reason)
        assert.match(error.explanation.remedy, /--dry-run --save/)
        return true
      },
    )
  })
}

function isTaken(error: unknown): boolean {
  assert.ok(error instanceof InputError)
  assert.match(error.explanation.problem, /exists already/)
  return true
}
