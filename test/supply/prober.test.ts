import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { proberFor } from '../../lib/supply/prober.ts'
import type { ProgramsContext } from '../../lib/supply/programs/context.ts'
import { contextIn, script, signal } from './programs/support.ts'

/** Stands in for Go: notes what it was to build for and from where, and makes a program that says so. */
const FAKE_GO = [
  'here=$(dirname "$(dirname "$0")")',
  'echo "$1 $GOOS/$GOARCH CGO_ENABLED=$CGO_ENABLED GOPROXY=$GOPROXY GOTOOLCHAIN=$GOTOOLCHAIN" >>"$here/calls"',
  '[ "$1" = list ] && exit 0',
  'if [ -f "$here/fails" ]; then echo "no space left on device" >&2; exit 1; fi',
  'if [ -f "$here/hangs" ]; then sleep 60 & wait; fi',
  'while [ "$1" != -o ]; do shift; done',
  'echo "for $GOARCH" >"$2/prober"; chmod +x "$2/prober"',
]

/** A project with the prober's sources, an empty cache, and a Go of that version, if any. */
async function machineWith(t: TestContext, version: string | null) {
  const context = await contextIn(t)
  const folder = join(context.projectDir, 'go', 'prober')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'go.mod'), 'module hardway/prober\n\ngo 1.24.0\n')
  const root = join(context.projectDir, 'goroot')
  await mkdir(root)
  if (version !== null) {
    await script(join(root, 'bin', 'go'), ...FAKE_GO)
    await writeFile(join(root, 'VERSION'), `${version}\n`)
  }
  // The Go of this machine itself must not be found.
  const path = version === null ? root : `${root}/bin:/usr/bin:/bin`
  const env = { ...context.env, PATH: path, GOROOT: root, GOPROXY: 'https://proxy.example' }
  const all: ProgramsContext = { ...context, env, mirrors: { modules: 'https://mirror.example' } }
  const progress = (): void => undefined
  return {
    root,
    proberOf: (arch: string, until = signal) =>
      proberFor(arch, { context: all, progress, signal: until }),
    calls: async () => (await readFile(join(root, 'calls'), 'utf8')).trim().split('\n'),
  }
}

test('it is built for the node, not for this machine, once, and nothing is fetched for it', async (t) => {
  const { proberOf, calls } = await machineWith(t, 'go1.26.8')
  for (const arch of ['arm64', 'amd64', 'arm64']) {
    const made = await proberOf(arch)
    assert.ok(!('lacking' in made))
    assert.equal(Buffer.from(made.plain).toString('utf8'), `for ${arch}\n`)
    assert.deepEqual(gunzipSync(made.gzipped), made.plain)
    assert.equal(made.sha256, createHash('sha256').update(made.plain).digest('hex'))
  }
  const how = 'CGO_ENABLED=0 GOPROXY=off GOTOOLCHAIN=local'
  assert.deepEqual(
    (await calls()).filter((call) => call.startsWith('build')),
    [`build linux/arm64 ${how}`, `build linux/amd64 ${how}`],
  )
})

const LACKING: Readonly<Record<string, readonly [version: string | null, told: string]>> = {
  'without Go': [
    null,
    'the prober is not in the cache, and there is no Go on this machine; with Go 1.24.0 or newer (go.dev/dl) it is built, once',
  ],
  'with a Go that is too old': [
    'go1.22.4',
    'the prober is not in the cache, and go1.22.4 is too old; with Go 1.24.0 or newer (go.dev/dl) it is built, once',
  ],
}

for (const [what, [version, told]] of Object.entries(LACKING)) {
  test(`${what} there is none, and it is said how to come by it`, async (t) => {
    const { proberOf } = await machineWith(t, version)
    assert.deepEqual(await proberOf('amd64'), { lacking: told })
  })
}

test('for a kind of machine that is not known there is none', async (t) => {
  const { proberOf } = await machineWith(t, 'go1.26.8')
  assert.deepEqual(await proberOf('s390x'), { lacking: 'there is no prober for s390x machines' })
})

test('a build that fails is told in its own words, and Ctrl-C ends one', async (t) => {
  const { root, proberOf } = await machineWith(t, 'go1.26.8')
  await writeFile(join(root, 'fails'), '')
  const made = await proberOf('amd64')
  assert.ok('lacking' in made)
  assert.equal(made.lacking, 'the prober could not be built: no space left on device')
  await rename(join(root, 'fails'), join(root, 'hangs'))
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('stopped')), 20)
  await assert.rejects(proberOf('arm64', stop.signal), /stopped/)
})
