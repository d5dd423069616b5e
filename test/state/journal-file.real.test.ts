import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { journalFile } from '../../lib/state/journal-file.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hardway-journal-'))
  t.after(() => {
    rmSync(made, { recursive: true })
  })
  return made
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const bytes = (text: string) => Buffer.from(text)

test('nothing is made by looking; the first write makes file 0600 and folder 0700', async (t) => {
  const state = join(folder(t), 'deep', 'state')
  const journal = journalFile(join(state, 'journal'))
  assert.equal(await journal.read(), null)
  assert.throws(() => statSync(state), { code: 'ENOENT' })
  await journal.write(0, bytes('one\n'))
  await journal.write(4, bytes('two\n'))
  await journal.close()
  assert.equal(String(await journal.read()), 'one\ntwo\n')
  assert.deepEqual([modeOf(state), modeOf(join(state, 'journal'))], ['700', '600'])
})

test('a torn end is cut off before the next line is written', async (t) => {
  const path = join(folder(t), 'journal')
  writeFileSync(path, 'one\ntw', { mode: 0o644 })
  const journal = journalFile(path)
  await journal.write(4, bytes('x\n'))
  await journal.close()
  assert.equal(readFileSync(path, 'utf8'), 'one\nx\n')
  assert.equal(modeOf(path), '600')
})

test('a symlink in the place of the journal or of its folder is not followed', async (t) => {
  const base = folder(t)
  mkdirSync(join(base, 'state'))
  writeFileSync(join(base, 'precious'), 'precious')
  symlinkSync(join(base, 'precious'), join(base, 'state', 'journal'))
  symlinkSync(join(base, 'state'), join(base, 'other'))
  const cases = [
    ['state', `${base}/state/journal`],
    ['other', `${base}/other`],
  ] as const
  for (const [name, named] of cases) {
    const journal = journalFile(join(base, name, 'journal'))
    const refusal = { name: 'InputError', message: `${named} is a symlink; it is not followed` }
    await assert.rejects(journal.read(), refusal)
    await assert.rejects(journal.write(0, bytes('x\n')), refusal)
  }
  assert.equal(readFileSync(join(base, 'precious'), 'utf8'), 'precious')
})

test('a folder, and a pipe that nobody writes to, are refused without waiting', async (t) => {
  const base = folder(t)
  mkdirSync(join(base, 'folder'))
  execFileSync('mkfifo', [join(base, 'pipe')])
  for (const name of ['folder', 'pipe']) {
    await assert.rejects(journalFile(join(base, name)).read(), {
      name: 'InputError',
      message: `${join(base, name)} is not a plain file; it is not followed`,
    })
  }
})

test('a state folder into which others may write is refused, and stays as it is', async (t) => {
  const base = folder(t)
  chmodSync(base, 0o777)
  const refusal = { name: 'InputError', message: /is not trusted: not only \S+ may change it$/ }
  await assert.rejects(journalFile(join(base, 'journal')).write(0, bytes('x\n')), refusal)
  assert.equal(modeOf(base), '777')
})

test('a journal that got shorter under our hands is not written on', async (t) => {
  const path = join(folder(t), 'journal')
  const journal = journalFile(path)
  await journal.write(0, bytes('one\n'))
  writeFileSync(path, '')
  await assert.rejects(journal.write(4, bytes('two\n')), /has become shorter/)
  await journal.close()
  assert.equal(readFileSync(path, 'utf8'), '')
})

test('a journal that may not be read is refused with the reason', async (t) => {
  if (process.getuid?.() === 0) {
    t.skip('root may read everything')
    return
  }
  const path = join(folder(t), 'journal')
  writeFileSync(path, 'x\n', { mode: 0 })
  await assert.rejects(journalFile(path).read(), /cannot be opened: EACCES/)
})

/** A file system of 64 KiB, or null where it cannot be mounted. */
function tinyDisk(t: TestContext): string | null {
  const base = mkdtempSync(join(tmpdir(), 'hardway-disk-'))
  const options = ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'hardway-test', base]
  const mounted = spawnSync('mount', options).status === 0
  t.after(() => {
    if (mounted) execFileSync('umount', [base])
    rmSync(base, { recursive: true })
  })
  return mounted ? base : null
}

test('on a full disk the journal stays as it was, the error says what to do, and later it goes on', async (t) => {
  const disk = tinyDisk(t)
  if (disk === null) {
    t.skip('no right to mount a tmpfs')
    return
  }
  const path = join(disk, 'journal')
  const journal = journalFile(path)
  await journal.write(0, bytes('one\n'))
  const big = Buffer.alloc(128 * 1024, 'x')
  await assert.rejects(journal.write(4, big), {
    name: 'StepError',
    message: `${path} cannot be written: the disk is full`,
  })
  assert.equal(String(await journal.read()), 'one\n')
  await journal.write(4, bytes('two\n'))
  assert.equal(String(await journal.read()), 'one\ntwo\n')
  await journal.close()

  const fresh = journalFile(join(disk, 'fresh'))
  await assert.rejects(fresh.write(0, big), { name: 'StepError' })
  assert.equal(await fresh.read(), null)
  await fresh.write(0, bytes('one\n'))
  assert.equal(String(await fresh.read()), 'one\n')
  await fresh.close()
})
