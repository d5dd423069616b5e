import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { mounts } from '../../../lib/linux/mounts.ts'
import type { MountNamespace } from '../../../lib/ports/resources.ts'
import { tempDir } from '../../supply/programs/support.ts'
import { look, makesAndRemoves, now, put, restore, sh, skip } from './support.ts'

interface Given {
  readonly folder: string
  readonly own: MountNamespace
}

/** A namespace in which a folder and a file hide others. */
async function given(t: TestContext): Promise<Given> {
  // Before the folder goes: what is asked for first is done first.
  const made: MountNamespace[] = []
  t.after(async () => {
    for (const one of made) await restore(one, null)
  })
  const folder = await tempDir(t)
  for (const one of ['theirs', 'ours']) {
    await mkdir(join(folder, one, 'conf'), { recursive: true })
    await writeFile(join(folder, one, 'conf', 'file'), one)
    await writeFile(join(folder, one, 'setting'), `${one}\n`)
  }
  const own: MountNamespace = {
    kind: 'mount-namespace',
    path: join(folder, 'mnt', 'worker'),
    binds: ['conf', 'setting'].map((part) => ({
      from: join(folder, 'ours', part),
      to: join(folder, 'theirs', part),
    })),
  }
  made.push(own, { ...own, path: join(folder, 'mnt', 'other') })
  return { folder, own }
}

function inside({ path }: MountNamespace, ...argv: readonly string[]): Promise<string> {
  return sh('nsenter', `--mount=${path}`, ...argv)
}

async function mountsBelow(folder: string): Promise<readonly string[]> {
  return (await mounts()).map(({ path }) => path).filter((path) => path.startsWith(folder))
}

test('a mount namespace is made, found, and removed with its folder', { skip }, async (t) => {
  const { folder, own } = await given(t)
  await makesAndRemoves(own, `mount namespace ${own.path}`)
  assert.deepEqual(await mountsBelow(folder), [])
  assert.deepEqual(await readdir(folder), ['ours', 'theirs'])
})

test(
  'inside it the binds hide the machine’s own paths, outside nothing has changed',
  { skip },
  async (t) => {
    const { folder, own } = await given(t)
    await put(own)
    const [file, setting] = [join(folder, 'theirs/conf/file'), join(folder, 'theirs/setting')]
    assert.equal(await inside(own, 'cat', file), 'ours')
    assert.equal(await inside(own, 'cat', setting), 'ours')
    assert.equal(await readFile(file, 'utf8'), 'theirs')
    const machine = [join(folder, 'mnt'), own.path]
    assert.deepEqual(await mountsBelow(folder), machine, 'only what keeps the namespace')
  },
)

test('a setting of the kernel can be hidden by a file', { skip }, async (t) => {
  const { folder, own } = await given(t)
  const to = '/proc/sys/kernel/panic'
  const machine = await readFile(to, 'utf8')
  await put({ ...own, binds: [{ from: join(folder, 'ours/setting'), to }] })
  assert.equal(await inside(own, 'cat', to), 'ours')
  assert.equal(await readFile(to, 'utf8'), machine)
})

test('what is mounted inside it is not seen outside, and vanishes with it', { skip }, async (t) => {
  const { folder, own } = await given(t)
  await put(own)
  const target = join(folder, 'theirs')
  await inside(own, 'mount', '-t', 'tmpfs', 'none', target)
  assert.ok(!(await mountsBelow(folder)).includes(target))
  await restore(own, null)
  assert.deepEqual(await mountsBelow(folder), [])
  await rm(folder, { recursive: true })
})

test('one that a killed run left half-made gets what it lacks', { skip }, async (t) => {
  const { folder, own } = await given(t)
  const [first] = own.binds
  await put({ ...own, binds: first ? [first] : [] })
  const seen = `${join(folder, 'ours/conf')} on ${join(folder, 'theirs/conf')}`
  assert.deepEqual(await now(own), { binds: [seen] })
  await put(own)
  assert.equal((await look(own)).change, null)
  assert.equal(await inside(own, 'cat', join(folder, 'theirs/setting')), 'ours')
})

test('a source that was recreated is bound again', { skip }, async (t) => {
  const { folder, own } = await given(t)
  await put(own)
  await rm(join(folder, 'ours/conf'), { recursive: true })
  await mkdir(join(folder, 'ours/conf'))
  await writeFile(join(folder, 'ours/conf/file'), 'newer')
  assert.equal((await look(own)).change?.action, 'change')
  await put(own)
  assert.equal((await look(own)).change, null)
  assert.equal(await inside(own, 'cat', join(folder, 'theirs/conf/file')), 'newer')
})

test('two in one folder go one by one', { skip }, async (t) => {
  const { folder, own } = await given(t)
  const other = { ...own, path: join(folder, 'mnt', 'other') }
  await put(own, other)
  await restore(own, null)
  assert.equal((await look(other)).change, null)
  assert.equal(await inside(other, 'cat', join(folder, 'theirs/setting')), 'ours')
  await restore(other, null)
  assert.deepEqual(await mountsBelow(folder), [])
})

test('one that was there before stays', { skip }, async (t) => {
  const { own } = await given(t)
  await put(own)
  const before = await now(own)
  await restore(own, before)
  assert.deepEqual(await now(own), before)
})

test(
  'an ordinary file of that name, as after a reboot, is no namespace and no hindrance',
  { skip },
  async (t) => {
    const { folder, own } = await given(t)
    await mkdir(join(folder, 'mnt'))
    await writeFile(own.path, '')
    assert.equal(await now(own), null)
    await put(own)
    assert.equal((await look(own)).change, null)
  },
)

test(
  'a bind onto what is not there fails with what mount says, and what was made can be taken away',
  { skip },
  async (t) => {
    const { folder, own } = await given(t)
    const bind = { from: join(folder, 'ours/conf'), to: join(folder, 'none') }
    await assert.rejects(put({ ...own, binds: [bind] }), {
      name: 'StepError',
      message: `\`nsenter --mount=${own.path} mount --bind ${bind.from} ${bind.to}\` failed with exit code 32`,
    })
    await restore(own, null)
    assert.deepEqual(await mountsBelow(folder), [])
  },
)
