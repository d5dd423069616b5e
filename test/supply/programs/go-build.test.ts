import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { StepError } from '../../../lib/core/errors.ts'
import { acquirePrograms } from '../../../lib/supply/programs/acquire.ts'
import { lookPrograms } from '../../../lib/supply/programs/cache.ts'
import { archOf, type ProgramsContext } from '../../../lib/supply/programs/context.ts'
import type { Family } from '../../../lib/supply/programs/family.ts'
import { contextIn, filesBelow, script, signal } from './support.ts'

const wanted: Family = {
  name: 'etcd',
  version: '3.1',
  programs: ['etcd', 'tool'],
  proof: { argv: ['tool'], prints: 'built' },
  build: {
    folder: 'thing',
    packages: { etcd: 'example.org/server/v3', tool: 'example.org/cmd/tool' },
    ldflags: '-s -w -X a.b=c d',
  },
}

/** Stands in for Go: tells how it was called, prints what Go prints, makes files where -o says. */
const FAKE_GO = [
  'here=$(dirname "$(dirname "$0")")',
  'env > "$here/env-$1"',
  'for a in "$@"; do echo "[$a]"; done > "$here/args-$1"',
  'pwd > "$here/cwd"',
  'if [ "$1" = list ]; then',
  '  echo "go: downloading example.org/module v1.0.0" >&2',
  '  printf "false fmt\\ntrue one\\ntrue two\\ntrue main\\ntrue main\\n"; exit 0',
  'fi',
  'if [ -f "$here/fails" ]; then cat "$here/fails" >&2; exit 1; fi',
  'if [ -f "$here/hangs" ]; then sleep 60 & echo $! > "$here/child"; wait; fi',
  'echo example.org/one >&2; echo example.org/two >&2; echo example.org/cmd/tool >&2',
  'while [ "$1" != -o ]; do shift; done',
  'for p in server tool; do printf "#!/bin/sh\\necho built" > "$2/$p"; chmod +x "$2/$p"; done',
]

async function withGo(t: TestContext, version = 'go1.25.1', env: Record<string, string> = {}) {
  const context = await contextIn(t)
  const folder = join(context.projectDir, 'go', 'thing')
  await mkdir(folder, { recursive: true })
  const requires =
    'require (\n\texample.org/server/v3 v3.1.0 // indirect\n\texample.org/cmd v1.0.0\n)\n'
  await writeFile(join(folder, 'go.mod'), `module x\n\ngo 1.24.0\n\n${requires}`)
  await writeFile(join(folder, 'go.sum'), '')
  const root = join(context.projectDir, 'goroot')
  await script(join(root, 'bin', 'go'), ...FAKE_GO)
  await writeFile(join(root, 'VERSION'), `${version}\ntime 2026-01-01T00:00:00Z\n`)
  const path = `${join(root, 'bin')}:/usr/bin:/bin`
  const all: ProgramsContext = { ...context, env: { ...context.env, ...env, PATH: path } }
  return { context: all, root, folder }
}

const silent = (): void => undefined

async function failure(context: ProgramsContext): Promise<StepError> {
  const error: unknown = await acquirePrograms(wanted, { context, progress: silent, signal }).catch(
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof StepError, String(error))
  return error
}

async function lines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).trim().split('\n')
}

test('all programs are built in one call, with the flags that make builds repeatable', async (t) => {
  const { context, root, folder } = await withGo(t)
  const found = await acquirePrograms(wanted, { context, progress: silent, signal })
  assert.equal(
    found.source,
    'built from example.org/server/v3 v3.1.0, example.org/cmd v1.0.0 with go1.25.1',
  )
  assert.deepEqual(await filesBelow(found.dir), ['etcd', 'tool'])
  const args = await lines(join(root, 'args-build'))
  assert.deepEqual(args.slice(0, 9), [
    '[build]',
    '[-v]',
    '[-mod=readonly]',
    '[-modcacherw]',
    '[-buildvcs=false]',
    '[-trimpath]',
    '[-gcflags=all=-dwarf=false]',
    '[-ldflags]',
    '[-s -w -X a.b=c d]',
  ])
  assert.deepEqual(args.slice(-2), ['[example.org/server/v3]', '[example.org/cmd/tool]'])
  assert.deepEqual(await lines(join(root, 'cwd')), [folder])
})

test('Go writes below the cache only, and no setting of the user breaks the build', async (t) => {
  const { context, root } = await withGo(t, 'go1.25.1', {
    GOFLAGS: '-mod=vendor',
    GOENV: '/nowhere',
    GOOS: 'windows',
    GOARCH: 'arm',
    GOEXPERIMENT: 'none',
    GOWORK: '/tmp/go.work',
    CGO_ENABLED: '1',
    CGO_CFLAGS: '-O9',
    GOPROXY: 'https://proxy.example',
    GONOSUMDB: 'a.example',
    GOTOOLCHAIN: 'go1.26.0',
    OTHER: 'stays',
  })
  await acquirePrograms(wanted, { context, progress: silent, signal })
  const env = Object.fromEntries(
    (await lines(join(root, 'env-build'))).map((line) => line.split(/=(.*)/s).slice(0, 2)),
  ) as Record<string, string>
  const expected = {
    GOFLAGS: '',
    GOENV: 'off',
    GOWORK: 'off',
    CGO_ENABLED: '0',
    GOPROXY: 'https://proxy.example',
    GONOSUMDB: 'a.example',
    GOTOOLCHAIN: 'go1.26.0',
    // A lab's hosts and the nodes of a cluster are Linux, whatever this machine is.
    GOOS: 'linux',
    GOARCH: archOf(context),
    OTHER: 'stays',
    LC_ALL: 'C',
  }
  for (const [name, value] of Object.entries(expected)) assert.equal(env[name], value, name)
  for (const name of ['GOEXPERIMENT', 'CGO_CFLAGS']) assert.ok(!(name in env), name)
  for (const name of ['GOPATH', 'GOCACHE', 'GOMODCACHE', 'GOTMPDIR', 'XDG_CONFIG_HOME']) {
    assert.ok(env[name]?.startsWith(`${context.cacheDir}/`), `${name}=${env[name]}`)
  }
})

test('settings made by go env -w and a module mirror are honoured', async (t) => {
  const { context, root } = await withGo(t)
  const config = join(context.projectDir, 'config', 'go')
  await mkdir(config, { recursive: true })
  await writeFile(join(config, 'env'), 'GOPROXY=https://saved.example\nGOFLAGS=-mod=vendor\n')
  const env = { ...context.env, XDG_CONFIG_HOME: join(context.projectDir, 'config') }
  await acquirePrograms(wanted, {
    context: { ...context, env, mirrors: { modules: 'https://mirror.example' } },
    ...{ progress: silent, signal },
  })
  const seen = await lines(join(root, 'env-build'))
  assert.ok(seen.includes('GOPROXY=https://mirror.example,https://saved.example'))
  assert.ok(seen.includes('GOFLAGS='))
  assert.ok(seen.includes('GOTOOLCHAIN=auto'))
})

test('progress names modules, packages of all and links', async (t) => {
  const { context } = await withGo(t)
  const said: string[] = []
  await acquirePrograms(wanted, { context, progress: (text) => said.push(text), signal })
  assert.ok(said.includes('module 1: example.org/module v1.0.0'), said.join('\n'))
  assert.ok(said.includes('2 packages to compile'))
  assert.ok(said.includes('compiled all 2 packages, linking'))
})

test('no Go at all ends clearly, naming both ways', async (t) => {
  const { context, root } = await withGo(t)
  await rm(root, { recursive: true })
  const { explanation } = await failure({ ...context, env: { ...context.env, GOROOT: '/nowhere' } })
  assert.match(
    explanation.seen?.[0] ?? '',
    /there is no Go on this machine; either install Go 1.24.0 or newer, or have any Go since 1.21 with GOTOOLCHAIN=auto/,
  )
})

test('a Go that is too old ends clearly, unless it can fetch a newer one by itself', async (t) => {
  const old = await withGo(t, 'go1.19.8')
  assert.match(
    (await failure(old.context)).explanation.seen?.[0] ?? '',
    /go1.19.8 is too old, 1.24.0 is needed; either install Go/,
  )
  const local = await withGo(t, 'go1.22.4', { GOTOOLCHAIN: 'local' })
  assert.match(
    (await failure(local.context)).explanation.seen?.[0] ?? '',
    /go1.22.4 is too old, 1.24.0 is needed, and GOTOOLCHAIN=local keeps it from fetching one/,
  )
  const able = await withGo(t, 'go1.22.4')
  await acquirePrograms(wanted, { context: able.context, progress: silent, signal })
})

test('what another Go built is built again, unless this one could not', async (t) => {
  const { context, root } = await withGo(t, 'go1.25.1')
  const found = await acquirePrograms(wanted, { context, progress: silent, signal })
  await writeFile(join(root, 'VERSION'), 'go1.25.2\n')
  assert.equal(await lookPrograms(wanted, context), null)
  await writeFile(join(root, 'VERSION'), 'go1.19.1\n')
  assert.deepEqual(await lookPrograms(wanted, context), found)
  await rm(root, { recursive: true })
  assert.deepEqual(
    await lookPrograms(wanted, { ...context, env: { ...context.env, GOROOT: '/nowhere' } }),
    found,
  )
})

test('another go.sum asks for another folder', async (t) => {
  const { context, folder } = await withGo(t)
  const found = await acquirePrograms(wanted, { context, progress: silent, signal })
  await writeFile(join(folder, 'go.sum'), 'x v1 h1:=\n')
  assert.equal(await lookPrograms(wanted, context), null)
  const other = await acquirePrograms(wanted, { context, progress: silent, signal })
  assert.notEqual(other.dir, found.dir)
})

test('a build that fails shows the last lines Go printed', async (t) => {
  const { context, root } = await withGo(t)
  await writeFile(join(root, 'fails'), 'example.org/one\nx.go:3: undefined: y\n')
  const { explanation } = await failure(context)
  assert.match(explanation.seen?.[0] ?? '', /go build ended with code 1:\n[^]*x.go:3: undefined: y/)
})

test('a full disk under Go ends at once, with path, room and remedy', async (t) => {
  const { context, root } = await withGo(t)
  await writeFile(join(root, 'fails'), 'write /x/b001/_pkg_.a: no space left on device\n')
  const { explanation } = await failure(context)
  assert.equal(explanation.problem, `no room left on the disk of ${context.cacheDir}`)
  assert.ok(explanation.seen?.some((line) => /^free there: [\d.]+ MB$/.test(line)))
  assert.match(explanation.remedy, /XDG_CACHE_HOME/)
})

test('an abort ends Go and its children, and leaves no half folder', async (t) => {
  const { context, root } = await withGo(t)
  await writeFile(join(root, 'hangs'), '')
  const abort = new AbortController()
  const building = acquirePrograms(wanted, { context, progress: silent, signal: abort.signal })
  building.catch(() => undefined)
  let child = ''
  while (child === '') {
    await new Promise((resolve) => setTimeout(resolve, 20))
    child = (await readFile(join(root, 'child'), 'utf8').catch(() => '')).trim()
  }
  abort.abort(new Error('enough'))
  await assert.rejects(building, /enough/)
  const status = await readFile(`/proc/${child}/status`, 'utf8').catch(() => 'gone')
  assert.match(status, /^gone$|^State:\tZ/m)
  assert.deepEqual(await filesBelow(join(context.cacheDir, 'programs')), [])
})
