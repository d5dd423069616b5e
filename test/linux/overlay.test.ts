import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overlayHost } from '../../lib/linux/overlay.ts'
import type { Resource } from '../../lib/ports/resources.ts'
import { fakeHost, type FakeHostOptions } from '../fakes/host.ts'
import { readOnlyHost } from '../fakes/read-only.ts'

const folder: Resource = { kind: 'folder', path: '/data', mode: 0o700 }
const file: Resource = { kind: 'file', path: '/data/file', mode: 0o600, text: 'planned\n' }
const quiet = (): void => undefined

function over(options: FakeHostOptions = {}) {
  const base = fakeHost(options)
  return { base, host: overlayHost(readOnlyHost(base)) }
}

test('what would be put is found again, and nothing is written', async () => {
  const { base, host } = over()
  await host.put([folder, file], quiet)
  assert.deepEqual(
    (await host.look([file, folder])).map(({ change }) => change),
    [null, null],
  )
  assert.deepEqual([base.snapshot(), base.writes], [{}, []])
})

test('what was not put is looked at below, in the order of the question', async () => {
  const { base, host } = over()
  base.set(folder, { mode: 0o711 })
  await host.put([file], quiet)
  const seen = await host.look([folder, file, { ...file, path: '/other' }])
  assert.deepEqual(
    seen.map(({ now, change }) => [now, change?.action ?? null]),
    [
      [{ mode: 0o711 }, 'change'],
      [{}, null],
      [null, 'create'],
    ],
  )
})

test('only what is wanted alike counts as put', async () => {
  const { host } = over()
  await host.put([file], quiet)
  const [seen] = await host.look([{ ...file, text: 'other' }])
  assert.equal(seen?.change?.action, 'create')
})

test('a file that would be put is read with the text it would have, the last of several', async () => {
  const { host } = over({ files: { '/data/file': 'on the disk', '/data/other': 'other' } })
  const read = async (path: string) => Buffer.from((await host.readFile(path)) ?? []).toString()
  assert.equal(await read('/data/file'), 'on the disk')
  await host.put([file, { ...file, text: 'later' }], quiet)
  assert.equal(await read('/data/file'), 'later')
  await host.put([file], quiet)
  assert.equal(await read('/data/file'), 'planned\n')
  assert.equal(await read('/data/other'), 'other')
  assert.equal(await host.readFile('/none'), null)
})

test('what would be given back is as below again', async () => {
  const { base, host } = over()
  await host.put([file], quiet)
  assert.deepEqual(await host.restore([{ resource: file, now: null }]), [])
  assert.equal((await host.look([file]))[0]?.now, null)
  assert.deepEqual(base.writes, [])
})

test('all that only looks is asked of the machine itself', async () => {
  const { base, host } = over({
    fetch: () => ({ status: 200, body: Buffer.from('body') }),
    inspectTls: () => ({ status: 'bad', reason: 'expired' }),
    answering: (socket) => socket === '/run/a.sock',
    facts: { cpus: 64 },
  })
  const path = {
    kind: 'process',
    lab: 'lab',
    host: 'a',
    name: 'etcd',
    argv: ['/bin/etcd'],
  } as const
  const rest = { env: {}, log: '/log', netns: 'a', mountNamespace: null, cgroup: 'lab', reads: [] }
  base.set({ ...path, ...rest }, { argv: ['/bin/etcd'], env: {} })
  const how = { limit: 1, timeoutMs: 1 }
  assert.equal((await host.fetch('http://a', how)).status, 200)
  assert.equal((await host.inspectTls('a:1', { ca: '', identity: 'a' })).status, 'bad')
  assert.deepEqual(await host.answering(['/run/a.sock', '/run/b.sock']), [true, false])
  assert.equal((await host.facts()).cpus, 64)
  assert.deepEqual(
    (await host.daemons('lab')).map(({ name }) => name),
    ['etcd'],
  )
})
