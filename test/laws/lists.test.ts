import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { labWorld, PROJECT } from '../fakes/lab-world.ts'
import { PROGRAMS } from '../../lib/lab/daemon.ts'
import { LAYERS } from '../../lib/core/layers.ts'
import { listsOf, stepsOf } from './scenario.ts'

const world = labWorld()
const steps = stepsOf(world)

for (const { list, folder } of [
  { list: 'lab', folder: 'lab' },
  { list: 'chapter', folder: 'coredns' },
  { list: 'prove', folder: 'prove' },
] as const) {
  test(`each step of the ${list} has a file of its name in steps/${folder}, and each file a step`, async () => {
    const ids = listsOf(world)
      .find(({ name }) => name === list)
      ?.steps.map(({ id }) => id)
    const files = await readdir(`${PROJECT}steps/${folder}`)
    assert.deepEqual(ids?.toSorted(), files.map((file) => file.replace(/\.ts$/, '')).toSorted())
  })
}

test('no two steps have the same id', () => {
  const ids = steps.map(({ id }) => id)
  assert.deepEqual([...new Set(ids)], ids)
})

for (const { id, title, chapter, about } of steps) {
  test(`${id} is kebab-case and tells what it is, where the book has it, and what undoes it`, () => {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.match(title, /^[A-Z].*[^.]$/, 'no full stop')
    assert.match(chapter.section, /^\d+(\.\d+)?$/)
    for (const text of [chapter.command, about.satisfied, about.undo]) {
      assert.equal(text, text.trim())
      assert.notEqual(text, '')
      assert.doesNotMatch(text, /undefined|\[object|null|NaN/)
    }
  })
}

test('each step says what it touches: layers, each once, in their order', () => {
  for (const { id, touches } of steps) {
    assert.deepEqual(
      touches,
      LAYERS.filter((layer) => touches.includes(layer)),
      id,
    )
  }
})

test('each part of the lab is provided by exactly one of its steps', () => {
  const parts = steps.flatMap(({ provides = [] }) => provides)
  assert.deepEqual([...new Set(parts)], parts)
  const programs = [...PROGRAMS.controller, ...PROGRAMS.worker]
  assert.deepEqual(parts.toSorted(), ['hosts', 'images', 'pod-routes', ...programs].toSorted())
})

test('no id of a step is written in lib', async () => {
  const why = 'what lib needs to know of a step the step says itself (examines, provides, touches)'
  const orElse = 'if the word means something else there, give the step an id of two words'
  const ids = new RegExp(`['"\`](${steps.map(({ id }) => id).join('|')})['"\`]`)
  for (const file of await readdir(`${PROJECT}lib`, { recursive: true })) {
    if (!file.endsWith('.ts')) continue
    const lines = (await readFile(`${PROJECT}lib/${file}`, 'utf8')).split('\n')
    assert.deepEqual(
      lines.filter((line) => ids.test(line)),
      [],
      `lib/${file} names a step: ${why}; ${orElse}`,
    )
  }
})

test('steps do not depend on when they are made: two lists of the same inventory say the same', () => {
  const facts = (all: typeof steps) => all.map((step) => JSON.stringify(step))
  assert.deepEqual(facts(stepsOf(labWorld())), facts(steps))
})
