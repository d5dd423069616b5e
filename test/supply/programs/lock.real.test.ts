import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdersOf, withLock } from '../../../lib/supply/programs/lock.ts'
import { filesBelow, signal, tempDir } from './support.ts'

const nobody = (): void => assert.fail('there was nobody to wait for')

test('a lock is there during the work and gone after it, also when the work fails', async (t) => {
  const folder = await tempDir(t)
  const work = async (): Promise<void> => {
    assert.deepEqual(await holdersOf(folder), [process.pid])
    throw new Error('broken')
  }
  await assert.rejects(withLock(folder, 'a', { signal, waiting: nobody }, work), /broken/)
  assert.deepEqual(await filesBelow(folder), [])
})

test('the second waits, saying for whom, and works after the first', async (t) => {
  const folder = await tempDir(t)
  const order: string[] = []
  const first = withLock(folder, 'a', { signal, waiting: nobody }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    order.push('first')
  })
  const waiting = (pid: number): void => void order.push(`waits for ${pid}`)
  await new Promise((resolve) => setTimeout(resolve, 20))
  const second = withLock(folder, 'a', { signal, waiting }, async () => void order.push('second'))
  await Promise.all([first, second])
  assert.deepEqual(order, [`waits for ${process.pid}`, 'first', 'second'])
})

test('locks of other names do not wait', async (t) => {
  const folder = await tempDir(t)
  await withLock(folder, 'a', { signal, waiting: nobody }, () =>
    withLock(folder, 'b', { signal, waiting: nobody }, async () => undefined),
  )
})

test('a lock of a process that is gone, or whose number is another’s by now, is taken over', async (t) => {
  if (process.platform !== 'linux') {
    t.skip('needs /proc')
    return
  }
  const folder = await tempDir(t)
  const child = spawn('true')
  await new Promise((resolve) => child.on('exit', resolve))
  for (const held of [`${child.pid} 12345\n`, `${process.pid} 1\n`, '', 'nonsense']) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'a.lock'), held)
    assert.deepEqual(await holdersOf(folder), [])
    assert.equal(
      await withLock(folder, 'a', { signal, waiting: nobody }, async () => 'done'),
      'done',
    )
  }
})

test('of many that find a dead holder at once one works at a time', async (t) => {
  const folder = await tempDir(t)
  let [working, worked] = [0, 0]
  const work = async (): Promise<void> => {
    working += 1
    assert.equal(working, 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    working -= 1
    worked += 1
  }
  // Whoever finds a living holder has seen enough.
  const one = async (): Promise<void> => {
    const abort = new AbortController()
    const waiting = (): void => abort.abort('held')
    const done = withLock(folder, 'a', { signal: abort.signal, waiting }, work)
    await done.catch((error: unknown) => assert.equal(error, 'held'))
  }
  for (let round = 1; round <= 30; round += 1) {
    await writeFile(join(folder, 'a.lock'), '1 1\n')
    await Promise.all(Array.from({ length: 6 }, one))
    assert.ok(worked >= round)
    assert.deepEqual(await filesBelow(folder), [])
  }
})

test('who died while taking a dead holder’s lock away keeps nobody from it', async (t) => {
  const folder = await tempDir(t)
  const guard = createHash('sha256').update('1 1\n').digest('hex')
  await writeFile(join(folder, 'a.lock'), '1 1\n')
  await writeFile(join(folder, `a.lock.${guard}`), '2 2\n')
  await withLock(folder, 'a', { signal, waiting: nobody }, async () => undefined)
  assert.deepEqual(await filesBelow(folder), [])
})

test('waiting ends with an abort', async (t) => {
  const folder = await tempDir(t)
  const abort = new AbortController()
  await withLock(folder, 'a', { signal, waiting: nobody }, async () => {
    const waiting = (): void => abort.abort(new Error('enough'))
    const second = withLock(folder, 'a', { signal: abort.signal, waiting }, async () => undefined)
    await assert.rejects(second, /enough/)
  })
})
