import assert from 'node:assert/strict'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { StepError } from '../../../lib/core/errors.ts'
import { acquirePrograms } from '../../../lib/supply/programs/acquire.ts'
import { lookPrograms } from '../../../lib/supply/programs/cache.ts'
import type { ProgramsContext } from '../../../lib/supply/programs/context.ts'
import type { Family } from '../../../lib/supply/programs/family.ts'
import {
  archiveOf,
  closedPort,
  contextIn,
  filesBelow,
  script,
  serve,
  signal,
  sumOf,
} from './support.ts'

const PROGRAM = '#!/bin/sh\necho thing 1.0\n'
const PATH = '/v1.0/thing-linux-{arch}.tar.gz'

function family(host: string, archive: Buffer): Family {
  return {
    name: 'runc',
    version: '1.0',
    programs: ['thing', 'other'],
    proof: { argv: ['thing', '--version'], prints: 'thing 1.0' },
    release: {
      host,
      path: PATH,
      sums: { amd64: sumOf(archive) },
      sumsFrom: 'this test',
      limit: 1_000_000,
      folder: 'thing-{arch}',
    },
  }
}

const GOOD = { './thing-amd64/thing': PROGRAM, 'thing-amd64/other': 'x', '../evil': 'evil' }

async function released(t: TestContext) {
  const archive = await archiveOf(GOOD)
  const asked: (string | undefined)[] = []
  const host = await serve(t, (request, response) => {
    asked.push(request.url)
    response.end(archive)
  })
  return { wanted: family(host, archive), host, asked, archive }
}

const silent = (): void => undefined

async function failure(wanted: Family, context: ProgramsContext): Promise<StepError> {
  const error: unknown = await acquirePrograms(wanted, { context, progress: silent, signal }).catch(
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof StepError, String(error))
  return error
}

test('a release is fetched, checked, proven and recorded; nothing else of it is kept', async (t) => {
  const context = await contextIn(t)
  const { wanted, asked, host } = await released(t)
  const found = await acquirePrograms(wanted, { context, progress: silent, signal })
  assert.deepEqual(asked, ['/v1.0/thing-linux-amd64.tar.gz'])
  assert.equal(found.version, '1.0')
  assert.equal(found.source, `release 1.0, ${host}/v1.0/thing-linux-amd64.tar.gz`)
  assert.equal(await readFile(join(found.dir, 'thing'), 'utf8'), PROGRAM)
  const folder = found.dir.slice(context.cacheDir.length + 1)
  assert.deepEqual(await filesBelow(context.cacheDir), [
    `${folder}/other`,
    `${folder}/thing`,
    folder.replace(/bin$/, 'record.json'),
  ])
})

test('what is in the cache is not fetched again', async (t) => {
  const context = await contextIn(t)
  const { wanted, asked } = await released(t)
  const first = await acquirePrograms(wanted, { context, progress: silent, signal })
  assert.deepEqual(await acquirePrograms(wanted, { context, progress: silent, signal }), first)
  assert.equal(asked.length, 1)
})

test('two at once fetch once', async (t) => {
  const context = await contextIn(t)
  const { wanted, asked } = await released(t)
  const said: string[] = []
  const both = [1, 2].map(() =>
    acquirePrograms(wanted, { context, progress: (text) => said.push(text), signal }),
  )
  const [a, b] = await Promise.all(both)
  assert.deepEqual(a, b)
  assert.equal(asked.length, 1)
  assert.ok(said.includes(`waiting for process ${process.pid}, which makes runc too`))
})

test('a look writes nothing, and finds nothing where a file is gone or has changed', async (t) => {
  const context = await contextIn(t)
  const { wanted } = await released(t)
  assert.equal(await lookPrograms(wanted, context), null)
  assert.deepEqual(await filesBelow(context.cacheDir), [])
  const found = await acquirePrograms(wanted, { context, progress: silent, signal })
  const file = join(found.dir, 'thing')

  await utimes(file, 1, 1)
  assert.deepEqual(await lookPrograms(wanted, context), found, 'another time, the same bytes')
  await writeFile(file, PROGRAM.replace('1.0', '6.6'))
  assert.equal(await lookPrograms(wanted, context), null, 'as long, other bytes')
  await writeFile(file, '')
  assert.equal(await lookPrograms(wanted, context), null, 'emptied')

  assert.deepEqual(
    await acquirePrograms(wanted, { context, progress: silent, signal }),
    found,
    'mended',
  )
  await writeFile(join(found.dir, '..', 'record.json'), '{"format":1')
  assert.equal(await lookPrograms(wanted, context), null, 'torn record')
})

test('a wrong sum is told with both sums, and a remedy', async (t) => {
  const context = await contextIn(t)
  const { host, archive } = await released(t)
  const { explanation } = await failure(family(host, Buffer.from('other')), context)
  assert.equal(explanation.problem, 'the programs of runc 1.0 could not be obtained')
  assert.ok(explanation.seen?.[0]?.startsWith(`official release 1.0: ${host}/v1.0/thing-linux`))
  assert.ok(explanation.seen?.[0]?.includes(`its sum is ${sumOf(archive)}, not the pinned`))
  assert.match(explanation.remedy, /HTTPS_PROXY is honoured, or name a mirror/)
  assert.deepEqual(await filesBelow(context.cacheDir), [])
})

test('an archive without a program is told, and no half folder stays', async (t) => {
  const archive = await archiveOf({ 'thing-amd64/thing': PROGRAM })
  const host = await serve(t, (_, response) => response.end(archive))
  const context = await contextIn(t)
  const { explanation } = await failure(family(host, archive), context)
  assert.match(explanation.seen?.[0] ?? '', /the archive has no thing-amd64\/other/)
  assert.deepEqual(await filesBelow(join(context.cacheDir, 'programs')), [])
})

test('a file that is no archive is told', async (t) => {
  const archive = Buffer.from('not gzip')
  const host = await serve(t, (_, response) => response.end(archive))
  const { explanation } = await failure(family(host, archive), await contextIn(t))
  assert.match(explanation.seen?.[0] ?? '', /incorrect header check/)
})

test('a program that does not run here is not taken', async (t) => {
  const archive = await archiveOf({
    'thing-amd64/thing': '#!/bin/sh\necho libfoo missing >&2\nexit 127',
    'thing-amd64/other': '',
  })
  const host = await serve(t, (_, response) => response.end(archive))
  const { explanation } = await failure(family(host, archive), await contextIn(t))
  assert.match(explanation.seen?.[0] ?? '', /thing does not run here: libfoo missing/)
})

test('without a sum for the architecture a release is not used', async (t) => {
  const { wanted, asked } = await released(t)
  const { explanation } = await failure(wanted, await contextIn(t, { arch: 'arm64' }))
  assert.match(explanation.seen?.[0] ?? '', /no sum is pinned for arm64/)
  assert.deepEqual(asked, [])
})

test('a mirror is asked instead of the host, and its password is not told', async (t) => {
  const archive = await archiveOf(GOOD)
  let authorization: string | undefined
  const mirror = await serve(t, (request, response) => {
    authorization = request.headers.authorization
    if (request.url === `/mirror/dl.example${PATH.replace('{arch}', 'amd64')}`)
      response.end(archive)
    else response.writeHead(404).end()
  })
  const releases = `${mirror.replace('//', '//me:secret@')}/mirror`
  const context = await contextIn(t, { mirrors: { releases } })
  const found = await acquirePrograms(family('https://dl.example', archive), {
    context,
    progress: silent,
    signal,
  })
  assert.ok(authorization?.startsWith('Basic '))
  assert.ok(!JSON.stringify(found).includes('secret'))
  const { explanation } = await failure(family('https://not.there', Buffer.from('x')), context)
  assert.match(explanation.seen?.[0] ?? '', /answers 404/)
  assert.ok(!JSON.stringify(explanation).includes('secret'))
})

test('each source is tried in turn and named with what it said', async (t) => {
  const context = await contextIn(t, { env: { PATH: '/nowhere' } })
  const host = await closedPort()
  const wanted: Family = {
    ...family(host, Buffer.from('')),
    installed: true,
    packages: { names: ['thing-pkg'], folder: 'usr/bin' },
  }
  const said: string[] = []
  const error = await acquirePrograms(wanted, {
    context,
    progress: (text) => said.push(text),
    signal,
  }).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof StepError)
  assert.deepEqual(
    error.explanation.seen?.map((line) => line.replace(/127\S+/g, 'ADDRESS')),
    [
      'what is installed on this machine: thing is not installed',
      'official release 1.0: http://ADDRESS connect ECONNREFUSED ADDRESS',
      "the distribution's package thing-pkg: this machine has no apt-get",
    ],
  )
  assert.match(error.explanation.remedy, /or on Debian or Ubuntu: sudo apt-get install thing-pkg/)
  assert.ok(said.includes('getting runc: official release 1.0'))
  assert.ok(
    said.includes(
      'runc is not available from what is installed on this machine: thing is not installed',
    ),
  )
})

test('an abort rejects with its reason and leaves no half folder', async (t) => {
  const context = await contextIn(t)
  const abort = new AbortController()
  const host = await serve(t, (_, response) => {
    response.writeHead(200).write('x', () => setTimeout(() => abort.abort(new Error('enough')), 20))
  })
  const wanted = family(host, Buffer.from('x'))
  await assert.rejects(
    acquirePrograms(wanted, { context, progress: silent, signal: abort.signal }),
    /enough/,
  )
  assert.deepEqual(await filesBelow(join(context.cacheDir, 'programs')), [])
  assert.deepEqual(await filesBelow(join(context.cacheDir, 'locks')), [])
})

test('what a killed run left half done goes away', async (t) => {
  const context = await contextIn(t)
  const { wanted } = await released(t)
  await script(join(context.cacheDir, 'programs', '.runc-left', 'bin', 'thing'), 'exit 1')
  const { dir } = await acquirePrograms(wanted, { context, progress: silent, signal })
  const name = basename(dirname(dir))
  assert.deepEqual(await readdir(join(context.cacheDir, 'programs')), [name])
})
