import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { faultStep } from '../../../lib/faults/fault-step.ts'
import { fitsEdition } from '../../../lib/faults/fault.ts'
import { failureOf } from '../../../lib/diagnosis/failure-pages.ts'
import { faults } from '../../../steps/faults.ts'
import { labWorld, PROJECT } from '../../fakes/lab-world.ts'
import { actingIn, stepsOf } from '../../laws/scenario.ts'

const world = labWorld()
const all = faults(world)

test('each fault has a file of its name, and each file a fault', async () => {
  const files = await readdir(`${PROJECT}steps/faults`)
  const names = files.map((file) => file.replace(/\.ts$/, ''))
  assert.deepEqual(all.map(({ id }) => id).toSorted(), names.toSorted())
})

test('no fault has the name of another one, or of a step', () => {
  const ids = [...all, ...stepsOf(world)].map(({ id }) => id)
  assert.deepEqual([...new Set(ids)], ids)
})

test('each has a code of docs/failures.md', () => {
  for (const code of all.flatMap((fault) => fault.code ?? []))
    assert.equal(failureOf(code).code, code)
})

for (const { id, title, chapter, requires } of all) {
  test(`${id} is kebab-case and tells what it breaks, how a person would, and what it requires`, () => {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.match(title, /^[A-Z].*[^.]$/)
    assert.match(chapter.section, /^\d+(\.\d+)?$/)
    for (const text of [chapter.command, requires]) {
      assert.notEqual(text, '')
      assert.doesNotMatch(text, /undefined|\[object|null|NaN/)
    }
  })
}

test('one that the current edition takes no harm from is not put on it, and not drawn for it', async () => {
  const { inventory } = world
  const fault = faults({ ...world, inventory: { ...inventory, edition: 'current' } }).find(
    ({ id }) => id === 'service-account-key',
  )
  assert.ok(fault)
  assert.deepEqual([fitsEdition(fault, 2020), fitsEdition(fault, 'current')], [true, false])
  await assert.rejects(
    faultStep(fault, 'current').check(actingIn(world)),
    /no effect on the CoreDNS of edition current/,
  )
})
