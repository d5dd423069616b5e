import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { daemonsOf, end, MARK, type Marked, markedProcesses } from '../../lib/linux/processes.ts'
import { startOf } from '../../lib/process/process-identity.ts'
import { freshName } from './kinds/support.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'

/** A process with a mark; it ends with the test. */
async function marked(t: TestContext, mark: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn('/bin/sleep', ['600'], { env: { [MARK]: mark, MORE: 'a=b' } })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child as ChildProcess & { pid: number }
}

async function find(mark: string): Promise<readonly Marked[]> {
  return markedProcesses().filter((one) => one.mark === mark)
}

test('a marked process is found with its arguments and its environment', { skip }, async (t) => {
  const mark = `${freshName()}/host/sleep`
  const { pid } = await marked(t, mark)
  const [found, ...more] = await find(mark)
  assert.deepEqual([found?.pid, found?.argv, more], [pid, ['/bin/sleep', '600'], []])
  assert.deepEqual(found?.env, { MORE: 'a=b' })
  assert.equal(found.started, startOf(pid))
})

test('a process with a longer name for its mark is not meant', { skip }, async (t) => {
  const child = spawn('/bin/sleep', ['600'], { env: { [`X${MARK}`]: 'a/b/sleep' } })
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  assert.ok(!markedProcesses().some(({ pid }) => pid === child.pid))
})

test(
  'the daemons of a lab are those that are the program their mark names',
  { skip },
  async (t) => {
    const lab = freshName()
    const { pid } = await marked(t, `${lab}/k8sworker0/sleep`)
    await marked(t, `${lab}/k8sworker0/containerd`)
    await marked(t, `${lab}-2/k8sworker0/sleep`)
    await marked(t, lab)
    const found = daemonsOf(lab)
    assert.deepEqual(
      found.map(({ host, name, pid: id }) => [host, name, id]),
      [['k8sworker0', 'sleep', pid]],
    )
    assert.ok(
      found.every(({ ageMs }) => ageMs >= 0 && ageMs < 60_000),
      JSON.stringify(found),
    )
  },
)

test('a process that has ended is none, even before it is reaped', { skip }, async (t) => {
  const { pid } = await marked(t, 'any')
  assert.equal(typeof startOf(pid), 'string')
  process.kill(pid, 'SIGKILL')
  while (startOf(pid) !== null) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(startOf(2 ** 30), null)
})

test('processes that are ended are gone when that returns', { skip }, async (t) => {
  const mark = `${freshName()}/host/sleep`
  const children = [await marked(t, mark), await marked(t, mark)]
  await end(await find(mark), 5_000)
  assert.deepEqual(await find(mark), [])
  const ended = await Promise.all(
    children.map(async (child) => {
      if (child.signalCode === null) await once(child, 'exit')
      return child.signalCode
    }),
  )
  assert.deepEqual(ended, ['SIGTERM', 'SIGTERM'])
})

test('a process that got the number of one that is gone is left alone', { skip }, async (t) => {
  const mark = `${freshName()}/host/sleep`
  const child = await marked(t, mark)
  const [found] = await find(mark)
  assert.ok(found)
  await end([{ ...found, started: '1' }], 5_000)
  assert.deepEqual([child.exitCode, child.signalCode], [null, null])
  assert.equal((await find(mark)).length, 1)
})

test('ending what is gone already is no failure', { skip }, async (t) => {
  const mark = `${freshName()}/host/sleep`
  const child = await marked(t, mark)
  const found = await find(mark)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await end(found, 5_000)
  await end([], 5_000)
})
