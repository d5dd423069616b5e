import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import { readKept, removeKept, writeKept } from '../../lib/state/kept-file.ts'

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hardway-kept-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('what is kept is read back, replaced as a whole, and gone when it was removed', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'state', 'a.json')
    assert.equal(await readKept(path), null)
    await writeKept(path, 'one')
    await writeKept(path, 'two')
    assert.equal(await readKept(path), 'two')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual(await readdir(join(folder, 'state')), ['a.json'])
    await removeKept(path)
    await removeKept(path)
    assert.equal(await readKept(path), null)
  })
})

test('a symlink is neither read nor followed', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'a.json')
    await symlink(join(folder, 'elsewhere'), path)
    await assert.rejects(readKept(path), InputError)
  })
})
