import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SecretFile } from '../../../lib/ports/resources.ts'
import { tempDir } from '../../supply/programs/support.ts'
import { look, makesAndRemoves, now, put, restore } from './support.ts'

async function given(t: TestContext, template = 'key (1): {{random:32}}\nother: {{random:4}}\n') {
  const path = join(await tempDir(t), 'secret')
  return { kind: 'secret-file', path, template } as const satisfies SecretFile
}

test('a secret file is filled, found, and removed', async (t) => {
  const secret = await given(t)
  await makesAndRemoves(secret, `secret file ${secret.path}`)
})

test('each place has as many random bytes as it asks for, in base64, and only root may read them', async (t) => {
  const secret = await given(t)
  await put(secret)
  const text = await readFile(secret.path, 'utf8')
  const [, long = '', short = ''] = /^key \(1\): (\S+)\nother: (\S+)\n$/.exec(text) ?? []
  assert.deepEqual(
    [long, short].map((one) => Buffer.from(one, 'base64').length),
    [32, 4],
  )
  assert.equal((await lstat(secret.path)).mode & 0o7777, 0o600)
})

test('a secret is filled once: a second time it stays the same', async (t) => {
  const secret = await given(t)
  await put(secret)
  const first = await readFile(secret.path, 'utf8')
  await put(secret)
  assert.equal(await readFile(secret.path, 'utf8'), first)
})

test('what is seen of it never holds the secret', async (t) => {
  const secret = await given(t)
  await put(secret)
  assert.deepEqual(await look(secret), { now: { filled: true }, change: null })
})

test('a secret that others may read gets its mode, and keeps its bytes', async (t) => {
  const secret = await given(t)
  await put(secret)
  const first = await readFile(secret.path, 'utf8')
  await chmod(secret.path, 0o644)
  const before = await now(secret)
  assert.deepEqual(before, { filled: true, mode: 0o644 })
  await put(secret)
  assert.equal((await look(secret)).change, null)
  assert.equal(await readFile(secret.path, 'utf8'), first)
  await restore(secret, before)
  assert.deepEqual(await now(secret), before)
})

test('a file that is not a secret of ours is refused, whatever it is, and left alone', async (t) => {
  const secret = await given(t)
  const refusal = {
    name: 'StepError',
    explanation: {
      problem: `${secret.path} exists and is not a secret of this program`,
      remedy: `look at it; if it can go, move it elsewhere (mv ${secret.path} ${secret.path}.old), then run again`,
    },
  }
  await writeFile(secret.path, 'key (1): theirs!\n', { mode: 0o600 })
  assert.deepEqual(await now(secret), { filled: false })
  await assert.rejects(put(secret), refusal)
  assert.equal(await readFile(secret.path, 'utf8'), 'key (1): theirs!\n')
  const other = { ...secret, path: join(secret.path, '..', 'folder') }
  await mkdir(other.path)
  assert.deepEqual(await now(other), { filled: false })
  await assert.rejects(put(other), { name: 'StepError' })
})

test('signs that mean something in a pattern are taken as they are', async (t) => {
  const secret = await given(t, 'a.b[c]* {{random:8}} $')
  await writeFile(secret.path, 'aXb[c]* AAAAAAAAAAA= $', { mode: 0o600 })
  assert.deepEqual(await now(secret), { filled: false })
})
