import assert from 'node:assert/strict'
import { mkdtemp, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { StepError } from '../../../lib/core/errors.ts'
import { run } from '../../../lib/process/command.ts'
import { runOrThrow } from '../../../lib/process/run-or-throw.ts'
import { acquirePrograms } from '../../../lib/supply/programs/acquire.ts'
import type { Family } from '../../../lib/supply/programs/family.ts'
import { contextIn, filesBelow, serve, signal, sumOf, tempDir } from './support.ts'

/** A disk of its own, gone after `work`; skips the test where this user may not mount one. */
async function onDisk(t: TestContext, options: string, work: (disk: string) => Promise<void>) {
  const disk = await mkdtemp(join(tmpdir(), 'hardway-disk-'))
  t.after(() => rmdir(disk))
  const mounted = await run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', disk])
  if (mounted.code !== 0) {
    t.skip(`no disk of its own can be mounted: ${mounted.stderr.trim()}`)
    return
  }
  try {
    await work(disk)
  } finally {
    await runOrThrow(['umount', disk])
  }
}

async function failureOn(t: TestContext, cacheDir: string): Promise<StepError> {
  const body = Buffer.alloc(1_000_000)
  const host = await serve(t, (_, response) => response.end(body))
  const wanted: Family = {
    name: 'runc',
    version: '1',
    programs: ['runc'],
    release: {
      host,
      path: '/runc',
      sums: { amd64: sumOf(body) },
      sumsFrom: 'this test',
      limit: 2_000_000,
      folder: null,
    },
    packages: { names: ['never-tried'], folder: 'bin' },
  }
  const context = { ...(await contextIn(t)), cacheDir }
  const acquiring = acquirePrograms(wanted, { context, progress: () => undefined, signal })
  const error: unknown = await acquiring.catch((thrown: unknown) => thrown)
  assert.ok(error instanceof StepError, String(error))
  return error
}

test('a disk that gets full is told with path, room and remedy, and nothing half stays', async (t) => {
  await onDisk(t, 'size=256k', async (disk) => {
    const cacheDir = join(disk, 'cache')
    const { problem, seen, remedy } = (await failureOn(t, cacheDir)).explanation
    assert.equal(problem, `no room left on the disk of ${cacheDir}`)
    assert.match(seen?.join('\n') ?? '', /ENOSPC[^]*free there: 0\.\d MB/)
    assert.match(remedy, /XDG_CACHE_HOME=\S+ npx tsx run.ts --resume/)
    assert.deepEqual(await filesBelow(join(cacheDir, 'programs')), [])
  })
})

test('a cache that may not be written to is told with what to do', async (t) => {
  await onDisk(t, 'ro', async (disk) => {
    const { problem, seen, remedy } = (await failureOn(t, join(disk, 'cache'))).explanation
    assert.equal(problem, `the cache ${join(disk, 'cache')} cannot be written to`)
    assert.match(seen?.[0] ?? '', /mkdir/)
    assert.match(remedy, /XDG_CACHE_HOME=\S+ npx tsx run.ts --resume; or look at it: ls -ld /)
  })
})

test('a file where the cache should be is told likewise', async (t) => {
  const file = join(await tempDir(t), 'file')
  await writeFile(file, '')
  const { problem } = (await failureOn(t, join(file, 'cache'))).explanation
  assert.equal(problem, `the cache ${join(file, 'cache')} cannot be written to`)
})
