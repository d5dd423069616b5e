import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeldLease } from '../../../lib/kube-client/lease/lease-hold.ts'
import { LockedError, StepError } from '../../../lib/core/errors.ts'
import { type Machine, leaseWorld } from '../../fakes/lease-world.ts'
import { freshSeed, oneOf, seeded } from '../../view/seeded.ts'

const ROUNDS = 60
const SECONDS = 400
const NETS: readonly Machine['net'][] = ['up', 'up', 'up', 'down', 'deaf']

/** A machine on which one run follows the other. */
interface Runner {
  readonly machine: Machine
  stopped: boolean
  busy: boolean
  held: HeldLease | undefined
}

test('whatever stops, fails or is lost: never may two machines write at once', async (t) => {
  const seed = freshSeed()
  t.diagnostic(`SEED=${String(seed)}`)
  const random = seeded(seed)
  let writes = 0
  for (let round = 0; round < ROUNDS; round += 1) writes += await oneRound(random)
  assert.ok(writes > ROUNDS, `only ${String(writes)} writes: the test has tested nothing`)
})

/** Returns how often somebody could write. */
async function oneRound(random: () => number): Promise<number> {
  const world = leaseWorld()
  const runners = ['a', 'b', 'c'].map((name): Runner => ({
    machine: world.machine({ name, skewMs: (random() - 0.5) * 1e8 }),
    stopped: false,
    busy: false,
    held: undefined,
  }))
  let writes = 0
  const look = (): void => {
    const writing = runners.filter((runner) => !runner.stopped && mayWrite(runner))
    assert.ok(writing.length <= 1, `two at once: ${world.writes.slice(-20).join(', ')}`)
    writes += writing.length
  }
  for (let second = 0; second < SECONDS; second += 1) {
    for (const runner of runners) if (random() < 0.1) fate(runner, random)
    // Also at the very moment at which one goes on, before it has noticed anything.
    look()
    await world.pass(random() * 2_000)
    look()
  }
  return writes
}

function fate(runner: Runner, random: () => number): void {
  const { machine } = runner
  const what = oneOf(random, ['stop', 'cont', 'net', 'take', 'take', 'take', 'release'])
  if (what === 'net') machine.net = oneOf(random, NETS)
  if (what === 'stop' || what === 'cont') {
    machine[what]()
    runner.stopped = what === 'stop'
  }
  if (runner.stopped || runner.busy) return
  if (what === 'take' && runner.held === undefined) void begin(runner)
  if (what === 'release' && runner.held !== undefined) void end(runner)
}

async function begin(runner: Runner): Promise<void> {
  runner.busy = true
  try {
    runner.held = await runner.machine.lock.take('run', 'step')
  } catch (error) {
    assert.ok(error instanceof LockedError || error instanceof StepError, String(error))
  } finally {
    runner.busy = false
  }
}

async function end(runner: Runner): Promise<void> {
  const { held } = runner
  runner.busy = true
  runner.held = undefined
  await held?.release()
  runner.busy = false
}

function mayWrite({ held }: Runner): boolean {
  try {
    held?.mustHold()
    return held !== undefined
  } catch (error) {
    assert.ok(error instanceof LockedError)
    return false
  }
}
