import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileLock } from '../../lib/state/lock.ts'
import { isKnownGone, processMark } from '../../lib/process/process-identity.ts'
import { parseHolder } from '../../lib/state/lock-holder.ts'
import { LockedError } from '../../lib/core/errors.ts'
import { fakeClock } from '../fakes/engine.ts'

const HOLDER = new URL('../fakes/lock-holder.ts', import.meta.url).pathname

function lockPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hardway-lock-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return join(folder, 'state', 'lock')
}

interface Child {
  readonly process: ChildProcess
  /** The next line that it prints; null at its end. */
  line(): Promise<string | null>
  kill(): Promise<void>
}

function holder(t: TestContext, path: string, run: string, hold = 'forever'): Child {
  const child = spawn(process.execPath, [HOLDER, path, run, hold], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  t.after(kill)
  return {
    process: child,
    kill,
    async line() {
      const next = await lines.next()
      return next.done === true ? null : next.value
    },
  }
}

const lockOf = (path: string) => fileLock(path, fakeClock())

test('a second run is told who holds the lock, at which step, since when, and what to do', async (t) => {
  const path = lockPath(t)
  const other = holder(t, path, 'run-7')
  assert.equal(await other.line(), 'held')
  const { pid } = other.process
  await assert.rejects(lockOf(path).take('run-8', 'a'), (error) => {
    assert.ok(error instanceof LockedError)
    const { problem, seen, remedy } = error.explanation
    const who = `run-7 of ${userInfo().username}@${hostname()}, at first-step, since 20`
    assert.ok(problem.startsWith(`another run is in progress: ${who}`), problem)
    assert.deepEqual(seen, [`process ${String(pid)} on ${hostname()}, lock ${path}`])
    assert.equal(remedy, `wait until it ends, or stop it: kill -INT ${String(pid)}`)
    return true
  })
})

test('the lock of a killed process is taken over, and leaves nothing but itself', async (t) => {
  const path = lockPath(t)
  const other = holder(t, path, 'run-7')
  await other.line()
  await other.kill()
  const held = await lockOf(path).take('run-8', 'a')
  assert.equal(parseHolder(readFileSync(path, 'utf8'))?.run, 'run-8')
  assert.deepEqual(readdirSync(join(path, '..')), ['lock'])
  await held.release()
  assert.deepEqual(readdirSync(join(path, '..')), [])
})

test('a stopped process still holds its lock', async (t) => {
  const path = lockPath(t)
  const other = holder(t, path, 'run-7')
  await other.line()
  other.process.kill('SIGSTOP')
  await assert.rejects(lockOf(path).take('run-8', 'a'), LockedError)
})

test('of many processes that find the same dead holder, exactly one gets the lock', async (t) => {
  const path = lockPath(t)
  const dead = holder(t, path, 'dead')
  await dead.line()
  await dead.kill()
  const many = Array.from({ length: 4 }, (_, i) => holder(t, path, `run-${String(i)}`))
  const first = await Promise.all(many.map((child) => child.line()))
  assert.equal(first.filter((line) => line === 'held').length, 1, first.join('\n'))
  assert.equal(first.filter((line) => line?.startsWith('locked: another run')).length, 3)
})

test('of many at the very same moment, one takes over and the others are told', async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const path = lockPath(t)
    await lockOf(join(path, '..', 'other')).take('run-0', 'a')
    await rewritten(path, { pid: 4_000_000 })
    const many = Array.from({ length: 16 }, async (_, i) => {
      // Some come when the first is just through.
      await sleep(i / 4)
      return lockOf(path).take(`run-${String(i)}`, 'a')
    })
    const ends = await Promise.allSettled(many)
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const end of ends) {
      if (end.status === 'rejected')
        assert.ok(end.reason instanceof LockedError, String(end.reason))
    }
    assert.deepEqual(readdirSync(join(path, '..')).toSorted(), ['lock', 'other'])
  }
})

test('one after the other, each gets it when the one before has ended', async (t) => {
  const path = lockPath(t)
  for (const run of ['run-1', 'run-2']) {
    const child = holder(t, path, run, '1')
    assert.deepEqual(
      [await child.line(), await child.line(), await child.line()],
      ['held', 'releasing', null],
    )
  }
})

test('drafts and guards of killed processes are swept by whoever takes the lock next', async (t) => {
  const path = lockPath(t)
  const child = holder(t, path, 'dead')
  await child.line()
  const dead = readFileSync(path, 'utf8')
  await child.kill()
  const beside = join(path, '..')
  writeFileSync(`${path}.0011223344556677`, dead)
  writeFileSync(`${path}.over.0011223344556677`, dead)
  writeFileSync(`${path}.8899aabbccddeeff`, '')
  const lock = await fileLock(path, fakeClock()).take('run', 'step')
  assert.deepEqual(readdirSync(beside), ['lock'])
  const alive = readFileSync(path, 'utf8')
  writeFileSync(`${path}.0011223344556677`, alive)
  await lock.release()
  await (await fileLock(path, fakeClock()).take('run', 'step')).release()
  assert.deepEqual(readdirSync(beside), ['lock.0011223344556677'])
})

test('others see the step that the run is at', async (t) => {
  const path = lockPath(t)
  const held = await lockOf(path).take('run-1', 'a')
  await held.at('b')
  await assert.rejects(
    lockOf(path).take('run-2', 'a'),
    /run-1 of .*, at b, since 2026-01-02T03:04:05/,
  )
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await held.release()
})

/** The lock as this process would hold it, with something else in it. */
async function rewritten(path: string, more: object): Promise<void> {
  const held = await lockOf(path).take('run-1', 'a')
  const text = readFileSync(path, 'utf8')
  await held.release()
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(text) as object), ...more }))
}

const DEAD: readonly (readonly [string, object])[] = [
  ['another process got its number', { started: '1' }],
  ['the machine was restarted', { boot: 'another' }],
  ['its process is gone', { pid: 4_000_000 }],
]
for (const [name, more] of DEAD) {
  test(`a lock is taken over where ${name}`, async (t) => {
    const path = lockPath(t)
    // Keeps the folder when the first lock is released.
    await lockOf(join(path, '..', 'other')).take('run-0', 'a')
    await rewritten(path, more)
    const held = await lockOf(path).take('run-2', 'b')
    await held.release()
  })
}

const UNCLEAR: readonly (readonly [string, object])[] = [
  ['on another host', { host: 'elsewhere' }],
  ['in another container', { pids: 'pid:[1]' }],
]
for (const [name, more] of UNCLEAR) {
  test(`a lock held ${name} is never taken over: it says how to remove it`, async (t) => {
    const path = lockPath(t)
    await lockOf(join(path, '..', 'other')).take('run-0', 'a')
    await rewritten(path, { ...more, pid: 4_000_000 })
    await assert.rejects(lockOf(path).take('run-2', 'b'), (error) => {
      assert.ok(error instanceof LockedError)
      assert.equal(
        error.explanation.remedy,
        `wait until it ends; if it is over, remove its lock: rm ${path}`,
      )
      return true
    })
  })
}

test('a lock that names nobody counts as held', async (t) => {
  for (const text of ['', '{}', 'null', '{"v":2}']) {
    const path = lockPath(t)
    await lockOf(join(path, '..', 'other')).take('run-0', 'a')
    writeFileSync(path, text)
    await assert.rejects(lockOf(path).take('run-2', 'b'), /does not say by whom/)
  }
})

test('a run whose lock was taken away stops before its next write, and leaves the new one alone', async (t) => {
  const path = lockPath(t)
  const held = await lockOf(path).take('run-1', 'a')
  rmSync(path)
  await assert.rejects(held.at('b'), /was removed while this run was in progress/)
  const other = await lockOf(path).take('run-2', 'a')
  await assert.rejects(held.at('b'), /another run is in progress: run-2/)
  await held.release()
  assert.equal(parseHolder(readFileSync(path, 'utf8'))?.run, 'run-2')
  await other.release()
})

test('a symlink in the place of the lock is not followed', async (t) => {
  const path = lockPath(t)
  await lockOf(join(path, '..', 'other')).take('run-0', 'a')
  symlinkSync(join(path, '..', 'other'), path)
  await assert.rejects(lockOf(path).take('run-1', 'a'), {
    name: 'InputError',
    message: `${path} is a symlink; it is not followed`,
  })
})

test('a folder made for the lock alone goes with it', async (t) => {
  const path = lockPath(t)
  const held = await lockOf(path).take('run-1', 'a')
  await held.release()
  assert.throws(() => statSync(join(path, '..')), { code: 'ENOENT' })
})

test("a process is known to be gone only by the mark of this machine's own boot", async (t) => {
  const mark = processMark()
  assert.ok(mark !== null)
  assert.equal(isKnownGone(mark), false, 'this one lives')
  const [boot = '', pids = '', pid = '', started = ''] = mark.split(' ')
  assert.equal(
    isKnownGone([boot, pids, pid, `${started}0`].join(' ')),
    true,
    'a new owner of its pid',
  )
  assert.equal(isKnownGone([boot, pids, '4000000', started].join(' ')), true, 'no such process')
  const elsewhere = [
    ['another-boot', pids, '4000000', started],
    [boot, 'pid:[1]', '4000000', started],
    [boot, pids, '../1', started],
    [boot],
    [''],
  ]
  for (const parts of elsewhere) assert.equal(isKnownGone(parts.join(' ')), false, parts.join(' '))
  const other = holder(t, lockPath(t), 'run-7')
  await other.line()
  other.process.kill('SIGSTOP')
  const its = [boot, pids, String(other.process.pid), startOf(other.process.pid)].join(' ')
  assert.equal(isKnownGone(its), false, 'a stopped one may go on')
  await other.kill()
  assert.equal(isKnownGone(its), true)
})

function startOf(pid = 0): string {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
