import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import type { Task, TaskRunner } from '../../lib/ports/task-runner.ts'
import { eventOf, fakeSetup, story } from '../fakes/engine.ts'
import { fakeStep as step } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'
import { inTurn } from '../../lib/ports/task-runner.ts'

const CHAPTER = [step({ id: 'a', wants: { a: '1' } }), step({ id: 'b', wants: { b: '1' } })]
const RUN: Command = { mode: 'run' }

async function runWith(runTasks: TaskRunner, command = RUN, world = new World()) {
  const setup = { ...fakeSetup({ world, chapter: CHAPTER, command }), runTasks }
  return { result: await runPlan(setup), setup, world }
}

test('every kind of run hands its steps to the runner: forward in order, back in reverse', async () => {
  const world = new World()
  const asked: string[][] = []
  const noting: TaskRunner = async (tasks) => {
    asked.push(tasks.map(({ list, id }) => `${list}/${id}`))
    await inTurn(tasks)
  }
  const commands: readonly Command[] = [
    { mode: 'dry-run' },
    RUN,
    { mode: 'verify' },
    { mode: 'rollback', list: 'chapter' },
  ]
  for (const command of commands) {
    assert.equal((await runWith(noting, command, world)).result.code, 0)
  }
  const forward = ['chapter/a', 'chapter/b']
  assert.deepEqual(asked, [forward, forward, forward, ['chapter/b', 'chapter/a']])
})

test('nothing of a step happens before the runner gives it its turn', async () => {
  let waiting: readonly Task[] = []
  const gate = Promise.withResolvers<undefined>()
  const held = runWith(async (tasks) => {
    waiting = tasks
    await gate.promise
    await inTurn(tasks)
  })
  await new Promise(setImmediate)
  assert.deepEqual(
    waiting.map(({ title }) => title),
    CHAPTER.map(({ title }) => title),
  )
  gate.resolve(undefined)
  assert.deepEqual(story((await held).setup.events), [
    'started a',
    'done a',
    'started b',
    'done b',
    'done 0',
  ])
})

test('a runner that breaks is a bug here: the run ends in order and says so', async () => {
  const { result, setup, world } = await runWith(() => Promise.reject(new Error('no list')))
  assert.deepEqual([result.outcome, result.code], ['failed', 70])
  assert.deepEqual(story(setup.events), ['failed 70'])
  assert.match(eventOf(setup.events, 'run-ended').error?.problem ?? '', /bug .*: no list/)
  assert.equal(world.lockedBy, null)
})
