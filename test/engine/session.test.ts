import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { StepError } from '../../lib/core/errors.ts'
import { eventOf, fakeSetup, journalOf, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const RESUME: Command = { mode: 'run', resume: true }
const BACK: Command = { mode: 'rollback', list: 'chapter' }

/** A lab of `a` and `b`, a chapter of `c` and `d`; those named fail in their verify. */
function universe(...failing: readonly string[]) {
  const world = new World()
  const broken = new Set(failing)
  const one = (id: string) =>
    step({
      id,
      wants: { [id]: '1' },
      onVerify() {
        if (broken.has(id)) throw new StepError({ problem: `${id} is broken`, remedy: 'mend it' })
      },
    })
  const lists = { lab: [one('a'), one('b')], chapter: [one('c'), one('d')] }
  let runs = 0
  const go = async (command: Command, more: Partial<Parameters<typeof fakeSetup>[0]> = {}) => {
    runs += 1
    const setup = fakeSetup({ world, ...lists, command, run: `run-${String(runs)}`, ...more })
    const result = await runPlan(setup)
    return { ...result, events: setup.events, story: story(setup.events) }
  }
  return { world, broken, go }
}

test('after a failed lab --resume goes on in the lab and then in the chapter, as the same run', async () => {
  const { world, broken, go } = universe('b')
  await go({ mode: 'run' })
  assert.deepEqual(
    [journalOf(world, 'lab').at(-1), journalOf(world, 'chapter')],
    ['run-end failed', []],
  )
  broken.clear()
  const resumed = await go(RESUME)
  assert.equal(eventOf(resumed.events, 'run-started').run, 'run-1')
  const told = ['satisfied a', 'done b', 'done c', 'done d', 'done 0']
  assert.deepEqual(
    resumed.story.filter((line) => !line.startsWith('started')),
    told,
  )
})

test('after a failed chapter the lab counts as finished; --resume looks at it again all the same', async () => {
  const { world, broken, go } = universe('d')
  await go({ mode: 'run' })
  assert.equal(journalOf(world, 'lab').at(-1), 'run-end done')
  assert.equal(journalOf(world, 'chapter').at(-1), 'run-end failed')
  broken.clear()
  world.things.delete('a')
  const told = ['done a', 'satisfied b', 'satisfied c', 'done d', 'done 0']
  const resumed = await go(RESUME)
  assert.deepEqual(
    resumed.story.filter((line) => !line.startsWith('started')),
    told,
  )
})

test('a chapter rolled back leaves nothing to resume, although the lab was built by that run', async () => {
  const { go } = universe('d')
  await go({ mode: 'run' })
  await go(BACK)
  await assert.rejects(go(RESUME), /there is no unfinished run to resume/)
})

test('--resume with nothing unfinished is refused, with both journals named', async () => {
  const { go } = universe()
  await go({ mode: 'run' })
  await assert.rejects(go(RESUME), {
    name: 'InputError',
    explanation: {
      problem: 'there is no unfinished run to resume',
      seen: ['journal /state/lab', 'journal /state/chapter'],
      remedy: 'start a run without --resume',
    },
  })
})

test('--resume after the inventory changed is refused; a plain run starts from the beginning', async () => {
  const { broken, go } = universe('d')
  await go({ mode: 'run' })
  broken.clear()
  await assert.rejects(go(RESUME, { inventory: 'inventory-2' }), {
    name: 'InputError',
    message: 'the inventory has changed since run run-1 began',
  })
  assert.equal((await go({ mode: 'run' }, { inventory: 'inventory-2' })).code, 0)
})

test('a journal of another cluster is refused by resume, by rollback and before the first write', async () => {
  const { world, broken, go } = universe('d')
  const is = (uid: string | null) => ({ list: { identity: () => Promise.resolve(uid) } })
  await go({ mode: 'run' }, is('cluster-1'))
  broken.clear()
  const refusal = {
    name: 'InputError',
    message: /belongs to the cluster cluster-1; the one here is/,
  }
  await assert.rejects(go(RESUME, is('cluster-2')), refusal)
  await assert.rejects(go(BACK, is('cluster-2')), refusal)
  const values = world.values
  world.things.delete('c')
  const plain = await go({ mode: 'run' }, is('cluster-2'))
  assert.deepEqual([plain.code, world.values['c'], values['c']], [2, undefined, '1'])

  assert.equal((await go(RESUME, is(null))).code, 0, 'a cluster that is down is no other one')
})

test('where everything was mended by hand, a plain run closes the failed one, once', async () => {
  const { world, broken, go } = universe('d')
  await go({ mode: 'run' })
  broken.clear()
  world.set('d', '1', 'somebody')
  assert.equal((await go({ mode: 'run' })).changed, 0)
  await assert.rejects(go(RESUME), /there is no unfinished run to resume/)
  const [writes, journals] = [world.writes.length, new Map(world.journals)]
  await go({ mode: 'run' })
  assert.deepEqual([world.writes.length, world.journals], [writes, journals])
})

test('--only repairs one step and leaves the unfinished run to --resume', async () => {
  const { broken, go } = universe('c')
  await go({ mode: 'run' })
  broken.clear()
  assert.equal((await go({ mode: 'run', only: 'c' })).code, 0)
  const resumed = await go(RESUME)
  assert.deepEqual(resumed.story.slice(-5), [
    'started c',
    'satisfied c',
    'started d',
    'done d',
    'done 0',
  ])
})

test('--only in the chapter does not finish a lab that has failed', async () => {
  const { world, broken, go } = universe('b')
  await go({ mode: 'run' })
  broken.clear()
  const before = journalOf(world, 'lab')
  await go({ mode: 'run', only: 'c' })
  assert.deepEqual(journalOf(world, 'lab'), before)
  assert.deepEqual(world.values, { a: '1', c: '1' })
  assert.equal((await go(RESUME)).story.at(-1), 'done 0')
  assert.deepEqual(world.values, { a: '1', b: '1', c: '1', d: '1' })
})

test('--resume of a run with --from or --only keeps to that', async () => {
  const { broken, go } = universe('c')
  await go({ mode: 'run', only: 'c' })
  broken.clear()
  const resumed = await go(RESUME)
  assert.deepEqual(resumed.story, [
    'skipped a',
    'skipped b',
    'started c',
    'done c',
    'skipped d',
    'done 0',
  ])
})

test('a half-done step that this version does not know stops a new run', async () => {
  const { world, go } = universe('d')
  await go({ mode: 'run', keep: true })
  await assert.rejects(runPlan(fakeSetup({ world, lab: [], chapter: [] })), {
    message: 'the journal names a step that this version does not know: d',
  })
})

test('a closed journal store and a released lock are the end of every run', async () => {
  const { world, go } = universe('d')
  let closed = 0
  const close = () => {
    closed += 1
    return Promise.resolve()
  }
  const journal = {
    where: '/j',
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(),
    close,
  }
  await go({ mode: 'run' }, { list: { journal } })
  assert.deepEqual([closed, world.lockedBy], [2, null])
})
