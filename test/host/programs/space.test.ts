import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { StepError } from '../../../lib/errors.ts'
import { must, run } from '../../../lib/host/command.ts'
import { acquireFamily } from '../../../lib/host/programs/acquire.ts'
import { contextIn, filesBelow, serve, signal, sumOf } from './support.ts'

test('a disk that gets full is told with path, room and remedy, and nothing half stays', async (t) => {
  const context = await contextIn(t)
  await mkdir(context.cacheDir)
  const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', context.cacheDir])
  if (mounted.code !== 0) return t.skip(`a small disk cannot be mounted: ${mounted.stderr.trim()}`)
  t.after(() => must(['umount', context.cacheDir]))
  const body = Buffer.alloc(1_000_000)
  const host = await serve(t, (_, response) => response.end(body))
  const acquiring = acquireFamily(
    {
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
    },
    context,
    () => undefined,
    signal,
  )
  const error: unknown = await acquiring.catch((thrown: unknown) => thrown)
  assert.ok(error instanceof StepError, String(error))
  const { problem, seen, remedy } = error.explanation
  assert.equal(problem, `no room left on the disk of ${context.cacheDir}`)
  assert.match(seen?.join('\n') ?? '', /ENOSPC[^]*free there: 0\.\d MB/)
  assert.match(remedy, /XDG_CACHE_HOME=\S+ npx tsx run.ts --resume/)
  assert.deepEqual(await filesBelow(join(context.cacheDir, 'programs')), [])
})
