import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { File } from '../../../lib/ports/resources.ts'
import { tempDir } from '../../supply/programs/support.ts'
import { look, makesAndRemoves, now, put, restore } from './support.ts'

async function given(t: TestContext): Promise<File & { readonly folder: string }> {
  const folder = await tempDir(t)
  return { kind: 'file', path: join(folder, 'a file'), mode: 0o640, text: 'ours ✓\n', folder }
}

function bare({ kind, path, mode, text }: File): File {
  return { kind, path, mode, text }
}

async function modeOf(path: string): Promise<number> {
  return (await lstat(path)).mode & 0o7777
}

test('a file is made, found, and removed', async (t) => {
  const file = await given(t)
  await makesAndRemoves(bare(file), `file ${file.path}`)
  assert.deepEqual(await readdir(file.folder), [], 'nothing half-written stays')
})

test('a file has the mode that it should have, whatever the umask', async (t) => {
  const file = bare(await given(t))
  const umask = process.umask(0o077)
  t.after(() => process.umask(umask))
  await put({ ...file, mode: 0o666 })
  assert.equal(await modeOf(file.path), 0o666)
})

test('a changed file is told field by field, and put back with its mode and its bytes', async (t) => {
  const file = bare(await given(t))
  await writeFile(file.path, 'theirs')
  await chmod(file.path, 0o604)
  assert.deepEqual(await look(file), {
    now: { mode: 0o604, text: 'theirs' },
    change: {
      action: 'change',
      what: `file ${file.path}`,
      fields: [
        { path: '.mode', from: 0o604, to: 0o640 },
        { path: '.text', from: 'theirs', to: 'ours ✓\n' },
      ],
    },
  })
  const before = await now(file)
  await put(file)
  for (const time of ['once', 'again']) {
    assert.deepEqual(await restore(file, before), [`file ${file.path} as it was`])
    assert.deepEqual(
      [await readFile(file.path, 'utf8'), await modeOf(file.path)],
      ['theirs', 0o604],
      time,
    )
  }
})

test('bytes that are no text come back to the byte', async (t) => {
  const file = bare(await given(t))
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a])
  await writeFile(file.path, bytes)
  const before = JSON.parse(JSON.stringify(await now(file))) as typeof file.text
  await put(file)
  await restore(file, before)
  assert.deepEqual(await readFile(file.path), bytes)
})

test('a folder, a link or a file too large to be kept is refused and left alone', async (t) => {
  const { folder, ...file } = await given(t)
  const target = join(folder, 'target')
  await writeFile(target, 'theirs')
  const inTheWay = {
    folder: (path: string) => mkdir(path),
    link: (path: string) => symlink(target, path),
    'large file': (path: string) => writeFile(path, Buffer.alloc(1024 * 1024 + 1)),
  }
  for (const [what, make] of Object.entries(inTheWay)) {
    const path = join(folder, what)
    await make(path)
    const before = await now({ ...file, path })
    assert.deepEqual(before, { mode: null }, what)
    await assert.rejects(put({ ...file, path }), {
      name: 'StepError',
      explanation: {
        problem: `${path} is in the way: not a plain file, or too large to be restored`,
        remedy: `look at it (ls -ld ${path}); if it can go, move it elsewhere, then run again`,
      },
    })
    await restore({ ...file, path }, before)
    assert.deepEqual(await now({ ...file, path }), before, what)
  }
  assert.equal(await readFile(target, 'utf8'), 'theirs')
})

test('a file below something that is no folder is absent', async (t) => {
  const { folder, ...file } = await given(t)
  await writeFile(join(folder, 'plain'), '')
  assert.equal(await now({ ...file, path: join(folder, 'plain', 'below') }), null)
})

test('what a process that was killed while writing has left beside goes with the next write, or with the undo', async (t) => {
  const { folder, ...file } = await given(t)
  const before = await now(file)
  for (const next of [() => put(file), () => restore(file, before)]) {
    await writeFile(`${file.path}.new`, 'half')
    await next()
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.new')),
      [],
    )
  }
})
