import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundled } from '../../lib/start/bundle.ts'
import { PROJECT } from '../fakes/lab-world.ts'

const folder = await mkdtemp(join(tmpdir(), 'hardway-bundle-'))
const kept = join(folder, 'cache', 'hardway', 'compiled')
const copy = join(folder, 'project')
after(() => rm(folder, { recursive: true, force: true }))

const PARTS = ['run.ts', 'lib', 'steps', 'package.json', 'tsconfig.json', 'inventory.yaml']

before(async () => {
  await mkdir(copy)
  for (const name of [...PARTS, 'manifests']) {
    await cp(join(PROJECT, name), join(copy, name), { recursive: true })
  }
  await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'))
})

/** Starts the copy; returns what it has printed. */
async function started(...args: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [join(copy, 'run.ts'), ...args], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NODE_COMPILE_CACHE: undefined },
  })
  return (await run).stdout
}

/** The main module of a bundle that is made when its sources are old enough to be told from newer ones. */
async function bundle(): Promise<string> {
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const main = await bundled({ folder: kept, mayWrite: true }, `${copy}/`, Date.now() + 60_000)
  return fileURLToPath(main ?? assert.fail('no bundle was made'))
}

/** What shows that a bundle is what was run. */
const MARK = 'run from a bundle'

async function mark(main: string): Promise<void> {
  await appendFile(main, `;process.on('exit', () => console.log('${MARK}'))`)
}

test('a start makes a bundle, the next one runs it, and it does the same', async () => {
  const plain = await started('--dry-run', '--help')
  const main = await bundle()
  await mark(main)
  assert.equal(await started('--help'), `${plain}${MARK}\n`)
  assert.match(await started('steps'), /CoreDNS/)
})

test('a dry-run makes none, and uses what is there', async () => {
  const main = await bundle()
  await mark(main)
  assert.ok((await started('--dry-run', '--help')).includes(MARK))
  const empty = join(folder, 'empty')
  await mkdir(empty)
  assert.equal(await bundled({ folder: empty, mayWrite: false }, `${copy}/`), null)
  assert.deepEqual(await readdir(empty), [])
})

test('one changed source, and the bundle is not run any more', async () => {
  const file = join(copy, 'lib', 'cli', 'explain.ts')
  const text = await readFile(file, 'utf8')
  for (const words of ['Chapter 15, CoreDNS', 'Chapter 16, CoreDNS']) {
    await mark(await bundle())
    await writeFile(file, text.replace('Chapter 14, CoreDNS', words))
    const said = await started('steps')
    assert.ok(said.includes(words) && !said.includes(MARK), said)
  }
})

test('what was changed while a bundle was made is no part of one', async () => {
  const own = join(folder, 'young')
  await mkdir(own)
  await writeFile(join(copy, 'tsconfig.json'), '{}')
  assert.equal(await bundled({ folder: own, mayWrite: true }, `${copy}/`), null)
  assert.deepEqual(await readdir(own), [])
})

test('a bundle that cannot be kept is none', async () => {
  const file = join(folder, 'no-folder')
  await writeFile(file, '')
  assert.equal(await bundled({ folder: file, mayWrite: true }, `${copy}/`), null)
})

test('packages that are loaded late are known by their names in a bundle', async () => {
  const main = await bundle()
  const files = (await readdir(join(main, '..'))).filter((name) => /^undici-.*\.js$/.test(name))
  assert.ok(files.length > 0)
  for (const name of files) {
    assert.match(await readFile(join(main, '..', name), 'utf8'), /\bas request\b/)
  }
})

test('a bug is told with the lines of its source', async () => {
  const file = join(copy, 'lib', 'cli', 'explain.ts')
  const text = await readFile(file, 'utf8')
  const line = text.split('\n').findIndex((one) => one.startsWith('export async function explain'))
  const wrong = text.replace(
    /export async function explain\([^{]*\{/,
    (head) => `${head} (undefined as unknown as { x(): void }).x();`,
  )
  assert.notEqual(wrong, text)
  await writeFile(file, wrong)
  await bundle()
  const failed = (await started('steps').catch((error: unknown) => error)) as { stderr: string }
  assert.match(failed.stderr, new RegExp(`at explain \\(file://${file}:${line + 1}:\\d+\\)`))
})
