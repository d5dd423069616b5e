import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  accessSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { PUT_ENDS, PUT_SCRIPT } from '../../lib/ports/put-script.ts'

/** What stands in for the prober; it leaves a trace where it is run. */
function programIn(folder: string, ends = 0): Buffer {
  return Buffer.from(`#!/bin/sh\necho "$@" >>${folder}/ran\nexit ${ends}\n`)
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hardway-put-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  mkdirSync(join(folder, 'put'))
  return folder
}

type Sent = {
  readonly bytes: Uint8Array
  readonly sum: string
  readonly how?: 'gzip' | 'plain'
  /** What comes, where it is not all of it. */
  readonly comes?: Uint8Array
  readonly path?: string
}

/** Runs the script as a pod's shell does, the input ending after what comes. */
function put(folder: string, { bytes, sum, how = 'gzip', comes = bytes, path }: Sent) {
  const to = join(folder, 'put', 'prober')
  const argv = ['-c', PUT_SCRIPT, 'put', to, sum, String(bytes.length), how]
  const env = { PATH: path ?? process.env['PATH'] ?? '' }
  const { status, stderr } = spawnSync('/bin/sh', argv, { input: comes, env, encoding: 'utf8' })
  return { status, stderr, left: readdirSync(join(folder, 'put')) }
}

for (const how of ['gzip', 'plain'] as const) {
  test(`what has the right sum gets its name, and can be run: sent as ${how}`, (t) => {
    const folder = folderOf(t)
    const program = programIn(folder)
    const bytes = how === 'gzip' ? gzipSync(program) : program
    const { status, left } = put(folder, { bytes, sum: sumOf(program), how })
    assert.deepEqual([status, left], [0, ['prober']])
    assert.deepEqual(readFileSync(join(folder, 'put', 'prober')), program)
    accessSync(join(folder, 'put', 'prober'), 1)
    assert.equal(readFileSync(join(folder, 'ran'), 'utf8'), 'conf\n')
  })
}

test('it waits for as many bytes as were named, not for an end that an older server cannot tell', async (t) => {
  const folder = folderOf(t)
  const program = programIn(folder)
  const bytes = gzipSync(program)
  const to = join(folder, 'put', 'prober')
  const argv = ['-c', PUT_SCRIPT, 'put', to, sumOf(program), String(bytes.length), 'gzip']
  const child = spawn('/bin/sh', argv, { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.on('error', () => undefined)
  child.stdin.write(bytes.subarray(0, 10))
  child.stdin.write(bytes.subarray(10))
  assert.deepEqual(await once(child, 'exit'), [0, null])
  child.stdin.destroy()
  assert.ok(existsSync(to))
})

test('what is not what was sent is removed, never run, and takes nothing else away', (t) => {
  const folder = folderOf(t)
  const [program, other] = [programIn(folder), Buffer.from('another program')]
  writeFileSync(join(folder, 'put', 'prober'), 'the one before')
  const cases: readonly Sent[] = [
    { bytes: gzipSync(other), sum: sumOf(program) },
    { bytes: other, sum: sumOf(program), how: 'plain' },
    { bytes: program, sum: sumOf(program), how: 'plain', comes: program.subarray(0, 20) },
    { bytes: gzipSync(program), sum: sumOf(program), comes: gzipSync(program).subarray(0, 30) },
    { bytes: other, sum: sumOf(program) },
  ]
  for (const sent of cases) {
    const { status, stderr, left } = put(folder, sent)
    assert.deepEqual([status, left], [PUT_ENDS.otherSum, ['prober']])
    assert.match(stderr, new RegExp(`its sha256 is [0-9a-f]{64}, not ${sent.sum}$`, 'm'))
  }
  assert.equal(readFileSync(join(folder, 'put', 'prober'), 'utf8'), 'the one before')
  assert.ok(!existsSync(join(folder, 'ran')))
})

/** A PATH with these programs and no others. */
function only(folder: string, ...names: readonly string[]): string {
  const path = join(folder, 'bin')
  mkdirSync(path)
  for (const name of names) {
    const found = ['/usr/bin', '/bin'].map((one) => join(one, name)).find((one) => existsSync(one))
    assert.ok(found, name)
    symlinkSync(found, join(path, name))
  }
  return path
}

test('an image without gunzip says so before it reads anything, and takes it plain', (t) => {
  const folder = folderOf(t)
  const program = programIn(folder)
  const path = only(folder, 'head', 'sha256sum', 'chmod', 'mv', 'rm')
  const sum = sumOf(program)
  const refused = put(folder, { bytes: gzipSync(program), sum, path })
  assert.deepEqual([refused.status, refused.left], [PUT_ENDS.noGunzip, []])
  const taken = put(folder, { bytes: program, sum, how: 'plain', path })
  assert.deepEqual([taken.status, taken.left], [0, ['prober']])
})

test('without sha256sum nothing is believed', (t) => {
  const folder = folderOf(t)
  const program = programIn(folder)
  const path = only(folder, 'head', 'chmod', 'mv', 'rm')
  const { status, stderr, left } = put(folder, {
    ...{ bytes: program, sum: sumOf(program), how: 'plain', path },
  })
  assert.deepEqual([status, left], [PUT_ENDS.otherSum, []])
  assert.match(stderr, /its sha256 is not told, not /)
  assert.ok(!existsSync(join(folder, 'ran')))
})

test('a pod without that volume says so', (t) => {
  const folder = folderOf(t)
  const program = programIn(folder)
  rmSync(join(folder, 'put'), { recursive: true })
  writeFileSync(join(folder, 'put'), 'no folder')
  const sent = ['put', join(folder, 'put', 'prober'), sumOf(program), String(program.length)]
  const argv = ['-c', PUT_SCRIPT, ...sent, 'plain']
  const { status, stderr } = spawnSync('/bin/sh', argv, { input: program, encoding: 'utf8' })
  assert.equal(status, PUT_ENDS.noPlace)
  assert.match(stderr, /prober\.\d+ cannot be written$/m)
})

test('what does not run there does not stay there', (t) => {
  const folder = folderOf(t)
  for (const program of [programIn(folder, 2), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 9, 9, 9])]) {
    const { status, stderr, left } = put(folder, {
      ...{ bytes: gzipSync(program), sum: sumOf(program) },
    })
    assert.deepEqual([status, left], [PUT_ENDS.runsNot, []])
    assert.match(stderr, /it does not run there$/m)
  }
})
