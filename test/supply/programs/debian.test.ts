import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { StepError } from '../../../lib/core/errors.ts'
import { run } from '../../../lib/process/command.ts'
import { acquirePrograms } from '../../../lib/supply/programs/acquire.ts'
import { lookPrograms } from '../../../lib/supply/programs/cache.ts'
import type { Family } from '../../../lib/supply/programs/family.ts'
import { contextIn, filesBelow, script, signal } from './support.ts'

const plain: Family = {
  name: 'runc',
  version: '9',
  programs: ['thing'],
  proof: { argv: ['thing'], prints: 'thing' },
  packages: { names: ['thing-pkg', 'libthing1'], folder: 'usr/sbin' },
}

const wrapped: Family = {
  ...plain,
  name: 'iptables',
  packages: {
    names: ['thing-pkg'],
    folder: 'usr/sbin',
    wrapped: {
      plugins: { folder: 'plugs', variable: 'THING_LIBDIR' },
      commands: { thing: ['multi', 'thing'], 'thing-old': ['multi', 'old'] },
    },
  },
}

const complete: Family = {
  ...plain,
  name: 'dnsutils',
  proof: { argv: ['thing'], prints: 'loader' },
  packages: {
    names: ['thing-pkg'],
    folder: 'usr/sbin',
    complete: true,
    wrapped: { commands: { thing: ['multi'] } },
  },
}

/** Stands in for apt-get: logs its arguments; what it downloads is made up. */
const FAKE_APT = [
  'echo "$@" >> "$(dirname "$0")/log"',
  'case "$*" in',
  '*"Dir::State::lists="*) own=1;;',
  'esac',
  '[ -f "$(dirname "$0")/broken" ] && { echo "E: Could not resolve host" >&2; exit 100; }',
  'case "$*" in *update) touch "$(dirname "$0")/updated"; exit 0;; esac',
  'case "$*" in',
  '*--simulate*) echo "Inst libc6 (2.36-9 Debian [amd64]) []"; echo "Conf libc6 (2.36-9 Debian [amd64])"',
  'echo "Inst thing-pkg (1:2.0-3 Debian [amd64])"; exit 0;;',
  'esac',
  '[ -f "$(dirname "$0")/stale" ] && { [ "$own" ] && [ -f "$(dirname "$0")/updated" ] || exit 100; }',
  'touch thing-pkg_1%3a2.0-3_amd64.deb',
]

const FAKE_DPKG = [
  'if [ "$1" = --show ]; then echo "thing-pkg 1:2.0-3"; exit 0; fi',
  'mkdir -p "$3/usr/sbin" "$3/usr/lib/x/plugs"',
  'printf "#!/bin/sh\\necho thing \\$*; env | grep LIB" > "$3/usr/sbin/multi"',
  'chmod +x "$3/usr/sbin/multi"',
  'printf "#!/bin/sh\\necho thing" > "$3/usr/sbin/thing.real"; chmod +x "$3/usr/sbin/thing.real"',
  'ln -s thing.real "$3/usr/sbin/thing"',
  'echo lib > "$3/usr/lib/x/libthing.so.1.2"; ln -s libthing.so.1.2 "$3/usr/lib/x/libthing.so.1"',
  'echo plug > "$3/usr/lib/x/plugs/plug.so"',
  // As the C library's package has its loader: a link in another folder bears the same name.
  'mkdir -p "$3/usr/lib64"; ln -s ../lib/x/ld-linux-x.so.2 "$3/usr/lib64/ld-linux-x.so.2"',
  'printf "#!/bin/sh\\necho loader \\$*" > "$3/usr/lib/x/ld-linux-x.so.2"',
  'chmod +x "$3/usr/lib/x/ld-linux-x.so.2"',
]

async function withApt(t: TestContext) {
  const context = await contextIn(t)
  const tools = join(context.projectDir, 'tools')
  await script(join(tools, 'apt-get'), ...FAKE_APT)
  await script(join(tools, 'dpkg-deb'), ...FAKE_DPKG)
  return { context: { ...context, env: { PATH: `${tools}:/usr/bin:/bin` } }, tools }
}

const silent = (): void => undefined

test('programs are unpacked, not installed, and the package’s version is told', async (t) => {
  const { context, tools } = await withApt(t)
  const found = await acquirePrograms(plain, { context, progress: silent, signal })
  assert.equal(found.version, '1:2.0-3')
  assert.equal(found.source, 'unpacked from thing-pkg 1:2.0-3')
  assert.deepEqual(await filesBelow(join(found.dir, '..')), ['bin/thing', 'record.json'])
  assert.equal((await run([join(found.dir, 'thing')])).stdout, 'thing\n')
  const log = await readFile(join(tools, 'log'), 'utf8')
  const config = join(context.cacheDir, 'apt', 'apt.conf')
  assert.equal(log, `-c ${config} -qq download thing-pkg libthing1\n`)
  const settings = await readFile(config, 'utf8')
  assert.ok(settings.includes(`Dir::Cache "${context.cacheDir}/apt/cache";`))
  assert.ok(settings.includes('#clear APT::Update::Post-Invoke;'))
})

test('programs that need libraries are started with them, wherever the folder lies', async (t) => {
  const { context } = await withApt(t)
  const found = await acquirePrograms(wrapped, { context, progress: silent, signal })
  const files = await filesBelow(join(found.dir, '..'))
  assert.deepEqual(files, [
    'bin/thing',
    'bin/thing-old',
    'lib/ld-linux-x.so.2',
    'lib/libthing.so.1',
    'lib/libthing.so.1.2',
    'lib/plugs/plug.so',
    'libexec/multi',
    'record.json',
  ])
  const ran = await run([join(found.dir, 'thing-old'), 'a b', '$x'])
  assert.match(ran.stdout, /^thing old a b \$x\n/)
  assert.ok(ran.stdout.includes(`LD_LIBRARY_PATH=${found.dir}/../lib\n`))
  assert.ok(ran.stdout.includes(`THING_LIBDIR=${found.dir}/../lib/plugs\n`))
  await writeFile(join(found.dir, '../lib/libthing.so.1.2'), 'gone')
  assert.equal(await lookPrograms(wrapped, context), null, 'a library counts as much as a program')
})

test('programs that are to run where there is nothing come with all they need, the loader included', async (t) => {
  const { context, tools } = await withApt(t)
  const found = await acquirePrograms(complete, { context, progress: silent, signal })
  const log = (await readFile(join(tools, 'log'), 'utf8')).trim().split('\n')
  assert.equal(log.length, 2)
  const nothing = join(context.cacheDir, 'apt', 'nothing-installed')
  assert.equal(await readFile(nothing, 'utf8'), '', 'nothing of this machine counts as there')
  assert.ok(log[0]?.includes(`Dir::State::status=${nothing} --simulate`))
  assert.ok(log[1]?.endsWith(' download libc6 thing-pkg'))
  const { stdout } = await run([join(found.dir, 'thing'), 'a b'])
  const here = `${found.dir}/..`
  assert.equal(stdout, `loader --library-path ${here}/lib ${here}/libexec/multi a b\n`)
})

test('stale package lists of the machine are replaced by fresh ones in the cache', async (t) => {
  const { context, tools } = await withApt(t)
  await writeFile(join(tools, 'stale'), '')
  await acquirePrograms(plain, { context, progress: silent, signal })
  const log = (await readFile(join(tools, 'log'), 'utf8')).trim().split('\n')
  const own = `-o Dir::State::lists=${context.cacheDir}/apt/lists`
  assert.equal(log.length, 4)
  assert.ok(log[1]?.endsWith(`${own} download thing-pkg libthing1`))
  assert.ok(log[2]?.endsWith(`${own} update`))
  assert.ok(log[3]?.endsWith(`${own} download thing-pkg libthing1`))
  await acquirePrograms(
    { ...plain, version: '10', name: 'cni' },
    { context, progress: silent, signal },
  )
  const later = (await readFile(join(tools, 'log'), 'utf8')).trim().split('\n')
  assert.equal(later.length, 6, 'lists made fresh once serve the next time')
})

test('what apt says is told', async (t) => {
  const { context, tools } = await withApt(t)
  await writeFile(join(tools, 'broken'), '')
  const error: unknown = await acquirePrograms(plain, { context, progress: silent, signal }).catch(
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof StepError)
  assert.match(error.explanation.seen?.[0] ?? '', /apt-get download: .*E: Could not resolve host/)
})

test('programs of the machine are linked to where all of them are there', async (t) => {
  const { context, tools } = await withApt(t)
  await script(join(tools, 'thing'), 'echo thing v1.8.9')
  const found = await acquirePrograms(
    { ...wrapped, installed: true },
    { context, progress: silent, signal },
  )
  assert.equal(found.version, '1.8.9')
  assert.equal(found.source, `installed on this machine, ${join(tools, 'thing')}`)
  await script(join(tools, 'thing'), 'echo thing v1.9.0')
  assert.equal(await lookPrograms({ ...wrapped, installed: true }, context), null, 'upgraded since')
})
