import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockedError } from '../../../lib/core/errors.ts'
import { leaseWorld } from '../../fakes/lease-world.ts'

const HOUR_MS = 3_600_000
const SECOND = 1_000

/** A promise, and whether it has come to an end yet. */
function watched<T>(promise: Promise<T>) {
  const seen: { ended: boolean } = { ended: false }
  const mark = () => (seen.ended = true)
  promise.then(mark, mark)
  return Object.assign(seen, { promise })
}

test('the lease says who holds it, which run and since when, and is renewed', async () => {
  const world = leaseWorld()
  await world.machine({ name: 'one', process: 'p1' }).lock.take('run-1', 'step-a')
  assert.deepEqual(world.lease(), {
    uid: 'uid-1',
    version: '1',
    holder: 'root@one run-1 step-a',
    process: 'p1',
    acquired: '2026-01-02T03:04:05.000000Z',
    renewed: '2026-01-02T03:04:05.000000Z',
    seconds: 15,
    transitions: 0,
  })
  await world.pass(60 * SECOND)
  assert.equal(world.lease()?.renewed, '2026-01-02T03:05:05.000000Z')
  assert.equal(world.lease()?.acquired, '2026-01-02T03:04:05.000000Z')
})

test('others see the step that the run is at without waiting for the next renewal', async () => {
  const world = leaseWorld()
  const held = await world.machine({ name: 'one' }).lock.take('run-1', 'step-a')
  await held.at('step-b')
  await world.pass(0)
  assert.equal(world.lease()?.holder, 'root@one run-1 step-b')
})

test('released, it is deleted, and nothing is written any more', async () => {
  const world = leaseWorld()
  const { lock } = world.machine({ name: 'one' })
  const held = await lock.take('run-1', 'step-a')
  await world.pass(3 * SECOND)
  await held.release()
  assert.equal(world.lease(), null)
  const { length } = world.writes
  await world.pass(60 * SECOND)
  assert.equal(world.writes.length, length)
})

for (const skewMs of [-HOUR_MS, 0, HOUR_MS]) {
  const clock = skewMs === 0 ? 'the same clock' : `a clock ${skewMs < 0 ? 'behind' : 'ahead'}`
  test(`with ${clock}: a second run is told who is at work, as soon as it sees a renewal`, async () => {
    const world = leaseWorld()
    const held = await world.machine({ name: 'one' }).lock.take('run-1', 'step-a')
    await world.pass(1 * SECOND)
    const two = world.machine({ name: 'two', skewMs })
    const second = watched(two.lock.take('run-2', 'step-a'))
    await world.pass(3 * SECOND)
    assert.equal(second.ended, true)
    await assert.rejects(second.promise, (error) => {
      assert.ok(error instanceof LockedError)
      assert.equal(
        error.message,
        'another run is in progress: run-1 of root@one, at step-a, since 2026-01-02T03:04:05Z',
      )
      return true
    })
    assert.match(two.said.join(), /held: run-1 of root@one, .* watching for 15 s/)
    held.mustHold()
  })

  test(`with ${clock}: a silent lease is taken over after its duration, not before`, async () => {
    const world = leaseWorld()
    const one = world.machine({ name: 'one' })
    await one.lock.take('run-1', 'step-a')
    one.stop()
    await world.pass(14 * SECOND)
    const second = watched(world.machine({ name: 'two', skewMs }).lock.take('run-2', 'step-b'))
    // Silent for longer than it lasts, but nobody has watched it for so long.
    await world.pass(14 * SECOND)
    assert.equal(second.ended, false)
    await world.pass(4 * SECOND)
    ;(await second.promise).mustHold()
    const { holder, transitions } = world.lease() ?? {}
    assert.deepEqual([holder, transitions], ['root@two run-2 step-b', 1])
  })
}

test('a run that was stopped past its lease writes no more, although nobody has taken over', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  await world.pass(1 * SECOND)
  one.stop()
  await world.pass(20 * SECOND)
  const { length } = world.writes
  one.cont()
  assert.throws(() => {
    one.lock.mayWrite()
  }, /has expired: this run has not renewed it for 2\d s/)
  await assert.rejects(held.at('step-b'), LockedError)
  await world.pass(60 * SECOND)
  await held.release()
  assert.equal(world.writes.length, length, 'not even a renewal')
  assert.equal(world.lease()?.holder, 'root@one run-1 step-a')
})

test('woken up late, the first that would leave is its own renewal: it does not', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  one.stop()
  await world.pass(20 * SECOND)
  const { length } = world.writes
  one.cont()
  await world.pass(60 * SECOND)
  assert.equal(world.writes.length, length)
  assert.throws(() => {
    held.mustHold()
  }, LockedError)
})

test('who took over is named to the run that lost it, whose end leaves the new lease alone', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  world.put({ holder: 'root@two run-2 step-b', transitions: 1 })
  await world.pass(3 * SECOND)
  assert.throws(() => {
    one.lock.mayWrite()
  }, /another run has taken over: run-2 of root@two, at step-b/)
  await held.release()
  assert.equal(world.lease()?.holder, 'root@two run-2 step-b')
})

test('a lease that somebody deleted is lost', async () => {
  const world = leaseWorld()
  const { lock } = world.machine({ name: 'one' })
  await lock.take('run-1', 'step-a')
  world.drop()
  await world.pass(3 * SECOND)
  assert.throws(() => {
    lock.mayWrite()
  }, /was removed while this run was in progress/)
  assert.equal(world.lease(), null)
})

test('stopped in the middle of a renewal, and gone since: it is said to have expired', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  one.net = 'held'
  await held.at('step-b')
  await world.pass(0)
  one.stop()
  await world.pass(20 * SECOND)
  world.drop()
  one.net = 'up'
  one.cont()
  await world.pass(0)
  await world.pass(0)
  await assert.rejects(held.at('step-c'), /has expired: this run has not renewed it for 20 s/)
  await held.release()
})

test('renewals that fail are tried again; once one is overdue no more is written', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  one.net = 'down'
  await world.pass(7 * SECOND)
  held.mustHold()
  one.net = 'up'
  await world.pass(7 * SECOND)
  held.mustHold()
  one.net = 'down'
  await world.pass(12 * SECOND)
  assert.throws(
    () => {
      held.mustHold()
    },
    (error) => {
      assert.ok(error instanceof LockedError)
      assert.deepEqual(error.explanation.seen, ['one hears no answer'])
      return true
    },
  )
})

test('a renewal that came through without an answer is no loss', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  one.net = 'deaf'
  await world.pass(5 * SECOND)
  one.net = 'up'
  await world.pass(30 * SECOND)
  held.mustHold()
  one.net = 'deaf'
  await world.pass(3 * SECOND)
  one.net = 'up'
  await held.release()
  assert.equal(world.lease(), null)
})

test('what was taken without an answer is known as its own by the same process', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one', process: 'p1' })
  one.net = 'deaf'
  await assert.rejects(one.lock.take('run-1', 'step-a'), /hears no answer/)
  one.net = 'up'
  await (await one.lock.take('run-1', 'step-a')).release()
  assert.equal(world.lease(), null)
})

test('nobody waits for the lease of a process that is known to be gone', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one', process: 'p1' })
  await one.lock.take('run-1', 'step-a')
  one.stop()
  world.end('p1')
  const two = world.machine({ name: 'one', process: 'p2' })
  await two.lock.take('run-2', 'step-a')
  assert.deepEqual(two.said, [])
  assert.equal(world.lease()?.process, 'p2')
})

test('a lease that goes while it is watched is free', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  const held = await one.lock.take('run-1', 'step-a')
  const second = world.machine({ name: 'two' }).lock.take('run-2', 'step-a')
  await world.pass(1 * SECOND)
  await held.release()
  await world.pass(2 * SECOND)
  ;(await second).mustHold()
})

test('of many that have watched the same silent lease, exactly one takes it', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  await one.lock.take('run-1', 'step-a')
  one.stop()
  const many = Array.from({ length: 8 }, (_, i) =>
    world.machine({ name: `m${String(i)}` }).lock.take(`run-${String(i)}`, 'step-a'),
  )
  const ends = Promise.allSettled(many)
  await world.pass(60 * SECOND)
  const settled = await ends
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const end of settled) {
    if (end.status === 'rejected') assert.ok(end.reason instanceof LockedError, String(end.reason))
  }
})

test('a lease that asks for longer is watched for longer', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  await one.lock.take('run-1', 'step-a')
  one.stop()
  world.put({ seconds: 60 })
  const second = watched(world.machine({ name: 'two' }).lock.take('run-2', 'step-a'))
  await world.pass(59 * SECOND)
  assert.equal(second.ended, false)
  await world.pass(3 * SECOND)
  assert.equal(second.ended, true)
})

test('Ctrl-C ends the wait for it', async () => {
  const world = leaseWorld()
  const one = world.machine({ name: 'one' })
  await one.lock.take('run-1', 'step-a')
  const interrupt = new AbortController()
  const two = world.machine({ name: 'two', signal: interrupt.signal })
  const second = two.lock.take('run-2', 'step-a')
  await world.pass(1 * SECOND)
  interrupt.abort(new Error('enough'))
  await assert.rejects(second, /enough/)
})

test('before it is taken nothing is asked and nothing is held back', () => {
  const world = leaseWorld()
  world.machine({ name: 'one' }).lock.mayWrite()
  assert.deepEqual(world.writes, [])
})
