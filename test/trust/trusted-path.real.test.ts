import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { journalFile } from '../../lib/state/journal-file.ts'
import { fileLock } from '../../lib/state/lock.ts'
import { readPlanFile } from '../../lib/state/saved-plan-file.ts'
import { type Explanation, InputError } from '../../lib/core/errors.ts'
import { lookImage } from '../../lib/supply/images/store.ts'
import { lookPrograms } from '../../lib/supply/programs/cache.ts'
import { images } from '../../lib/supply/image-pins.ts'
import { families } from '../../lib/supply/pins.ts'
import { systemClock } from '../../lib/cli/system-clock.ts'

const NOBODY = 65_534
const ME = userInfo().username
/** Only root can make files of other users. */
const asRoot = { skip: process.getuid?.() === 0 ? false : 'needs root' }

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hardway-trusted-'))
  t.after(() => {
    rmSync(made, { recursive: true })
  })
  return made
}

/** A state folder with a journal in it, and what is done to it. */
function journalIn(base: string): string {
  mkdirSync(join(base, 'home', 'state'), { recursive: true, mode: 0o700 })
  const path = join(base, 'home', 'state', 'journal')
  writeFileSync(path, 'one\n', { mode: 0o600 })
  return path
}

async function refusal(of: Promise<unknown>): Promise<Explanation> {
  try {
    await of
  } catch (error) {
    assert.ok(error instanceof InputError, String(error))
    return error.explanation
  }
  throw new Error('was not refused')
}

const read = async (path: string) => String(await journalFile(path).read())

test(
  'a journal of another user is refused before it is read, with owner and mode',
  asRoot,
  async (t) => {
    const path = journalIn(folder(t))
    chownSync(path, NOBODY, NOBODY)
    const told = await refusal(read(path))
    assert.equal(told.problem, `${path} is not trusted: not only ${ME} may change it`)
    assert.deepEqual(told.seen, [`${path} belongs to nobody (uid 65534), mode 0600`])
  },
)

test(
  'a state folder of another user is refused, also for writing and for the lock',
  asRoot,
  async (t) => {
    const path = journalIn(folder(t))
    chownSync(join(path, '..'), NOBODY, NOBODY)
    const seen = [`${join(path, '..')} belongs to nobody (uid 65534), mode 0700`]
    assert.deepEqual((await refusal(read(path))).seen, seen)
    assert.deepEqual((await refusal(journalFile(path).write(0, Buffer.from('x\n')))).seen, seen)
    const lock = fileLock(join(path, '..', 'lock'), systemClock)
    assert.deepEqual((await refusal(lock.take('run', 'step'))).seen, seen)
  },
)

test('what others may write is refused, whether file, folder or a folder above', async (t) => {
  for (const [of, mode] of [
    ['home/state/journal', 0o622],
    ['home/state', 0o777],
    ['home', 0o707],
  ] as const) {
    const base = folder(t)
    const path = journalIn(base)
    chmodSync(join(base, of), mode)
    const [seen] = (await refusal(read(path))).seen ?? []
    const octal = `0${mode.toString(8)}`
    assert.equal(
      seen,
      `${join(base, of)} belongs to ${ME} (uid ${String(userInfo().uid)}), mode ${octal}: everybody may write there`,
    )
  }
})

test('a folder in which nobody may rename what is ours is no trouble above, but no state folder', async (t) => {
  const path = journalIn(folder(t))
  chmodSync(join(path, '..', '..'), 0o1777)
  assert.equal(await read(path), 'one\n')
  chmodSync(join(path, '..'), 0o1777)
  const told = await refusal(journalFile(path).write(0, Buffer.from('x\n')))
  assert.match(told.seen?.join() ?? '', /\/state belongs .* mode 1777: everybody may write there$/)
})

test(
  'a group that has other members may not write either; a private group is the user',
  asRoot,
  async (t) => {
    const path = journalIn(folder(t))
    const home = join(path, '..', '..')
    chmodSync(home, 0o770)
    assert.equal(await read(path), 'one\n')
    chownSync(home, 0, 1)
    const [seen] = (await refusal(read(path))).seen ?? []
    assert.equal(
      seen,
      `${home} belongs to ${ME} (uid 0), mode 0770: its group (gid 1) may write there`,
    )
  },
)

test(
  'a symlink leads to nothing of another user, nor may another user have made it',
  asRoot,
  async (t) => {
    const base = folder(t)
    const path = journalIn(base)
    const link = join(base, 'link')
    symlinkSync('home/../home', link)
    assert.equal(await read(join(link, 'state', 'journal')), 'one\n')
    lchownSync(link, NOBODY, NOBODY)
    assert.match(
      (await refusal(read(join(link, 'state', 'journal')))).seen?.join() ?? '',
      /\/link belongs to nobody/,
    )
    lchownSync(link, 0, 0)
    chownSync(join(base, 'home'), NOBODY, NOBODY)
    assert.match(
      (await refusal(read(join(link, 'state', 'journal')))).seen?.join() ?? '',
      /\/home belongs to nobody/,
    )
    assert.notEqual(path, '')
  },
)

test('the remedy, followed to the letter, cures', asRoot, async (t) => {
  const path = journalIn(folder(t))
  chownSync(path, NOBODY, NOBODY)
  chownSync(join(path, '..'), NOBODY, NOBODY)
  chmodSync(join(path, '..'), 0o775)
  const { remedy } = await refusal(read(path))
  const [, command = ''] = /^if what is in there is yours: (.*)$/.exec(remedy) ?? []
  execFileSync('sh', ['-ec', command])
  assert.equal(await read(path), 'one\n')
})

test("root with another user's HOME is told to use its own", asRoot, async (t) => {
  const path = journalIn(folder(t))
  const home = join(path, '..', '..')
  chownSync(home, NOBODY, NOBODY)
  const before = process.env['HOME']
  process.env['HOME'] = home
  try {
    const { remedy } = await refusal(read(path))
    assert.match(
      remedy,
      /^export HOME=\/root; unset XDG_STATE_HOME XDG_CACHE_HOME \(with sudo: sudo -H\), then the same again$/,
    )
  } finally {
    process.env['HOME'] = before
  }
})

test('a plan of another user is refused, and a copy of it is believed', asRoot, async (t) => {
  const path = join(folder(t), 'plan')
  writeFileSync(path, '{}', { mode: 0o600 })
  chownSync(path, NOBODY, NOBODY)
  const { problem, remedy } = await refusal(readPlanFile(path))
  assert.equal(problem, `${path} is not trusted: not only ${ME} may change it`)
  assert.match(
    remedy,
    new RegExp(`^read it; .*: install -m 600 ${path} /root/, then --plan /root/plan$`),
  )
})

test(
  'programs and images in a cache of another user are refused before they are looked at',
  asRoot,
  async (t) => {
    const cacheDir = join(folder(t), 'cache')
    mkdirSync(join(cacheDir, 'programs'), { recursive: true })
    mkdirSync(join(cacheDir, 'images'))
    const context = { cacheDir, projectDir: join(import.meta.dirname, '..', '..'), env: {} }
    assert.equal(await lookPrograms(families.etcd, context), null)
    assert.equal(await lookImage(images.pause, context), null)
    chownSync(cacheDir, NOBODY, NOBODY)
    const seen = [`${cacheDir} belongs to nobody (uid 65534), mode 0755`]
    assert.deepEqual((await refusal(lookPrograms(families.etcd, context))).seen, seen)
    assert.deepEqual((await refusal(lookImage(images.pause, context))).seen, seen)
  },
)
