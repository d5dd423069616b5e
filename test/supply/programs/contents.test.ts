import assert from 'node:assert/strict'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LockedError } from '../../../lib/core/errors.ts'
import { cacheDirOf, foldersOf } from '../../../lib/supply/programs/context.ts'
import { emptyCache, listCache } from '../../../lib/supply/programs/contents.ts'
import { withLock } from '../../../lib/supply/programs/lock.ts'
import { describeFiles, writeRecord } from '../../../lib/supply/programs/record.ts'
import { contextIn, filesBelow, signal } from './support.ts'

async function filled(t: Parameters<typeof contextIn>[0]) {
  const context = await contextIn(t)
  const folders = foldersOf(context)
  const programs = join(folders.programs, 'runc-123')
  await mkdir(join(programs, 'bin'), { recursive: true })
  await writeFile(join(programs, 'bin', 'runc'), 'x'.repeat(1000))
  await writeRecord(programs, {
    family: 'runc',
    version: '1.3.4',
    source: { kind: 'release', url: 'https://x.example/runc', sum: 'sha256:0' },
    files: await describeFiles(programs),
  })
  await mkdir(folders.downloads, { recursive: true })
  await writeFile(join(folders.downloads, 'a.tar.gz.part'), 'y'.repeat(500))
  await mkdir(folders.goBuild, { recursive: true })
  await writeFile(join(folders.goBuild, 'z'), 'z'.repeat(50))
  return { context, folders }
}

test('the list tells what lies there, from where and how large; nothing where there is nothing', async (t) => {
  const { context, folders } = await filled(t)
  const list = await listCache(context)
  assert.deepEqual(
    list.map(({ path, what }) => [path, what]),
    [
      [join(folders.programs, 'runc-123'), 'programs, release 1.3.4, https://x.example/runc'],
      [join(folders.downloads, 'a.tar.gz.part'), 'a download'],
      [folders.goBuild, 'what Go has compiled; without it a build takes about ten minutes'],
    ],
  )
  assert.ok((list[0]?.bytes ?? 0) > 1000)
  assert.deepEqual(
    list.slice(1).map(({ bytes }) => bytes),
    [500, 50],
  )
  assert.deepEqual(await listCache(await contextIn(t)), [])
})

test('emptying removes all of it, and the folder', async (t) => {
  const { context } = await filled(t)
  assert.equal((await emptyCache(context)).length, 3)
  await assert.rejects(access(context.cacheDir))
  assert.deepEqual(await emptyCache(context), [])
})

test('emptying leaves what is not ours', async (t) => {
  const { context } = await filled(t)
  await writeFile(join(context.cacheDir, 'mine.txt'), '')
  await emptyCache(context)
  assert.deepEqual(await filesBelow(context.cacheDir), ['mine.txt'])
})

test('emptying is refused while a run fills the cache', async (t) => {
  const { context, folders } = await filled(t)
  await withLock(folders.locks, 'etcd', { signal, waiting: () => undefined }, async () => {
    await assert.rejects(emptyCache(context), LockedError)
  })
  assert.equal((await listCache(context)).length, 3)
})

test('the cache lies where the XDG specification has it', () => {
  assert.equal(cacheDirOf({ HOME: '/h' }), '/h/.cache/hardway')
  assert.equal(cacheDirOf({ HOME: '/h', XDG_CACHE_HOME: '/c' }), '/c/hardway')
  assert.equal(cacheDirOf({ HOME: '/h', XDG_CACHE_HOME: 'relative' }), '/h/.cache/hardway')
})
