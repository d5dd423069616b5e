import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
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

test('waiting ends with an abort', async (t) => {
  const folder = await tempDir(t)
  const abort = new AbortController()
  await withLock(folder, 'a', { signal, waiting: nobody }, async () => {
    const waiting = (): void => abort.abort(new Error('enough'))
    const second = withLock(folder, 'a', { signal: abort.signal, waiting }, async () => undefined)
    await assert.rejects(second, /enough/)
  })
})
