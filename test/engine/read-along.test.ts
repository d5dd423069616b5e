import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../lib/engine/command.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { InterruptedError } from '../../lib/core/errors.ts'
import { fakeSetup } from '../fakes/engine.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { World } from '../fakes/engine-world.ts'

const IDS = ['a', 'b', 'c'] as const

/** Runs in this world, up to where the reader stops it; the steps before which they were asked. */
async function read(world: World, command: Command, stopsAt?: string): Promise<readonly string[]> {
  const controller = new AbortController()
  const asked: string[] = []
  await runPlan(
    fakeSetup({
      ...{ world, command, signal: controller.signal },
      chapter: IDS.map((id) => fakeStep({ id, wants: { [id]: '1' } })),
      before({ id }) {
        asked.push(id)
        const stop = new InterruptedError('SIGINT', { problem: 'as asked', remedy: '?' })
        if (id === stopsAt) controller.abort(stop)
        return Promise.resolve()
      },
    }),
  )
  return asked
}

test('who reads along is asked before each step', async () => {
  assert.deepEqual(await read(new World(), { mode: 'run' }), IDS)
})

test('who reads along is asked from the step on that the run starts at', async () => {
  const world = new World()
  world.set('a', '1', 'somebody')
  assert.deepEqual(await read(world, { mode: 'run', from: 'b' }), ['b', 'c'])
})

test('who goes on reading is asked where they stopped, not about what they have read', async () => {
  const world = new World()
  assert.deepEqual(await read(world, { mode: 'run' }, 'c'), IDS)
  assert.deepEqual(await read(world, { mode: 'run', resume: true }), ['c'])
})
