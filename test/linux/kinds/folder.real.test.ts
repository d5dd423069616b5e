import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { tempDir } from '../../supply/programs/support.ts'
import { look, makesAndRemoves, now, put, restore, sh, skip } from './support.ts'

test('a folder is made with its mode, found, and removed', async (t) => {
  const path = join(await tempDir(t), 'below', 'a folder')
  const folder = { kind: 'folder', path, mode: 0o711 } as const
  await makesAndRemoves(folder, `folder ${path}`)
  await put(folder)
  assert.equal((await lstat(path)).mode & 0o7777, 0o711)
})

test('what programs left in a folder of ours goes with it', async (t) => {
  const path = join(await tempDir(t), 'ours')
  const folder = { kind: 'folder', path, mode: 0o700 } as const
  await put(folder)
  await mkdir(join(path, 'data'))
  await writeFile(join(path, 'data', 'file'), 'left')
  await restore(folder, null)
  assert.equal(await now(folder), null)
})

test('a folder that was there keeps what is in it and gets its mode back', async (t) => {
  const path = await tempDir(t)
  const folder = { kind: 'folder', path, mode: 0o711 } as const
  await chmod(path, 0o750)
  await writeFile(join(path, 'theirs'), '')
  const { now: before, change } = await look(folder)
  assert.deepEqual(change, {
    action: 'change',
    what: `folder ${path}`,
    fields: [{ path: '.mode', from: 0o750, to: 0o711 }],
  })
  await put(folder)
  for (const time of ['once', 'again']) {
    assert.deepEqual(await restore(folder, before), [`folder ${path} as it was`], time)
    assert.deepEqual([await now(folder), await readdir(path)], [{ mode: 0o750 }, ['theirs']], time)
  }
})

test('a shared folder goes only when it is empty, and its mode is nobody’s business', async (t) => {
  const path = join(await tempDir(t), 'shared')
  const folder = { kind: 'folder', path, mode: 0o755, shared: true } as const
  await put(folder)
  await chmod(path, 0o700)
  assert.equal((await look(folder)).change, null)
  await writeFile(join(path, 'theirs'), '')
  await restore(folder, null)
  assert.deepEqual(await readdir(path), ['theirs'])
})

test(
  'a shared folder on which a worker of another lab has one of its own stays',
  { skip },
  async (t) => {
    const path = join(await tempDir(t), 'shared')
    const folder = { kind: 'folder', path, mode: 0o755, shared: true } as const
    await put(folder)
    const script = `mount -t tmpfs none ${path} && echo mounted && exec sleep 600`
    const worker = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script])
    t.after(() => worker.kill('SIGKILL'))
    await once(worker.stdout, 'data')
    await restore(folder, null)
    assert.equal((await lstat(path)).isDirectory(), true)
    const inside = `--mount=/proc/${String(worker.pid)}/ns/mnt`
    assert.equal(await sh('nsenter', inside, 'stat', '-f', '-c', '%T', path), 'tmpfs')
  },
)

test(
  'a folder on which somebody has mounted a disk of their own is emptied',
  { skip },
  async (t) => {
    const path = join(await tempDir(t), 'disk')
    const folder = { kind: 'folder', path, mode: 0o700 } as const
    await put(folder)
    await sh('mount', '-t', 'tmpfs', 'none', path)
    try {
      await mkdir(join(path, 'deep', 'deeper'), { recursive: true })
      await writeFile(join(path, 'deep', 'file'), '')
      await restore(folder, null)
      assert.deepEqual(await readdir(path), [])
    } finally {
      await sh('umount', path)
    }
  },
)

test('a shared folder may be a link to where the machine keeps it', async (t) => {
  const folder = await tempDir(t)
  await mkdir(join(folder, 'real'))
  await symlink(join(folder, 'real'), join(folder, 'link'))
  const path = join(folder, 'link')
  assert.equal((await look({ kind: 'folder', path, mode: 0o755, shared: true })).change, null)
})

test('what is no folder is refused and left alone', async (t) => {
  const path = join(await tempDir(t), 'file')
  await writeFile(path, 'theirs')
  const folder = { kind: 'folder', path, mode: 0o755 } as const
  assert.deepEqual(await now(folder), { mode: null })
  await assert.rejects(put(folder), {
    name: 'StepError',
    explanation: {
      problem: `${path} is in the way: it is not a folder`,
      remedy: `look at it (ls -ld ${path}); if it can go, move it elsewhere, then run again`,
    },
  })
  await restore(folder, { mode: null })
  assert.ok((await lstat(path)).isFile())
})

test('giving back the mode of a folder that is gone meanwhile is no failure', async (t) => {
  const path = join(await tempDir(t), 'gone')
  await restore({ kind: 'folder', path, mode: 0o755 }, { mode: 0o700 })
})
