import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { InterruptedError, StepError } from '../../lib/core/errors.ts'
import { eventOf, fakeSetup, journalOf, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World, strikingAt } from '../fakes/engine-world.ts'

const ctrlC = () =>
  new InterruptedError('SIGINT', { problem: 'interrupted by Ctrl-C', remedy: '?' })

/** Steps that look at the signal between any two writes, as real ports do. */
function universe() {
  const world = new World()
  world.set('b-1', 'old', 'somebody')
  const controller = new AbortController()
  const { signal } = controller
  const stop = () => {
    signal.throwIfAborted()
  }
  const chapter = (heeds: boolean) => [
    step({ id: 'a', wants: { a: '1' } }),
    step({
      id: 'b',
      wants: { 'b-1': 'new', 'b-2': 'new' },
      via: 'half',
      ...(heeds ? { onCheck: stop, onApply: stop, onVerify: stop } : {}),
    }),
    step({ id: 'c', wants: { c: '1' } }),
  ]
  return { world, controller, signal, chapter }
}

test('Ctrl-C between two steps ends the run there, and says how to resume', async () => {
  const { world, controller, signal } = universe()
  const a = step({
    id: 'a',
    wants: { a: '1' },
    onVerify() {
      controller.abort(ctrlC())
    },
  })
  const setup = fakeSetup({ world, chapter: [a, step({ id: 'b', wants: { b: '1' } })], signal })
  const result = await runPlan(setup)
  assert.deepEqual([result.outcome, result.code], ['interrupted', 130])
  assert.deepEqual(story(setup.events), ['started a', 'done a', 'interrupted 130'])
  assert.deepEqual(eventOf(setup.events, 'run-ended').error, {
    problem: 'interrupted by Ctrl-C',
    remedy: 'run --resume',
  })
  assert.deepEqual(journalOf(world, 'chapter').slice(-2), ['done a', 'run-end interrupted'])
})

test('Ctrl-C inside a step leaves it as it is: it is told, journaled, and never undone', async () => {
  const { world, controller, signal } = universe()
  const a = step({
    id: 'a',
    wants: { a: '1' },
    onApply() {
      controller.abort(ctrlC())
      signal.throwIfAborted()
    },
  })
  const setup = fakeSetup({ world, chapter: [a], signal })
  assert.equal((await runPlan(setup)).code, 130)
  assert.equal(world.values['a'], '1')
  const { undone, goOn } = eventOf(setup.events, 'step-failed')
  assert.deepEqual(
    [undone, goOn],
    [['nothing: an interrupted step is left as it is'], 'run --resume'],
  )
  assert.deepEqual(journalOf(world, 'chapter').slice(-2), ['fact 0', 'run-end interrupted'])
})

test('where a step that is half done would be refused, the way on takes it back first', async () => {
  const { world, controller, signal } = universe()
  const onApply = () => {
    controller.abort(ctrlC())
    signal.throwIfAborted()
  }
  const setup = fakeSetup({
    world,
    chapter: [step({ id: 'a', wants: { a: '1' }, onApply })],
    signal,
  })
  await runPlan({ ...setup, hints: { ...setup.hints, half: 'mend && break' } })
  assert.equal(eventOf(setup.events, 'step-failed').goOn, 'mend && break')
})

test('a failure that comes of the interruption is not taken for a failure of the step', async () => {
  const { world, controller, signal } = universe()
  const a = step({
    id: 'a',
    wants: { a: '1' },
    onVerify() {
      controller.abort(ctrlC())
      throw new Error('the child process was ended by SIGINT')
    },
  })
  const setup = fakeSetup({ world, chapter: [a], signal })
  assert.equal((await runPlan(setup)).code, 130)
  assert.equal(world.values['a'], '1')
})

test('each signal has its own exit code', async () => {
  for (const [name, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const signal = AbortSignal.abort(new InterruptedError(name, { problem: name, remedy: '?' }))
    const setup = fakeSetup({ world: new World(), chapter: [step({ id: 'a', wants: {} })], signal })
    assert.equal((await runPlan(setup)).code, code)
    assert.equal(eventOf(setup.events, 'run-ended').error?.remedy, 'run')
  }
})

test('Ctrl-C at any point of a run: --resume reaches the end, and rollback the start', async () => {
  for (const heeds of [false, true]) {
    let interrupted = 0
    for (let n = 1; n < 80; n += 1) {
      const { world, controller, signal, chapter } = universe()
      const process = strikingAt(n, () => {
        controller.abort(ctrlC())
      })
      const steps = chapter(heeds)
      const result = await runPlan(fakeSetup({ world, chapter: steps, process, signal }))
      const fresh = universe().chapter(false)
      if (result.code !== 0) {
        interrupted += 1
        assert.deepEqual([result.outcome, result.code], ['interrupted', 130])
        assert.equal(world.lockedBy, null)
        assert.ok(world.writes.every((write) => !write.startsWith('remove')))
        const resume: Command = { mode: 'run', resume: true }
        await runPlan(fakeSetup({ world, chapter: fresh, command: resume }))
      }
      assert.deepEqual(world.values, { a: '1', 'b-1': 'new', 'b-2': 'new', c: '1' })
      const back: Command = { mode: 'rollback', list: 'chapter' }
      await runPlan(fakeSetup({ world, chapter: fresh, command: back }))
      assert.deepEqual(world.values, { 'b-1': 'old' })
    }
    assert.ok(interrupted > 20)
  }
})

test('Ctrl-C at any point of a rollback: going on as it says reaches the start', async () => {
  let interrupted = 0
  for (let n = 1; n < 60; n += 1) {
    const { world, controller, signal, chapter } = universe()
    const steps = chapter(false)
    await runPlan(fakeSetup({ world, chapter: steps }))
    const process = strikingAt(n, () => {
      controller.abort(ctrlC())
    })
    const back: Command = { mode: 'rollback', list: 'chapter' }
    const setup = fakeSetup({ world, chapter: steps, process, signal, command: back })
    const result = await runPlan(setup)
    if (result.code !== 0) {
      interrupted += 1
      assert.equal(result.code, 130)
      const told = setup.events.findLast(({ type }) => type === 'step-failed')
      const error = eventOf(setup.events, 'run-ended').error?.remedy
      const goOn = told?.type === 'step-failed' ? told.goOn : error
      // Before the first undo nothing is in the journal yet: then it is the same command again.
      const command: Command = goOn === 'run' ? back : { mode: 'run', resume: true }
      await runPlan(fakeSetup({ world, chapter: steps, command }))
    }
    assert.deepEqual(world.values, { 'b-1': 'old' })
  }
  assert.ok(interrupted > 5)
})

test('an interrupted verify or dry-run writes nothing', async () => {
  for (const mode of ['verify', 'dry-run'] as const) {
    const { world, controller, signal } = universe()
    const a = step({
      id: 'a',
      wants: { a: '1' },
      onCheck() {
        controller.abort(ctrlC())
        signal.throwIfAborted()
      },
    })
    const setup = fakeSetup({ world, chapter: [a], signal, command: { mode } })
    assert.equal((await runPlan(setup)).code, 130)
    assert.equal(eventOf(setup.events, 'step-failed').goOn, 'run')
    assert.deepEqual([world.writes, world.journals.size], [[], 0])
  }
})

test('Ctrl-C ends the search for a cause at once, and what has failed is left as it is', async () => {
  const { world, controller, signal } = universe()
  const failing = {
    ...step({ id: 'a', wants: { a: '1' } }),
    verify: () => Promise.reject(new StepError({ problem: 'no pods', remedy: 'none' })),
  }
  const setup = fakeSetup({
    ...{ world, chapter: [failing], signal },
    diagnose: (_step, _failing, asked) => {
      if (asked === 'end') controller.abort(ctrlC())
      return new Promise(() => undefined)
    },
  })
  assert.equal((await runPlan(setup)).code, 130)
  assert.equal(eventOf(setup.events, 'step-failed').interrupted, true)
  assert.equal(world.values['a'], '1')
})

test('a bug in the search for a cause ends the run with 70, and names what it was searched for', async () => {
  const failing = {
    ...step({ id: 'a', wants: { a: '1' } }),
    verify: () => Promise.reject(new StepError({ problem: 'no pods', remedy: 'none' })),
  }
  const setup = fakeSetup({
    ...{ world: new World(), chapter: [failing] },
    diagnose: (_step, _failing, asked) =>
      asked === 'end' ? Promise.reject(new TypeError('x is undefined')) : Promise.resolve(null),
  })
  assert.equal((await runPlan(setup)).code, 70)
  const { problem, seen } = eventOf(setup.events, 'step-failed').explanation
  assert.equal(problem, 'a bug of this program: x is undefined')
  assert.equal(seen?.at(-1), 'no pods')
})
