import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  chmod,
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
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { PROJECT } from '../fakes/lab-world.ts'

const home = await mkdtemp(join(tmpdir(), 'hardway-home-'))
after(() => rm(home, { recursive: true, force: true }))
const compiled = join(home, '.cache', 'hardway', 'compiled')

/** Starts the program with that home; returns what it has printed. */
async function started(args: readonly string[], env: NodeJS.ProcessEnv = {}, program = 'run.ts') {
  const usual = { ...process.env, HOME: home, XDG_CACHE_HOME: '', NODE_COMPILE_CACHE: undefined }
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    cwd: PROJECT,
    env: { ...usual, ...env },
  })
  return stdout
}

test('what was compiled is kept in a folder of its own, and cache names it', async () => {
  await started(['steps'])
  assert.notDeepEqual(await readdir(compiled), [])
  await rm(compiled, { recursive: true })
  await started(['--dry-run', '--help'])
  await assert.rejects(readdir(compiled), { code: 'ENOENT' })
  await started(['steps'])
  assert.match(await started(['cache']), /this program bundled and compiled/)
})

test('a folder that others may enter is not used, and neither is one that cannot be made', async () => {
  await rm(compiled, { recursive: true })
  await mkdir(compiled)
  await chmod(compiled, 0o755)
  assert.match(await started(['steps']), /CoreDNS/)
  assert.deepEqual(await readdir(compiled), [])
  await rm(join(home, '.cache'), { recursive: true })
  await writeFile(join(home, '.cache'), 'no folder')
  assert.match(await started(['steps']), /CoreDNS/)
  await rm(join(home, '.cache'))
})

test("the user's own NODE_COMPILE_CACHE stays in use", async () => {
  const own = join(home, 'own')
  await started(['steps'], { NODE_COMPILE_CACHE: own })
  assert.notDeepEqual(await readdir(own), [])
  assert.ok((await readdir(compiled)).every((name) => !name.startsWith('v')))
})

test('what has changed since is compiled again', async () => {
  const copy = join(home, 'copy')
  await mkdir(copy)
  for (const name of ['run.ts', 'lib', 'steps', 'package.json', 'inventory.yaml', 'manifests']) {
    await cp(join(PROJECT, name), join(copy, name), { recursive: true })
  }
  await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'))
  const program = join(copy, 'run.ts')
  const file = join(copy, 'lib', 'cli', 'explain.ts')
  const text = await readFile(file, 'utf8')
  for (const words of ['Chapter 15, CoreDNS', 'Chapter 16, CoreDNS']) {
    await writeFile(file, text.replace('Chapter 14, CoreDNS', words))
    assert.ok((await started(['steps'], {}, program)).includes(words), words)
    assert.ok((await started(['steps'], {}, program)).includes(words), words)
  }
})
