import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { InterruptedError, StepError } from '../../lib/core/errors.ts'
import { eventOf, fakeSetup, journalOf, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const plain = (ids: readonly string[]) => ids.map((id) => step({ id, wants: { [id]: '1' } }))
const BACK: Command = { mode: 'rollback', list: 'chapter' }

test('rollback undoes newest first, a step per run that changed it', async () => {
  const world = new World()
  const chapter = plain(['a', 'b'])
  await runPlan(fakeSetup({ world, chapter }))
  world.things.delete('a')
  await runPlan(fakeSetup({ world, chapter, run: 'run-2' }))
  const setup = fakeSetup({ world, chapter, command: BACK, run: 'run-3' })
  await runPlan(setup)
  const told = ['started a', 'undone a', 'started b', 'undone b', 'started a', 'undone a', 'done 0']
  assert.deepEqual(story(setup.events), told)
  assert.deepEqual(eventOf(setup.events, 'step-undone').undone, ['a removed'])
})

test('two runs of one step that lie side by side are undone as one', async () => {
  const world = new World()
  world.set('a', 'old', 'somebody')
  const chapter = plain(['a'])
  await runPlan(fakeSetup({ world, chapter }))
  world.set('a', 'other', 'somebody')
  await runPlan(fakeSetup({ world, chapter }))
  const setup = fakeSetup({ world, chapter, command: BACK })
  await runPlan(setup)
  assert.deepEqual(eventOf(setup.events, 'step-undone').undone, [
    'a is other again',
    'a is old again',
  ])
})

test('a dry-run tells what would be undone in the words of the rollback, and takes no lock', async () => {
  const world = new World()
  const chapter = plain(['a', 'b'])
  await runPlan(fakeSetup({ world, chapter }))
  world.things.delete('b')
  world.set('b', 'theirs', 'somebody')
  const [writes, journals] = [world.writes.length, new Map(world.journals)]
  const dry = fakeSetup({ world, chapter, command: { ...BACK, dryRun: true } })
  assert.equal((await runPlan(dry)).code, 0)
  assert.deepEqual(story(dry.events), [
    'started b',
    'planned b',
    'started a',
    'planned a',
    'done 0',
  ])
  assert.deepEqual([world.writes.length, world.journals], [writes, journals])
  assert.equal(eventOf(dry.events, 'run-started').mode, 'dry-run')
  const real = fakeSetup({ world, chapter, command: BACK })
  await runPlan(real)
  const undone = real.events.flatMap((event) =>
    event.type === 'step-undone' ? [event.undone] : [],
  )
  const told = dry.events.flatMap((event) => (event.type === 'step-planned' ? [event.undo] : []))
  assert.deepEqual(told, undone)
  assert.deepEqual(undone, [["b is someone else's"], ['a removed']])
})

test('a dry-run of a rollback ends with 1 where the rollback would be stopped', async () => {
  const world = new World()
  const onRollback = (): void => {
    throw new StepError({ problem: 'a finalizer holds b', remedy: 'none' })
  }
  const chapter = [...plain(['a']), step({ id: 'b', wants: { b: '1' }, onRollback })]
  await runPlan(fakeSetup({ world, chapter }))
  const dry = fakeSetup({ world, chapter, command: { ...BACK, dryRun: true } })
  assert.equal((await runPlan(dry)).code, 1)
  assert.deepEqual(story(dry.events), ['started b', 'failed b', 'failed 1'])
  assert.deepEqual(journalOf(world, 'chapter').slice(-1), ['run-end done'])
})

test('only the steps that are named are undone, and others stay in the journal', async () => {
  const world = new World()
  const chapter = plain(['a', 'b', 'c'])
  await runPlan(fakeSetup({ world, chapter }))
  await runPlan(fakeSetup({ world, chapter, command: { ...BACK, only: ['b'] } }))
  assert.deepEqual(world.values, { a: '1', c: '1' })
  await runPlan(fakeSetup({ world, chapter, command: BACK }))
  assert.deepEqual(world.values, {})
})

test('a second rollback has nothing to do: no lock, no byte', async () => {
  const world = new World()
  const chapter = plain(['a'])
  await runPlan(fakeSetup({ world, chapter }))
  await runPlan(fakeSetup({ world, chapter, command: BACK }))
  const [writes, journals] = [world.writes.length, new Map(world.journals)]
  const setup = fakeSetup({ world, chapter, command: BACK })
  assert.equal((await runPlan(setup)).code, 0)
  assert.deepEqual(story(setup.events), ['done 0'])
  assert.deepEqual([world.writes.length, world.journals], [writes, journals])
})

test('--to undoes what comes after that step and keeps the step itself', async () => {
  const world = new World()
  const chapter = plain(['a', 'b', 'c'])
  await runPlan(fakeSetup({ world, chapter }))
  await runPlan(fakeSetup({ world, chapter, command: { ...BACK, to: 'a' } }))
  assert.deepEqual(world.values, { a: '1' })
  await runPlan(fakeSetup({ world, chapter, command: BACK }))
  assert.deepEqual(world.values, {})
})

test('a rollback that fails half-way stops there, and can be run again', async () => {
  const world = new World()
  let works = false
  const chapter = [
    ...plain(['a']),
    step({
      id: 'b',
      wants: { b: '1' },
      onRollback() {
        if (!works) throw new StepError({ problem: 'a finalizer holds b', remedy: 'none' })
      },
    }),
    ...plain(['c']),
  ]
  await runPlan(fakeSetup({ world, chapter }))
  const failed = fakeSetup({ world, chapter, command: BACK })
  assert.equal((await runPlan(failed)).code, 1)
  assert.deepEqual(story(failed.events), [
    'started c',
    'undone c',
    'started b',
    'failed b',
    'failed 1',
  ])
  assert.equal(eventOf(failed.events, 'step-failed').goOn, 'run --resume')
  assert.deepEqual(world.values, { a: '1', b: '1' })

  works = true
  const again = fakeSetup({ world, chapter, command: { mode: 'run', resume: true } })
  const result = await runPlan(again)
  assert.deepEqual([result.mode, result.code], ['rollback', 0])
  assert.deepEqual(world.values, {})
})

test('a resumed rollback keeps to its --to', async () => {
  const world = new World()
  let works = false
  const chapter = [
    ...plain(['a']),
    step({
      id: 'b',
      wants: { b: '1' },
      onRollback() {
        if (!works) throw new StepError({ problem: 'not now', remedy: 'none' })
      },
    }),
  ]
  await runPlan(fakeSetup({ world, chapter }))
  await runPlan(fakeSetup({ world, chapter, command: { ...BACK, to: 'a' } }))
  works = true
  await runPlan(fakeSetup({ world, chapter, command: { mode: 'run', resume: true } }))
  assert.deepEqual(world.values, { a: '1' })
})

test('--last-run gives back what the last run has changed, and leaves what stood before it', async () => {
  const world = new World()
  const [older, newer] = [plain(['a']), [step({ id: 'a', wants: { a: '2' } }), ...plain(['b'])]]
  await runPlan(fakeSetup({ world, chapter: older, run: 'run-1' }))
  const second = await runPlan(fakeSetup({ world, chapter: newer, run: 'run-2' }))
  assert.deepEqual([world.values, second.before], [{ a: '2', b: '1' }, ['chapter']])
  const command: Command = { ...BACK, lastRun: true }
  await runPlan(fakeSetup({ world, chapter: newer, command, run: 'run-3' }))
  assert.deepEqual(world.values, { a: '1' })
  const rest = await runPlan(fakeSetup({ world, chapter: newer, command, run: 'run-4' }))
  assert.deepEqual([world.values, rest.before], [{}, []])
})

test('a rollback of the last run that is resumed leaves the runs before it alone', async () => {
  const world = new World()
  let works = false
  const b = step({
    id: 'b',
    wants: { b: '1' },
    onRollback() {
      if (!works) throw new StepError({ problem: 'not now', remedy: 'none' })
    },
  })
  await runPlan(fakeSetup({ world, chapter: plain(['a']), run: 'run-1' }))
  const chapter = [...plain(['a']), b, ...plain(['c'])]
  await runPlan(fakeSetup({ world, chapter, run: 'run-2' }))
  const command: Command = { ...BACK, lastRun: true }
  const failed = await runPlan(fakeSetup({ world, chapter, command, run: 'run-3' }))
  assert.deepEqual([failed.code === 0, world.values], [false, { a: '1', b: '1' }])
  works = true
  const resume: Command = { ...BACK, resume: true }
  await runPlan(fakeSetup({ world, chapter, command: resume, run: 'run-4' }))
  assert.deepEqual(world.values, { a: '1' })
})

test('rollback --resume with nothing unfinished is refused, and nothing is undone', async () => {
  const world = new World()
  const chapter = plain(['a'])
  await runPlan(fakeSetup({ world, chapter }))
  const setup = fakeSetup({ world, chapter, command: { ...BACK, resume: true } })
  await assert.rejects(runPlan(setup), {
    name: 'InputError',
    message: 'no rollback of the chapter is unfinished, so there is none to resume',
  })
  assert.deepEqual(world.values, { a: '1' })
})

for (const ends of ['failed', 'interrupted'] as const) {
  test(`a rollback that is ${ends} in a step tells what it has undone, there and before`, async () => {
    const world = new World()
    const controller = new AbortController()
    let works = false
    const b = step({
      id: 'b',
      wants: { 'b-1': '1', 'b-2': '1', 'b-3': '1' },
      onRollback() {
        if (works) return
        controller.signal.throwIfAborted()
      },
      onGiveBack(key) {
        if (works || key !== 'b-3') return
        if (ends === 'interrupted') {
          controller.abort(new InterruptedError('SIGINT', { problem: 'Ctrl-C', remedy: '?' }))
          controller.signal.throwIfAborted()
        }
        throw new StepError({ problem: 'a finalizer holds b-3', remedy: 'none' })
      },
    })
    const chapter = [...plain(['a']), b, ...plain(['c', 'd'])]
    await runPlan(fakeSetup({ world, chapter }))
    const command: Command = { ...BACK, to: 'a' }
    const setup = fakeSetup({ world, chapter, command, signal: controller.signal, run: 'run-2' })
    assert.equal((await runPlan(setup)).outcome, ends)
    const { undone, goOn } = eventOf(setup.events, 'step-failed')
    assert.deepEqual(undone, ['b-1 removed', 'b-2 removed', 'before this step: d, c'])
    assert.equal(goOn, 'run --resume')

    works = true
    const again = fakeSetup({ world, chapter, command: { ...BACK, resume: true }, run: 'run-3' })
    assert.equal((await runPlan(again)).code, 0)
    assert.equal(eventOf(again.events, 'run-started').run, 'run-2')
    assert.deepEqual(world.values, { a: '1' })
  })
}

test('a rollback that is interrupted between two steps tells which it has undone', async () => {
  const world = new World()
  const controller = new AbortController()
  const c = step({
    id: 'c',
    wants: { c: '1' },
    onGiveBack() {
      controller.abort(new InterruptedError('SIGINT', { problem: 'Ctrl-C', remedy: '?' }))
    },
  })
  const chapter = [...plain(['a', 'b']), c]
  await runPlan(fakeSetup({ world, chapter }))
  const setup = fakeSetup({ world, chapter, command: BACK, signal: controller.signal })
  await runPlan(setup)
  assert.deepEqual(eventOf(setup.events, 'run-ended').error, {
    problem: 'Ctrl-C',
    seen: ['undone so far: c'],
    remedy: 'run --resume',
  })
})

test('a rollback that fails before it has undone anything says so', async () => {
  const world = new World()
  const a = step({
    id: 'a',
    wants: { a: '1' },
    onRollback() {
      throw new StepError({ problem: 'not now', remedy: 'none' })
    },
  })
  await runPlan(fakeSetup({ world, chapter: [a] }))
  const setup = fakeSetup({ world, chapter: [a], command: BACK })
  await runPlan(setup)
  assert.deepEqual(eventOf(setup.events, 'step-failed').undone, ['nothing of this step'])
})

test('a journal with a step that this version does not know is refused', async () => {
  const world = new World()
  await runPlan(fakeSetup({ world, chapter: plain(['a', 'b']) }))
  const setup = fakeSetup({ world, chapter: plain(['a']), command: BACK })
  await assert.rejects(runPlan(setup), {
    name: 'InputError',
    message: 'the journal names a step that this version does not know: b',
  })
  assert.deepEqual(world.values, { a: '1', b: '1' })
})

test('after a whole rollback the caller may take the state away, still under the lock', async () => {
  const world = new World()
  const lab = plain(['a'])
  await runPlan(fakeSetup({ world, lab }))
  const finish = () => {
    world.journals.clear()
    return Promise.resolve([`removed, locked: ${String(world.lockedBy !== null)}`])
  }
  const command: Command = { mode: 'rollback', list: 'lab' }
  const setup = fakeSetup({ world, lab, command, list: { afterRollback: finish } })
  assert.equal((await runPlan(setup)).code, 0)
  assert.deepEqual(eventOf(setup.events, 'run-ended').notes, ['removed, locked: true'])
  assert.deepEqual([world.journals.size, world.lockedBy], [0, null])

  // Killed between the last undo and the end: there is still something to take away.
  const again = fakeSetup({ world, lab, command, list: { afterRollback: finish } })
  await runPlan(again)
  assert.deepEqual(eventOf(again.events, 'run-ended').notes, ['removed, locked: true'])
})

test('where the state cannot be taken away the run says why', async () => {
  const world = new World()
  const trouble = new StepError({ problem: 'a mount is busy', remedy: 'umount it' })
  const setup = fakeSetup({
    world,
    lab: plain(['a']),
    command: { mode: 'rollback', list: 'lab' },
    list: { afterRollback: () => Promise.reject(trouble) },
  })
  assert.equal((await runPlan(setup)).code, 1)
  assert.deepEqual(eventOf(setup.events, 'run-ended').error, trouble.explanation)
})

test('after a rollback nothing is unfinished any more', async () => {
  const world = new World()
  const b = step({
    id: 'b',
    wants: { b: '1' },
    onVerify() {
      throw new StepError({ problem: 'no', remedy: 'none' })
    },
  })
  await runPlan(fakeSetup({ world, chapter: [b] }))
  await runPlan(fakeSetup({ world, chapter: [b], command: BACK }))
  assert.deepEqual(journalOf(world, 'chapter').slice(-2), ['run-start rollback', 'run-end done'])
  const resume = fakeSetup({ world, chapter: [b], command: { mode: 'run', resume: true } })
  await assert.rejects(runPlan(resume), /there is no unfinished run to resume/)
})
