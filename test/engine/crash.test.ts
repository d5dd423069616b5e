import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, RollbackCommand } from '../../lib/engine/command.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import type { Result } from '../../lib/engine/setup.ts'
import { InputError, StepError } from '../../lib/core/errors.ts'
import type { Step } from '../../lib/ports/step.ts'
import { fakeSetup, memoryLock } from '../fakes/engine.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { type Mortal, World, dyingAt, hostOf } from '../fakes/engine-world.ts'

const RUN: Command = { mode: 'run' }
const RESUME: Command = { mode: 'run', resume: true }
const BACK: RollbackCommand = { mode: 'rollback', list: 'chapter' }
const LAB_DOWN: RollbackCommand = { mode: 'rollback', list: 'lab' }
const BEFORE = { config: 'by hand', other: 'untouched', 'd-2': 'old' }
const AFTER = {
  config: 'wanted',
  other: 'untouched',
  net: 'up',
  'node-1': 'up',
  'node-2': 'up',
  'd-1': 'new',
  'd-2': 'new',
  'd-3': 'new',
}

/** One universe: a world, and processes that act on it one after the other, some of which die. */
function universe(failing = false) {
  const world = new World()
  for (const [key, value] of Object.entries(BEFORE)) world.set(key, value, 'somebody')
  const dead = new Set<Mortal>()
  const fault = { on: failing }
  const lab = [
    fakeStep({ id: 'net', wants: { net: 'up' } }),
    fakeStep({ id: 'nodes', wants: { 'node-1': 'up', 'node-2': 'up' }, requires: { net: 'net' } }),
  ]
  const chapter: readonly Step[] = [
    fakeStep({ id: 'config', wants: { config: 'wanted' }, via: 'half' }),
    fakeStep({
      id: 'objects',
      wants: { 'd-1': 'new', 'd-2': 'new', 'd-3': 'new' },
      onVerify() {
        if (fault.on) throw new StepError({ problem: 'not ready', remedy: 'mend it' })
      },
    }),
    lookStep({
      touches: [],
      satisfied: 'it is seen',
      id: 'look',
      title: 'Look',
      chapter: { section: '14', command: 'get' },
      what: 'd-3',
      deadlineMs: 1000,
      look: (on) =>
        Promise.resolve(hostOf(on).get('d-3') ? { proven: 'seen' } : { missing: ['no d-3'] }),
    }),
  ]
  let runs = 0
  /** Null when it died before its end. */
  async function go(command: Command, process: ReturnType<typeof dyingAt>): Promise<Result | null> {
    const lock = memoryLock(world, process, (holder) => !dead.has(holder))
    runs += 1
    const setup = fakeSetup({
      world,
      lab,
      chapter,
      command,
      process,
      lock,
      run: `run-${String(runs)}`,
    })
    const result = await Promise.race([runPlan(setup), process.died.then(() => null)])
    if (result === null) dead.add(process)
    return result
  }
  const undisturbed = (command: Command): Promise<Result | null> => go(command, dyingAt(Infinity))
  return {
    world,
    fault,
    go,
    undisturbed,
    /** `--resume`, or a plain run where it says that there is none to resume. */
    async resume(process = dyingAt(Infinity)) {
      try {
        return await go(RESUME, process)
      } catch (error) {
        assert.ok(
          error instanceof InputError &&
            /^there is no unfinished run to resume/.test(error.message),
        )
        return go(RUN, process)
      }
    },
    async isAsAfterARun(why: string) {
      assert.deepEqual(world.values, sorted(AFTER), why)
      const writes = world.writes.length
      const again = await undisturbed(RUN)
      assert.deepEqual([again?.code, again?.changed, world.writes.length], [0, 0, writes], why)
    },
    async goesBackToTheStart(why: string) {
      assert.equal((await undisturbed(BACK))?.code, 0, why)
      assert.equal((await undisturbed(LAB_DOWN))?.code, 0, why)
      assert.deepEqual(world.values, sorted(BEFORE), why)
    },
  }
}

const sorted = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).toSorted())

/** How many points a process passes that nobody kills. */
async function pointsOf(make: () => Promise<ReturnType<typeof universe>>, command: Command) {
  const process = dyingAt(Infinity)
  await (await make()).go(command, process)
  return process.points
}

async function fresh() {
  return Promise.resolve(universe())
}

async function afterARun() {
  const one = universe()
  await one.undisturbed(RUN)
  return one
}

test('killed at any point of a run, --resume reaches the same end and rollback the start', async () => {
  const points = await pointsOf(fresh, RUN)
  assert.ok(points.length > 60, `only ${String(points.length)} points`)
  for (const [i, point] of points.entries()) {
    const one = universe()
    assert.equal(await one.go(RUN, dyingAt(i + 1)), null)
    const why = `killed at ${String(i + 1)}: ${point}`
    assert.equal((await one.resume())?.code, 0, why)
    await one.isAsAfterARun(why)
    await one.goesBackToTheStart(why)
  }
})

test('killed at any point of a run, a plain run closes what was open and reaches the same end', async () => {
  const points = await pointsOf(fresh, RUN)
  for (const [i, point] of points.entries()) {
    const one = universe()
    await one.go(RUN, dyingAt(i + 1))
    const why = `killed at ${String(i + 1)}: ${point}`
    assert.equal((await one.undisturbed(RUN))?.code, 0, why)
    await one.isAsAfterARun(why)
    await assert.rejects(one.undisturbed(RESUME), /there is no unfinished run to resume/, why)
    await one.goesBackToTheStart(why)
  }
})

test('killed at any point of a run, rollback at once reaches the start', async () => {
  const points = await pointsOf(fresh, RUN)
  for (const [i, point] of points.entries()) {
    const one = universe()
    await one.go(RUN, dyingAt(i + 1))
    await one.goesBackToTheStart(`killed at ${String(i + 1)}: ${point}`)
  }
})

test('killed at any point, and the resumed run again at any point, nothing is lost or done twice', async () => {
  const points = await pointsOf(fresh, RUN)
  let pairs = 0
  for (const [i, point] of points.entries()) {
    for (let j = 1; ; j += 1) {
      const one = universe()
      await one.go(RUN, dyingAt(i + 1))
      const why = `killed at ${String(i + 1)}: ${point}, then at ${String(j)}`
      const second = await one.resume(dyingAt(j))
      if (second !== null) break
      pairs += 1
      assert.equal((await one.resume())?.code, 0, why)
      assert.deepEqual(one.world.values, sorted(AFTER), why)
      await one.goesBackToTheStart(why)
    }
  }
  assert.ok(pairs > 1000, `only ${String(pairs)} pairs`)
})

test('killed at any point of a rollback, another rollback or --resume reaches the start', async () => {
  for (const command of [BACK, LAB_DOWN]) {
    const points = await pointsOf(afterARun, command)
    for (const [i, point] of points.entries()) {
      const why = `${command.list} killed at ${String(i + 1)}: ${point}`
      const again = await afterARun()
      assert.equal(await again.go(command, dyingAt(i + 1)), null)
      await again.goesBackToTheStart(why)

      const resumed = await afterARun()
      await resumed.go(command, dyingAt(i + 1))
      const result: Result | null = await resumed.undisturbed(RESUME).catch(() => null)
      if (result !== null) assert.equal(result.mode, 'rollback', why)
      await resumed.goesBackToTheStart(why)
    }
  }
})

test('killed at any point of a rollback, a plain run reaches the end and rollback the start', async () => {
  const points = await pointsOf(afterARun, BACK)
  for (const [i, point] of points.entries()) {
    const one = await afterARun()
    await one.go(BACK, dyingAt(i + 1))
    const why = `killed at ${String(i + 1)}: ${point}`
    assert.equal((await one.undisturbed(RUN))?.code, 0, why)
    await one.isAsAfterARun(why)
    await one.goesBackToTheStart(why)
  }
})

test('killed while a failed step undoes itself, --resume and rollback still reach their ends', async () => {
  const points = await pointsOf(() => Promise.resolve(universe(true)), RUN)
  for (const [i, point] of points.entries()) {
    const why = `killed at ${String(i + 1)}: ${point}`
    const one = universe(true)
    await one.go(RUN, dyingAt(i + 1))
    one.fault.on = false
    assert.equal((await one.resume())?.code, 0, why)
    await one.isAsAfterARun(why)
    await one.goesBackToTheStart(why)

    const back = universe(true)
    await back.go(RUN, dyingAt(i + 1))
    await back.goesBackToTheStart(why)
  }
})
