import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import type { Lock } from '../../lib/engine/setup.ts'
import { LockedError, StepError } from '../../lib/core/errors.ts'
import { eventOf, fakeSetup, journalOf, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const REFUSED = new StepError({ problem: 'may not lock', remedy: '' }, { lacksRight: true })
const ALL = { problem: 'may neither lock nor write', remedy: 'kubectl create role' }
const BACK: Command = { mode: 'rollback', list: 'chapter' }

/** A chapter of `a` and `b` whose list has a lock of its own, shared with runs elsewhere. */
function universe() {
  const world = new World()
  const calls: string[] = []
  const nothing = (): void => undefined
  const state = {
    lost: false,
    heldElsewhere: false,
    refused: false,
    broken: '',
    whenTaken: nothing,
  }
  const lostIt = () => {
    if (state.lost) throw new LockedError({ problem: 'another run has taken over', remedy: 'wait' })
  }
  const lock: Lock = {
    async take(_run, at, progress) {
      progress?.('watching whether it is renewed')
      assert.notEqual(world.lockedBy, null, 'the lock of the machine comes first')
      if (state.heldElsewhere) {
        throw new LockedError({ problem: 'another run is in progress', remedy: 'wait' })
      }
      if (state.refused) throw REFUSED
      calls.push(`take ${at}`)
      state.whenTaken()
      let told = at
      return {
        async at(now) {
          lostIt()
          if (told !== now) calls.push(`at ${now}`)
          told = now
        },
        mustHold: lostIt,
        async release() {
          calls.push('release')
        },
      }
    },
  }
  const one = (id: string) =>
    step({
      id,
      wants: { [id]: '1' },
      onCheck: () => calls.push(`look ${id}`),
      onApply: () => calls.push(`apply ${id}`),
      onVerify() {
        if (state.broken === id) throw new StepError({ problem: `${id} is broken`, remedy: '?' })
      },
      onRollback: () => calls.push(`undo ${id}`),
    })
  const lackingRights = () => Promise.resolve(state.refused ? ALL : null)
  const chapter = [one('a'), { ...one('b'), lackingRights }]
  const go = async (command: Command = { mode: 'run' }) => {
    calls.length = 0
    const setup = fakeSetup({
      world,
      chapter,
      command,
      list: { lock },
      ledger: () => {
        calls.push('ledger')
        return { reads: 0, dryRuns: 0, writes: 0, hostWrites: 0 }
      },
    })
    const result = await runPlan(setup)
    return { ...result, events: setup.events, story: story(setup.events) }
  }
  return { world, calls, state, go }
}

test('taken for the first step that changes something, which is then looked at again', async () => {
  const { world, calls, go } = universe()
  world.set('a', '1')
  const { code, events } = await go()
  assert.equal(code, 0)
  assert.deepEqual(calls, ['look a', 'look b', 'take b', 'look b', 'apply b', 'release', 'ledger'])
  assert.equal(eventOf(events, 'step-progress').text, 'watching whether it is renewed')
})

test('a run with nothing to change takes none, although it closes an unfinished one', async () => {
  const { world, calls, state, go } = universe()
  state.broken = 'b'
  await go()
  state.broken = ''
  world.set('b', '1', 'somebody')
  assert.equal((await go()).code, 0)
  assert.equal(journalOf(world, 'chapter').at(-1), 'run-end done')
  assert.deepEqual(calls, ['look a', 'look b', 'ledger'])
})

for (const mode of ['dry-run', 'verify'] as const) {
  test(`${mode} takes none`, async () => {
    const { calls, go } = universe()
    await go({ mode })
    assert.equal(calls.filter((call) => call.startsWith('take')).length, 0)
  })
}

test('what the run before it has done meanwhile is not done again', async () => {
  const { world, calls, state, go } = universe()
  state.whenTaken = () => {
    world.set('a', '1', 'the run before us')
  }
  await go()
  assert.equal(world.things.get('a')?.by, 'the run before us')
  assert.ok(!calls.includes('apply a'))
})

test('held by a run elsewhere: 75, and neither world nor journal is written', async () => {
  const { world, state, go } = universe()
  state.heldElsewhere = true
  const { code, events } = await go()
  assert.equal(code, 75)
  assert.equal(eventOf(events, 'step-failed').explanation.problem, 'another run is in progress')
  assert.deepEqual([world.values, journalOf(world, 'chapter')], [{}, []])
  assert.equal(world.lockedBy, null)
})

test('refused for want of a right: all rights that lack are told at once, before anything is written', async () => {
  const { world, state, go } = universe()
  await go()
  world.things.delete('a')
  for (const command of [{ mode: 'run' } as const, BACK]) {
    state.refused = true
    const before = { ...world.values }
    const { code, events } = await go(command)
    assert.equal(code, 1)
    assert.deepEqual(eventOf(events, 'step-failed').explanation, ALL)
    assert.deepEqual(world.values, before)
  }
})

test('lost inside a step: 75, nothing is undone, and no line more is journaled', async () => {
  const { world, calls, state, go } = universe()
  state.whenTaken = () => {
    state.lost = true
  }
  const { code, events } = await go()
  assert.equal(code, 75)
  assert.deepEqual(eventOf(events, 'step-failed').undone, [])
  assert.deepEqual(journalOf(world, 'chapter'), [])
  assert.deepEqual(world.values, {})
  assert.ok(!calls.some((call) => call.startsWith('undo')))
})

test('lost between intent and end: the intent stays open, and the next run goes on from it', async () => {
  const { world, calls, state, go } = universe()
  const apply = calls.push.bind(calls)
  calls.push = (call) => {
    if (call === 'apply a') state.lost = true
    return apply(call)
  }
  const { code, events } = await go()
  assert.equal(code, 75)
  const { undone, goOn } = eventOf(events, 'step-failed')
  assert.deepEqual(undone, [
    'nothing: without the lock, what was begun is left as it is',
    'perhaps done: create a',
  ])
  assert.equal(goOn, 'run --resume')
  assert.deepEqual(journalOf(world, 'chapter'), ['run-start run', 'intent a', 'fact 0'])
  calls.push = apply
  state.lost = false
  assert.equal((await go({ mode: 'run', resume: true })).code, 0)
  assert.equal((await go(BACK)).code, 0)
  assert.deepEqual(world.values, {})
})

test('a failed step is undone under it, and it is given back before the end is told', async () => {
  const { world, calls, state, go } = universe()
  state.broken = 'a'
  assert.equal((await go()).code, 1)
  assert.deepEqual(calls.slice(-3), ['undo a', 'release', 'ledger'])
  assert.deepEqual(world.values, {})
})

test('a rollback holds it; another one elsewhere keeps it from undoing anything', async () => {
  const { world, calls, state, go } = universe()
  await go()
  state.heldElsewhere = true
  const journal = journalOf(world, 'chapter')
  assert.equal((await go(BACK)).code, 75)
  assert.deepEqual(journalOf(world, 'chapter'), journal)
  assert.deepEqual(world.values, { a: '1', b: '1' })
  state.heldElsewhere = false
  assert.equal((await go(BACK)).code, 0)
  assert.deepEqual(calls, ['take b', 'undo b', 'at a', 'undo a', 'release', 'ledger'])
})
