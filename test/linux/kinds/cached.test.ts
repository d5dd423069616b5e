import assert from 'node:assert/strict'
import { mkdir, readlink, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { binDir } from '../../../lib/supply/programs/cache.ts'
import type { ProgramsContext } from '../../../lib/supply/programs/context.ts'
import type { Image, Programs } from '../../../lib/ports/resources.ts'
import { PROJECT } from '../../fakes/lab-world.ts'
import { tempDir } from '../../supply/programs/support.ts'
import { realHost } from './support.ts'

/** A machine whose cache is empty, and the programs that a lab in a folder wants. */
async function given(t: TestContext) {
  const folder = await tempDir(t)
  const context: ProgramsContext = {
    ...{ cacheDir: join(folder, 'cache'), projectDir: PROJECT, env: {}, arch: 'amd64' },
  }
  const into = join(folder, 'programs')
  await mkdir(into)
  const programs: Programs = { kind: 'programs', family: 'etcd', into }
  return { folder, context, into, programs, host: realHost({ context }) }
}

test('programs that are neither in the cache nor linked are absent', async (t) => {
  const { host, programs } = await given(t)
  assert.deepEqual(await host.look([programs]), [
    {
      now: null,
      change: {
        action: 'create',
        what: 'programs etcd',
        note: 'into the cache, from the official release, else built or unpacked here',
      },
    },
  ])
})

test('a link to an older place is told, and given back', async (t) => {
  const { host, programs, into } = await given(t)
  await symlink('/older/etcd', join(into, 'etcd'))
  const [found] = await host.look([programs])
  assert.deepEqual(found?.now, { cached: false, linked: false, target: '/older/etcd' })
  for (const now of [found.now, null, found.now]) {
    assert.deepEqual(await host.restore([{ resource: programs, now }]), [])
    const target = await readlink(join(into, 'etcd')).catch(() => null)
    assert.equal(target, now === null ? null : '/older/etcd')
  }
})

test('our own link goes, and one that was ours before stays', async (t) => {
  const { host, programs, into, context } = await given(t)
  const target = dirname(binDir('etcd', context))
  await symlink(target, join(into, 'etcd'))
  const [found] = await host.look([programs])
  assert.deepEqual(found?.now, { cached: false, linked: true })
  await host.restore([{ resource: programs, now: found.now }])
  assert.equal(await readlink(join(into, 'etcd')), target)
  await host.restore([{ resource: programs, now: { cached: true, linked: false } }])
  assert.deepEqual((await host.look([programs]))[0]?.now, null)
})

test('an image that is not in the cache is absent there and on every worker', async (t) => {
  const { host, folder } = await given(t)
  const image: Image = {
    kind: 'image',
    host: 'a',
    socket: join(folder, 'none.sock'),
    image: 'pause',
  }
  const seen = await host.look([{ kind: 'image-archive', image: 'pause' }, image])
  assert.deepEqual(seen, [
    {
      now: null,
      change: {
        action: 'create',
        what: 'image pause',
        note: 'into the cache, pulled by its digest, else made here',
      },
    },
    { now: null, change: { action: 'create', what: 'image pause on a' } },
  ])
})

test('an image cannot be imported before it is in the cache', async (t) => {
  const { host, folder } = await given(t)
  const socket = join(folder, 'none.sock')
  const image: Image = { kind: 'image', host: 'a', socket, image: 'coredns' }
  await assert.rejects(
    host.put([image], () => undefined),
    {
      name: 'StepError',
      explanation: {
        problem: 'the image coredns is not in the cache',
        remedy: 'npx tsx run.ts lab up, which gets it again',
      },
    },
  )
})

test('giving images back says nothing, as the cache and a worker’s store stay', async (t) => {
  const { host, folder } = await given(t)
  const socket = join(folder, 'containerd.sock')
  const image: Image = { kind: 'image', host: 'a', socket, image: 'probe' }
  const befores = [{ kind: 'image-archive', image: 'probe' } as const, image]
  const lines = await host.restore(befores.map((resource) => ({ resource, now: null })))
  assert.deepEqual(lines, [])
})
