import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { hierarchies } from '../../../lib/linux/kinds/cgroup.ts'
import { end, MARK, markedProcesses } from '../../../lib/linux/processes.ts'
import type { Process } from '../../../lib/ports/resources.ts'
import { tempDir } from '../../supply/programs/support.ts'
import { look, namespace, now, put, realHost, restore, skip } from './support.ts'

const host = realHost()

/** A daemon of a lab that nobody else has; it and all it started go away with the test. */
async function given(t: TestContext, more: Partial<Process> = {}): Promise<Process> {
  const netns = await namespace(t)
  const folder = await tempDir(t)
  t.after(async () => {
    await end(
      markedProcesses().filter(({ mark }) => mark.startsWith(`${netns}/`)),
      0,
    )
  })
  return {
    ...{ kind: 'process', lab: netns, host: 'host-a', name: 'sleep' },
    ...{ argv: ['/bin/sleep', '600'], env: { LC_ALL: 'C', GREETING: 'a=b c' } },
    ...{ log: join(folder, 'logs', 'daemon.log'), netns, mountNamespace: null, cgroup: netns },
    reads: [join(folder, 'config')],
    ...more,
  }
}

/** A daemon that starts another process and waits for it. */
function parent(script: string): Partial<Process> {
  return { name: 'bash', argv: ['/bin/bash', '-c', `${script}\nsleep 600 & wait`] }
}

async function pidsOf({ lab }: Process): Promise<readonly number[]> {
  return (await host.daemons(lab)).map(({ pid }) => pid)
}

/** All that bears the daemon's mark, by the name of its program. */
async function family({ lab }: Process): Promise<readonly string[]> {
  const own = markedProcesses().filter(({ mark }) => mark.startsWith(`${lab}/`))
  return own.map(({ argv }) => argv[0] ?? '').sort()
}

/** Looks again until what is seen fits: what a daemon does by itself takes a moment. */
async function becomes<T>(see: () => Promise<T>, fits: (seen: T) => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  for (let seen = await see(); !fits(seen); seen = await see()) {
    if (Date.now() > deadline) assert.fail(`after 10 s it still is ${inspect(seen)}`)
    await sleep(20)
  }
}

test('a daemon is started, found, and stopped', { skip }, async (t) => {
  const daemon = await given(t)
  assert.deepEqual(await look(daemon), {
    now: null,
    change: { action: 'create', what: 'sleep on host-a' },
  })
  await put(daemon)
  const { argv, env } = daemon
  assert.deepEqual(await look(daemon), { now: { argv, env, reads: 'current' }, change: null })
  for (const time of ['once', 'again']) {
    assert.deepEqual(await restore(daemon, null), ['sleep on host-a removed'], time)
    assert.equal(await now(daemon), null, time)
  }
})

test('a daemon is found as soon as it is put, under its own name', { skip }, async (t) => {
  const daemons = await Promise.all(['a', 'b', 'c'].map((name) => given(t, { host: name })))
  await put(...daemons)
  for (const daemon of daemons) {
    const found = await host.daemons(daemon.lab)
    assert.deepEqual(
      found.map(({ host, name }) => [host, name]),
      [[daemon.host, 'sleep']],
    )
  }
})

test(
  'it lives in its network namespace, a session of its own, and its cgroup, and keeps no folder busy',
  { skip },
  async (t) => {
    const daemon = await given(t)
    await put({ kind: 'cgroup', path: daemon.cgroup, delegate: false })
    t.after(() => restore({ kind: 'cgroup', path: daemon.cgroup, delegate: false }, null))
    await put(daemon)
    const [pid = 0] = await pidsOf(daemon)
    const { ino } = await stat(`/run/netns/${daemon.netns}`)
    assert.equal(await readlink(`/proc/${pid}/ns/net`), `net:[${ino}]`)
    assert.equal(await readlink(`/proc/${pid}/cwd`), '/')
    const session = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[3]
    assert.equal(session, String(pid))
    const { roots } = await hierarchies()
    const cgroups = await readFile(`/proc/${pid}/cgroup`, 'utf8')
    const ours = cgroups.split('\n').filter((line) => line.endsWith(`:/${daemon.cgroup}`))
    assert.equal(ours.length, roots.length)
  },
)

test('what it says goes into its log, after what is there', { skip }, async (t) => {
  const daemon = await given(t, parent('echo to stdout; echo to stderr >&2'))
  const log = async () => readFile(daemon.log, 'utf8').catch(() => '')
  for (const lines of [2, 4]) {
    await put(daemon)
    await becomes(log, (text) => text.split('\n').length > lines)
  }
  assert.equal(await log(), 'to stdout\nto stderr\n'.repeat(2))
})

test('it is found whoever started it', { skip }, async (t) => {
  const daemon = await given(t)
  const child = spawn('/bin/sleep', ['600'], { env: { [MARK]: `${daemon.lab}/host-a/sleep` } })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  assert.deepEqual(await pidsOf(daemon), [child.pid])
  const [field] = (await look(daemon)).change?.fields ?? []
  assert.deepEqual(field?.path, '.env')
  await put(daemon)
  assert.equal((await look(daemon)).change, null)
  assert.equal((await pidsOf(daemon)).length, 1)
})

test(
  'it is started again when a file that it reads has changed, was made or is gone',
  { skip },
  async (t) => {
    const daemon = await given(t)
    const [config = ''] = daemon.reads
    await put(daemon)
    for (const text of ['one', 'other']) {
      const before = await pidsOf(daemon)
      await writeFile(config, text)
      assert.deepEqual((await look(daemon)).change, {
        action: 'change',
        what: 'sleep on host-a',
        fields: [{ path: '.reads', from: 'changed', to: 'current' }],
      })
      await put(daemon)
      assert.equal((await look(daemon)).change, null)
      assert.notDeepEqual(await pidsOf(daemon), before)
    }
  },
)

test(
  'with other flags it is told and started again, and then as it was before',
  { skip },
  async (t) => {
    const daemon = await given(t)
    const older: Process = { ...daemon, argv: ['/bin/sleep', '500'], env: { OLD: '1' } }
    await put(older)
    const { now: before, change } = await look(daemon)
    assert.deepEqual(change?.fields, [
      { path: '.argv', from: older.argv, to: daemon.argv },
      { path: '.env', from: older.env, to: daemon.env },
    ])
    await put(daemon)
    assert.equal((await pidsOf(daemon)).length, 1)
    for (const time of ['once', 'again']) {
      assert.deepEqual(await restore(daemon, before), ['sleep on host-a as it was'], time)
      assert.deepEqual(await now(daemon), before, time)
    }
  },
)

test('giving back what runs already does not disturb it', { skip }, async (t) => {
  const daemon = await given(t)
  await put(daemon)
  const pids = await pidsOf(daemon)
  await restore(daemon, await now(daemon))
  assert.deepEqual(await pidsOf(daemon), pids)
})

test('given back together with what it reads, it has read that', { skip }, async (t) => {
  const daemon = await given(t)
  const [path = ''] = daemon.reads
  const config = { kind: 'file', path, mode: 0o644, text: 'new' } as const
  await put({ ...config, text: 'old' }, { ...daemon, argv: ['/bin/sleep', '500'] })
  const resources = [config, daemon]
  const found = await host.look(resources)
  await put(...resources)
  await host.restore(resources.map((resource, i) => ({ resource, now: found[i]?.now ?? null })))
  const after = await host.look(resources)
  assert.deepEqual(
    after.map((one) => one.now),
    found.map((one) => one.now),
  )
})

test(
  'what it started stays when it is started again, and ends with it when it is taken away',
  { skip },
  async (t) => {
    const daemon = await given(t, parent(''))
    await put(daemon)
    // Not before it is sleep: what was forked and still is bash would be taken for the daemon started twice.
    await becomes(
      () => family(daemon),
      (names) => names.includes('sleep'),
    )
    await put(daemon)
    await becomes(
      () => family(daemon),
      (names) => names.filter((name) => name === 'sleep').length === 2,
    )
    assert.deepEqual(await family(daemon), ['/bin/bash', 'sleep', 'sleep'])
    await restore(daemon, null)
    assert.deepEqual(await family(daemon), [])
  },
)

test('one that does not listen to SIGTERM is ended all the same', { skip }, async (t) => {
  const daemon = await given(t, parent("trap '' TERM; echo deaf"))
  await put(daemon)
  await becomes(
    () => readFile(daemon.log, 'utf8').catch(() => ''),
    (text) => text === 'deaf\n',
  )
  await restore(daemon, null)
  assert.deepEqual(await family(daemon), [])
})

test('one that was started twice is one again', { skip }, async (t) => {
  const daemon = await given(t)
  await put(daemon)
  const env = { ...daemon.env, [MARK]: `${daemon.lab}/host-a/sleep` }
  const twin = spawn('/bin/sleep', ['600'], { env })
  t.after(() => twin.kill('SIGKILL'))
  await once(twin, 'spawn')
  assert.equal((await pidsOf(daemon)).length, 2)
  await put(daemon)
  assert.equal((await pidsOf(daemon)).length, 1)
})

test('daemons of another lab, host or name are others', { skip }, async (t) => {
  const daemon = await given(t)
  const others = [
    { ...daemon, lab: `${daemon.lab}-other` },
    { ...daemon, host: 'host-b' },
    { ...daemon, name: 'sleeper' },
  ]
  await put(daemon)
  for (const other of others) assert.equal(await now(other), null)
  await restore({ ...daemon, host: 'host-b' }, null)
  assert.equal((await pidsOf(daemon)).length, 1)
})

test(
  'one that ends at once is not running, and that is all that starting tells',
  { skip },
  async (t) => {
    const daemon = await given(t, { name: 'false', argv: ['/bin/false'] })
    await put(daemon)
    await becomes(
      () => now(daemon),
      (seen) => seen === null,
    )
  },
)

test('a program that is not there leaves the reason in the log', { skip }, async (t) => {
  const daemon = await given(t, { name: 'none', argv: ['/nowhere/none'] })
  await put(daemon)
  assert.equal(await now(daemon), null)
  assert.match(await readFile(daemon.log, 'utf8'), /nsenter: failed to execute \/nowhere\/none/)
})
