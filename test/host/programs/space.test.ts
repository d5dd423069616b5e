import assert from 'node:assert/strict'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StepError } from '../../../lib/errors.ts'
import { run } from '../../../lib/host/command.ts'
import { must } from '../../../lib/host/must.ts'
import { acquireFamily } from '../../../lib/host/programs/acquire.ts'
import type { Family } from '../../../lib/host/programs/family.ts'
import { contextIn, filesBelow, serve, signal, sumOf } from './support.ts'

test('a disk that gets full is told with path, room and remedy, and nothing half stays', async (t) => {
  const disk = await mkdtemp(join(tmpdir(), 'hardway-disk-'))
  t.after(() => rmdir(disk))
  const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk])
  if (mounted.code !== 0) {
    t.skip(`a small disk cannot be mounted: ${mounted.stderr.trim()}`)
    return
  }
  try {
    const body = Buffer.alloc(1_000_000)
    const host = await serve(t, (_, response) => response.end(body))
    const context = { ...(await contextIn(t)), cacheDir: join(disk, 'cache') }
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
    const acquiring = acquireFamily(wanted, context, () => undefined, signal)
    const error: unknown = await acquiring.catch((thrown: unknown) => thrown)
    assert.ok(error instanceof StepError, String(error))
    const { problem, seen, remedy } = error.explanation
    assert.equal(problem, `no room left on the disk of ${context.cacheDir}`)
    assert.match(seen?.join('\n') ?? '', /ENOSPC[^]*free there: 0\.\d MB/)
    assert.match(remedy, /XDG_CACHE_HOME=\S+ npx tsx run.ts --resume/)
    assert.deepEqual(await filesBelow(join(context.cacheDir, 'programs')), [])
  } finally {
    await must(['umount', disk])
  }
})
