import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { mounts } from '../../../lib/linux/mounts.ts'
import {
  freshName,
  look,
  makesAndRemoves,
  namespace,
  now,
  put,
  restore,
  sh,
  skip,
} from './support.ts'

test('a network namespace is made, found, and removed', { skip }, async () => {
  const name = freshName()
  await makesAndRemoves({ kind: 'network-namespace', name }, `network namespace ${name}`)
  assert.ok(!(await readdir('/run/netns').catch((): string[] => [])).includes(name))
})

test('iproute2 knows it by its name, and it is empty', { skip }, async (t) => {
  const name = await namespace(t)
  assert.match(await sh('ip', 'netns', 'list'), new RegExp(`^${name}\\b`, 'm'))
  const links = JSON.parse(await sh('ip', '-n', name, '-json', 'link')) as { ifname: string }[]
  assert.deepEqual(
    links.map(({ ifname }) => ifname),
    ['lo'],
  )
})

test('nothing but the namespace itself is mounted for it', { skip }, async (t) => {
  // Other tests and labs make namespaces at the same time.
  const others = async () =>
    (await mounts()).filter(({ path }) => !path.startsWith('/run/netns/')).map(({ path }) => path)
  const before = await others()
  const name = await namespace(t)
  assert.deepEqual(
    (await others()).filter((path) => !before.includes(path)),
    [],
  )
  const own = (await mounts()).filter(({ path }) => path === `/run/netns/${name}`)
  assert.deepEqual(
    own.map(({ type }) => type),
    ['nsfs'],
  )
})

test('one that was there before stays', { skip }, async (t) => {
  const name = await namespace(t)
  const resource = { kind: 'network-namespace', name } as const
  assert.deepEqual(await look(resource), { now: {}, change: null })
  assert.deepEqual(await restore(resource, {}), [`network namespace ${name} as it was`])
  assert.deepEqual(await now(resource), {})
})

test(
  'a name that a crash left without its namespace is made one, and then removed',
  { skip },
  async (t) => {
    const name = await namespace(t)
    const resource = { kind: 'network-namespace', name } as const
    await sh('umount', `/run/netns/${name}`)
    assert.deepEqual(await look(resource), {
      now: { broken: true },
      change: {
        action: 'change',
        what: `network namespace ${name}`,
        fields: [{ path: '.broken', from: true }],
      },
    })
    await put(resource)
    assert.equal((await look(resource)).change, null)
    assert.deepEqual(await restore(resource, { broken: true }), [
      `network namespace ${name} removed`,
    ])
    assert.equal(await now(resource), null)
  },
)

test('a file of that name is no namespace', { skip }, async (t) => {
  const path = `/run/netns/${await namespace(t)}-file`
  t.after(() => rm(path, { force: true }))
  await writeFile(path, '')
  assert.deepEqual(await now({ kind: 'network-namespace', name: path.slice(11) }), { broken: true })
})

test(
  'it can be removed after `ip netns add` has mounted the folder on itself',
  { skip },
  async () => {
    const name = freshName()
    // In a mount namespace of its own, since that mount would stay for good.
    const script = `
    import { spawnSync } from 'node:child_process'
    import { readdirSync } from 'node:fs'
    import { networkNamespace } from ${JSON.stringify(import.meta.resolve('../../../lib/linux/kinds/network-namespace.ts'))}
    const wanted = { kind: 'network-namespace', name: '${name}' }
    await networkNamespace.put(wanted, () => undefined)
    spawnSync('mount', ['--rbind', '/run/netns', '/run/netns'])
    const busy = spawnSync('ip', ['netns', 'delete', '${name}'], { encoding: 'utf8' })
    await networkNamespace.restore(wanted, null)
    console.log(JSON.stringify([busy.stderr, readdirSync('/run/netns').includes('${name}')]))`
    const node = [process.execPath, '--input-type=module', '--eval', script]
    const said = await sh('unshare', '--mount', '--propagation', 'private', ...node)
    const [busy, isThere] = JSON.parse(said) as [string, boolean]
    assert.match(busy, /Device or resource busy/)
    assert.equal(isThere, false)
  },
)
