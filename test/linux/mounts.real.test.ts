import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { isNamespaceMount, mounts } from '../../lib/linux/mounts.ts'
import { freshName, namespace, sh, skip } from './kinds/support.ts'
import { tempDir } from '../supply/programs/support.ts'

const linux = process.platform === 'linux' ? false : 'needs Linux'

test('the mounts of this process are found, with their types', { skip: linux }, async () => {
  const found = await mounts()
  assert.equal(found.find(({ path }) => path === '/proc')?.type, 'proc')
  assert.equal(found.filter(({ path }) => path === '/').length > 0, true)
})

test('a path with blanks is told as it is', { skip }, async (t) => {
  const mounted: string[] = []
  t.after(async () => {
    for (const path of mounted) await sh('umount', path)
  })
  const path = join(await tempDir(t), `${freshName()} with\tblanks and \\`)
  await mkdir(path)
  await sh('mount', '-t', 'tmpfs', 'none', path)
  mounted.push(path)
  assert.deepEqual(
    (await mounts()).filter((mount) => mount.path === path),
    [{ path, type: 'tmpfs' }],
  )
})

test('a name is a namespace only while something is mounted on it', { skip }, async (t) => {
  const path = `/run/netns/${await namespace(t)}`
  assert.equal(await isNamespaceMount(path), true)
  await sh('umount', path)
  assert.equal(await isNamespaceMount(path), false)
  assert.equal(await isNamespaceMount('/nowhere/at/all'), false)
})
