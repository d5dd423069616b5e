import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { planDigest, type SavedPlan } from '../../lib/engine/saved-plan.ts'
import { InputError, StepError } from '../../lib/core/errors.ts'
import { eventOf, fakeSetup, story } from '../fakes/engine.ts'
import { World } from '../fakes/engine-world.ts'
import { A, boundRun, planOf, step } from '../fakes/saved-plan.ts'

/** The second step fails once; what it wrote stays where `keep` says so. */
async function failed(keep = false) {
  const world = new World()
  let fails = true
  const b = step({
    id: 'b',
    wants: { b: '1', b2: '1' },
    requires: { a: 'a' },
    onVerify() {
      if (fails) throw new StepError({ problem: 'no answer', remedy: 'mend it' })
    },
  })
  const chapter = [A, b]
  const plan = await planOf(world, chapter)
  const command = { mode: 'run', keep, savedPlan: planDigest(plan) } as const
  const result = await runPlan(boundRun({ world, chapter, plan, command }))
  assert.equal(result.code, 1)
  fails = false
  return { world, chapter, plan }
}

function goOn({ world, chapter, plan }: Awaited<ReturnType<typeof failed>>) {
  const command = { mode: 'run', resume: true, savedPlan: planDigest(plan) } as const
  return boundRun({ world, chapter, plan, command })
}

for (const keep of [false, true]) {
  test(`a run that failed goes on with its plan, the failed step ${keep ? 'kept' : 'undone'}`, async () => {
    const before = await failed(keep)
    const setup = goOn(before)
    assert.equal((await runPlan(setup)).code, 0)
    assert.deepEqual(story(setup.events).slice(0, 2), ['started a', 'satisfied a'])
    assert.deepEqual(before.world.values, { a: '1', b: '1', b2: '1' })
  })
}

test('what others changed while it lay still is refused, before anything is written', async () => {
  for (const [key, line] of [
    ['a', 'a: now to change a'],
    ['b', 'b: b: was not there, is there'],
  ] as const) {
    const before = await failed()
    const { world } = before
    world.set(key, '7', 'somebody else')
    const values = { ...world.values }
    const error: unknown = await runPlan(goOn(before)).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof StepError, String(error))
    const { problem, seen = [] } = error.explanation
    assert.match(problem, /^the plan plan\.json is out of date/)
    assert.ok(seen.includes(line), seen.join('\n'))
    assert.deepEqual(world.values, values)
  }
})

test('of a half-done step only what was planned is still written', async () => {
  const before = await failed(true)
  before.world.things.delete('b2')
  assert.equal((await runPlan(goOn(before))).code, 0)
  const moved = await failed(true)
  moved.world.set('b2', '7', 'somebody else')
  await assert.rejects(runPlan(goOn(moved)), StepError)
  assert.equal(moved.world.values['b2'], '7')
})

test('without its plan, with another one, or as another run, it does not go on', async () => {
  const { world, chapter, plan } = await failed()
  const alone = fakeSetup({ world, chapter, command: { mode: 'run', resume: true } })
  await assert.rejects(runPlan(alone), (error) => {
    assert.ok(error instanceof InputError)
    assert.match(error.explanation.problem, /was carrying out a saved plan/)
    assert.match(error.explanation.remedy, /--resume --plan FILE/)
    return true
  })
  const other: SavedPlan = { ...plan, made: '2026-01-01T00:00:00.000Z' }
  await assert.rejects(runPlan(goOn({ world, chapter, plan: other })), InputError)
})

test('a run that had no plan does not go on with one', async () => {
  const world = new World()
  const fails = () => {
    throw new StepError({ problem: 'no answer', remedy: 'mend it' })
  }
  const plan = await planOf(world, [A])
  const chapter = [step({ id: 'a', wants: { a: '1' }, onVerify: fails })]
  const setup = fakeSetup({ world, chapter })
  assert.equal((await runPlan(setup)).code, 1)
  assert.match(eventOf(setup.events, 'step-failed').explanation.problem, /no answer/)
  await assert.rejects(
    runPlan(goOn({ world, chapter: [A], plan })),
    /was not carrying out that plan/,
  )
})

test('a dry-run of what is unfinished needs no plan', async () => {
  const { world, chapter } = await failed()
  const setup = fakeSetup({ world, chapter, command: { mode: 'dry-run', resume: true } })
  assert.equal((await runPlan(setup)).code, 0)
})
