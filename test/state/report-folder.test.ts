import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { newRunFile, readRunFile, writeReportFile } from '../../lib/state/report-folder.ts'
import { tempDir } from '../supply/programs/support.ts'

test('a report is a private folder, and what was told is there before the run has ended', async (t) => {
  const folder = join(await tempDir(t), 'deep', 'report')
  const file = await newRunFile(folder)
  file.append('one\n')
  assert.deepEqual((await readRunFile(folder)).text, 'one\n')
  await writeReportFile(folder, 'junit.xml', 'first, which is longer')
  await writeReportFile(folder, 'junit.xml', 'second')
  assert.equal(await file.close(), undefined)
  for (const [name, mode] of [
    ['', 0o700],
    ['run.jsonl', 0o600],
    ['junit.xml', 0o600],
  ] as const) {
    assert.equal((await lstat(join(folder, name))).mode & 0o777, mode, name)
  }
  assert.equal((await readRunFile(join(folder, 'run.jsonl'))).text, 'one\n')
})

test('the report of an earlier run is not written over', async (t) => {
  const folder = join(await tempDir(t), 'report')
  await (await newRunFile(folder)).close()
  await assert.rejects(newRunFile(`${folder}/`), {
    name: 'InputError',
    message: `${folder}/ has the report of an earlier run already`,
  })
})

test('a folder that others may write, and files that lead elsewhere, are refused', async (t) => {
  const base = await tempDir(t)
  const open = join(base, 'open')
  await mkdir(open)
  await chmod(open, 0o777)
  await assert.rejects(newRunFile(open), { name: 'InputError' })
  const folder = join(base, 'report')
  await mkdir(folder, { mode: 0o700 })
  await writeFile(join(base, 'mine'), 'mine')
  await symlink(join(base, 'mine'), join(folder, 'junit.xml'))
  await assert.rejects(writeReportFile(folder, 'junit.xml', 'theirs'), { name: 'InputError' })
})

test('a place without a report says so', async (t) => {
  const folder = await tempDir(t)
  await assert.rejects(readRunFile(folder), {
    message: `there is no report in ${folder}: ${join(folder, 'run.jsonl')} is not there`,
  })
})
