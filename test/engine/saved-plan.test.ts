import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { parsePlan, type SavedPlan } from '../../lib/engine/saved-plan.ts'
import type { Setup } from '../../lib/engine/setup.ts'
import { InputError, InterruptedError, StepError } from '../../lib/core/errors.ts'
import type { Step } from '../../lib/ports/step.ts'
import { eventOf, fakeSetup, journalOf, story } from '../fakes/engine.ts'
import { World } from '../fakes/engine-world.ts'
import { A, B, boundRun, CHAPTER, dryRun, memoryStore, planOf, step } from '../fakes/saved-plan.ts'

/** What a refusal says; that it left no trace is looked at too. */
async function refusal(
  world: World,
  setup: Setup,
  kind: typeof InputError | typeof StepError = StepError,
): Promise<readonly string[]> {
  const { writes, values } = world
  const before = [...writes]
  const error: unknown = await runPlan(setup).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof kind, String(error))
  assert.deepEqual(
    world.writes.filter((line) => !line.startsWith('lock')),
    before,
  )
  assert.deepEqual(world.values, values)
  assert.equal(world.journals.size, 0)
  assert.equal(world.lockedBy, null)
  const { problem, seen = [] } = error.explanation
  return [problem, ...seen]
}

test('a saved plan is carried out while nothing has moved', async () => {
  const world = new World()
  const setup = boundRun({ world, chapter: CHAPTER, plan: await planOf(world) })
  world.set('progress', 'half')
  const result = await runPlan(setup)
  assert.equal(result.code, 0)
  assert.deepEqual(story(setup.events), [
    ...['started a', 'done a', 'started b', 'done b'],
    ...['started look', 'done look', 'done 0'],
  ])
  assert.deepEqual(world.values, { a: '1', b: '1', progress: 'half' })
})

test('a dry-run that keeps its plan writes nothing else, and says how to carry it out', async () => {
  const world = new World()
  const { result, events, texts } = await dryRun({ world, chapter: CHAPTER })
  assert.equal(result.code, 0)
  assert.equal(texts.length, 1)
  assert.deepEqual([world.writes, world.journals.size], [[], 0])
  assert.match(eventOf(events, 'run-ended').notes.join(), /plan\.json.*run --plan plan\.json/)
})

test('a plan that cannot be carried out is not kept', async () => {
  const blocked = { problem: 'a belongs to kubectl', remedy: 'ask kubectl' }
  const chapter = [step({ id: 'a', wants: { a: '1' }, blocked })]
  const { result, events, texts } = await dryRun({ world: new World(), chapter })
  assert.equal(result.code, 1)
  assert.deepEqual(texts, [])
  assert.match(eventOf(events, 'run-ended').notes.join(), /^Not saved/)
})

test('a plan that could not be written ends the dry-run with the reason', async () => {
  const write = () => Promise.reject(new StepError({ problem: 'the disk is full', remedy: 'rm' }))
  const saving = { store: { ...memoryStore(), write }, carryOut: '' }
  const command: Command = { mode: 'dry-run' }
  const setup = fakeSetup({ world: new World(), chapter: CHAPTER, command, saving })
  assert.equal((await runPlan(setup)).code, 1)
  assert.equal(eventOf(setup.events, 'run-ended').error?.problem, 'the disk is full')
})

test('where the name is taken already, the dry-run does not even begin', async () => {
  const taken = new InputError({ problem: 'there already', remedy: 'another name' })
  const saving = {
    store: { ...memoryStore(), mustBeFree: () => Promise.reject(taken) },
    carryOut: '',
  }
  const command: Command = { mode: 'dry-run' }
  const setup = fakeSetup({ world: new World(), chapter: CHAPTER, command, saving })
  await assert.rejects(runPlan(setup), taken)
  assert.deepEqual(setup.events, [])
})

for (const [what, before, after, line] of [
  ['something made since', {}, { a: '2' }, /^a: a: was not there, is there/],
  ['something changed since', { a: '0' }, { a: '2' }, /^a: a \.value: was "0", is "2"/],
  ['what was to be done and is done', { a: '0' }, { a: '1' }, /^a: no longer to change a/],
  ['what was as wanted and is so no more', { a: '1' }, { a: '3' }, /^a: now to change a/],
  ['what a later step rests on', { a: '0', b: '0' }, { b: '2' }, /^b: b \.value: was "0", is "2"/],
] as const) {
  test(`it is refused before anything is written: ${what}`, async () => {
    const world = new World()
    for (const [key, value] of Object.entries(before)) world.set(key, value)
    const plan = await planOf(world)
    for (const [key, value] of Object.entries(after)) world.set(key, value)
    const [problem = '', ...seen] = await refusal(
      world,
      boundRun({ world, chapter: CHAPTER, plan }),
    )
    assert.match(problem, /^the plan plan\.json is out of date/)
    assert.ok(
      seen.some((one) => line.test(one)),
      seen.join('\n'),
    )
    assert.deepEqual(world.writes, [])
  })
}

test('something that went away since is refused', async () => {
  const world = new World()
  world.set('a', '0')
  const plan = await planOf(world)
  world.things.delete('a')
  const seen = await refusal(world, boundRun({ world, chapter: CHAPTER, plan }))
  assert.ok(seen.includes('a: a: was there, is not there'), seen.join('\n'))
})

test('a step explains its own moves', async () => {
  const told: Step = {
    ...A,
    explainMove: () => [{ path: '.x', then: 'old', now: 'new', by: 'kubectl-edit', at: '10:00' }],
  }
  const world = new World()
  world.set('a', '0')
  const plan = await planOf(world, [told])
  world.set('a', '2')
  const seen = await refusal(world, boundRun({ world, chapter: [told], plan }))
  assert.ok(
    seen.includes('a: a .x: was "old", is "new"; written by kubectl-edit at 10:00'),
    seen.join('\n'),
  )
})

test('of a long text the first line that differs is told', async () => {
  const world = new World()
  world.set('a', 'one\ntwo\nthree')
  const plan = await planOf(world)
  world.set('a', 'one\n2\nthree')
  const seen = await refusal(world, boundRun({ world, chapter: CHAPTER, plan }))
  assert.ok(seen.includes('a: a .value: was line 2 "two", is "2"'), seen.join('\n'))
})

test('what moved while the lock was waited for is refused under it, with no lock left', async () => {
  const world = new World()
  const plan = await planOf(world)
  const onRehearsal = (n: number): void => {
    if (n === 2) world.set('b', '7', 'another run')
  }
  const setup = boundRun({ world, chapter: CHAPTER, plan, onRehearsal })
  const values = { b: '7' }
  await assert.rejects(runPlan(setup), { name: 'StepError' })
  assert.deepEqual([world.values, world.journals.size, world.lockedBy], [values, 0, null])
  assert.deepEqual(setup.events, [])
})

test('what moves while the run is at work is refused before its own step writes', async () => {
  const world = new World()
  const meddling = step({ id: 'a', wants: { a: '1' }, onVerify: () => world.set('b', '7') })
  const chapter = [meddling, B]
  const plan = await planOf(world, chapter)
  const setup = boundRun({ world, chapter, plan })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(story(setup.events), [
    'started a',
    'done a',
    'started b',
    'failed b',
    'failed 1',
  ])
  assert.deepEqual(world.values, { a: '1', b: '7' })
  assert.match(eventOf(setup.events, 'step-failed').explanation.problem, /is out of date/)
  assert.ok(!journalOf(world, 'chapter').includes('intent b'))
})

test('what could not be told then may only look, and writes nothing that nobody has seen', async () => {
  const world = new World()
  let known = false
  const late: Step = {
    ...B,
    check: (on) =>
      known
        ? B.check(on)
        : Promise.resolve({ status: 'unknown', after: 'a', because: 'a is not there' }),
  }
  const first = step({ id: 'a', wants: { a: '1' }, onVerify: () => (known = true) })
  const { events, texts } = await dryRun({ world, chapter: [first, late] })
  assert.match(eventOf(events, 'run-ended').notes.join('\n'), /planned yet may then read/)
  const plan = parsePlan(texts[0] ?? '', 'plan.json')
  const setup = boundRun({ world, chapter: [first, late], plan })
  assert.equal((await runPlan(setup)).code, 1)
  const { seen = [] } = eventOf(setup.events, 'step-failed').explanation
  assert.ok(seen.includes('b: now to create b, which was to be known after a'), seen.join('\n'))
  assert.deepEqual(world.values, { a: '1' })
})

test('Ctrl-C while the plan is compared ends the run without a trace', async () => {
  const world = new World()
  const plan = await planOf(world)
  const controller = new AbortController()
  const reason = new InterruptedError('SIGINT', { problem: 'Ctrl-C', remedy: 'run' })
  const onRehearsal = (): void => {
    controller.abort(reason)
  }
  const { signal } = controller
  const setup = boundRun({ world, chapter: CHAPTER, plan, signal, onRehearsal })
  await assert.rejects(runPlan(setup), reason)
  assert.deepEqual([world.writes, setup.events], [[], []])
})

test('a plan with nothing to write takes no lock', async () => {
  const world = new World()
  world.set('a', '1')
  world.set('b', '1')
  const setup = boundRun({ world, chapter: CHAPTER, plan: await planOf(world) })
  assert.equal((await runPlan(setup)).code, 0)
  assert.deepEqual(world.writes, [])
})

test('a journal that cannot be used is refused before the lock is taken', async () => {
  const world = new World()
  const plan = await planOf(world)
  world.journals.set('chapter', Buffer.from('damaged\n'))
  await assert.rejects(runPlan(boundRun({ world, chapter: CHAPTER, plan })), InputError)
  assert.deepEqual(world.writes, [])
})

test('--only and --from are part of the plan', async () => {
  for (const [place, done] of [
    [{ only: 'a' }, { a: '1' }],
    [{ from: 'b' }, { a: '1', b: '1' }],
  ] as const) {
    const world = new World()
    if ('from' in place) world.set('a', '1')
    const { texts } = await dryRun({
      world,
      chapter: CHAPTER,
      command: { mode: 'dry-run', ...place },
    })
    const plan = parsePlan(texts[0] ?? '', 'plan.json')
    const setup = boundRun({ world, chapter: CHAPTER, plan })
    assert.equal((await runPlan(setup)).code, 0)
    assert.deepEqual(world.values, done)
  }
})

const UID = { identity: () => Promise.resolve('uid-1') }

for (const [what, change, says] of [
  ['another target', { target: 'lab other' }, /for lab other; this is fake/],
  ['another inventory', { inventory: 'inventory-2' }, /for inventory inventory-2/],
  ['another version', { program: '0.9.0' }, /by version 0\.9\.0; this is 1\.0\.0/],
  ['another cluster', { cluster: 'uid-2' }, /for the cluster uid-2; the one here is uid-1/],
] as const) {
  test(`a plan for ${what} is refused as bad input`, async () => {
    const world = new World()
    const plan: SavedPlan = { ...(await planOf(world)), ...change }
    const setup = boundRun({ world, chapter: CHAPTER, plan, list: UID })
    const [problem = ''] = await refusal(world, setup, InputError)
    assert.match(problem, says)
  })
}

test('a plan for a cluster that does not answer any more is refused as bad input', async () => {
  const world = new World()
  const plan: SavedPlan = { ...(await planOf(world)), cluster: 'uid-2' }
  const list = { identity: () => Promise.resolve(null) }
  const setup = boundRun({ world, chapter: CHAPTER, plan, list })
  const [problem = ''] = await refusal(world, setup, InputError)
  assert.match(problem, /none answers here/)
})

test('a plan that names other steps is refused as bad input', async () => {
  const world = new World()
  const plan = await planOf(world)
  const setup = boundRun({ world, chapter: [A, B], plan })
  assert.deepEqual((await refusal(world, setup, InputError)).slice(1), ['chapter look'])
})

test('secrets are masked in a plan, and do not make it differ', async () => {
  const world = new World()
  world.set('a', 'canary')
  const seal = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll(/canary\d?/g, '[redacted]')) as T
  const { texts } = await dryRun({ world, chapter: CHAPTER, seal })
  assert.doesNotMatch(texts.join(), /canary/)
  const plan = parsePlan(texts[0] ?? '', 'plan.json')
  world.set('a', 'canary2')
  const seen = await refusal(world, boundRun({ world, chapter: CHAPTER, plan, seal }))
  assert.ok(seen.includes('a: a: has changed, in a part that is not shown'), seen.join('\n'))
  world.set('a', 'canary')
  assert.equal((await runPlan(boundRun({ world, chapter: CHAPTER, plan, seal }))).code, 0)
})
