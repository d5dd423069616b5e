import assert from 'node:assert/strict'
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { families } from '../../../lib/supply/pins.ts'
import { StepError } from '../../../lib/core/errors.ts'
import { at, textAt } from '../../../lib/core/json.ts'
import type { Image } from '../../../lib/supply/programs/family.ts'
import { makeImage } from '../../../lib/supply/images/images.ts'
import { digestOf } from '../../../lib/supply/images/layout.ts'
import { lookImage } from '../../../lib/supply/images/store.ts'
import { familyDir } from '../../../lib/supply/programs/cache.ts'
import type { ProgramsContext } from '../../../lib/supply/programs/context.ts'
import { describeFiles, writeRecord } from '../../../lib/supply/programs/record.ts'
import { closedPort, contextIn, filesBelow, script, serve, signal } from '../programs/support.ts'
import { fakeImage, jsonOf, membersOf, registry } from './support.ts'

const project = join(import.meta.dirname, '../../..')
const silent = (): void => undefined

function image(host: string, digest: string): Image {
  return {
    name: 'probe',
    pull: {
      reference: 'docker.io/library/busybox:1.28',
      from: [{ host, repository: 'library/busybox' }],
      digest,
      digestFrom: 'this test',
    },
    made: { reference: 'hardway.local/busybox-static:{version}', family: 'busybox' },
  }
}

async function served(t: TestContext, listener?: RequestListener) {
  const context = { ...(await contextIn(t)), projectDir: project }
  const fake = fakeImage('layer of ')
  const asked: string[] = []
  const host = await serve(t, listener ?? registry('library/busybox', fake.blobs, asked))
  return { context, fake, asked, host, wanted: image(host, fake.digest) }
}

/** Puts a made-up busybox into the cache, as if it had been unpacked there. */
async function withBusybox(context: ProgramsContext): Promise<void> {
  const folder = familyDir(families.busybox, context)
  const applets =
    'case "$1" in --list) echo "[\nbusybox\nnc\nnslookup\nsh";; *) echo BusyBox v1;; esac'
  await script(join(folder, 'bin', 'busybox'), applets)
  await writeRecord(folder, {
    family: 'busybox',
    version: '1:1.35.0-4+deb12u1+b1',
    source: { kind: 'packages', versions: { 'busybox-static': '1:1.35.0-4+deb12u1+b1' } },
    files: await describeFiles(folder),
  })
}

async function failure(wanted: Image, context: ProgramsContext): Promise<string> {
  const env = { ...context.env, PATH: '/nowhere' }
  const error: unknown = await makeImage(wanted, {
    context: { ...context, env },
    progress: silent,
    signal,
  }).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof StepError, String(error))
  assert.match(error.explanation.problem, /busybox:1.28 can neither be pulled nor made/)
  return error.explanation.seen?.join('\n') ?? ''
}

test('an image is pulled by its digest, for this architecture only, and kept', async (t) => {
  const { context, fake, asked, host, wanted } = await served(t)
  const found = await makeImage(wanted, { context, progress: silent, signal })
  assert.equal(found.reference, 'docker.io/library/busybox:1.28')
  assert.equal(found.digest, fake.digest)
  assert.equal(found.source, `pulled from ${new URL(host).host}/library/busybox@${fake.digest}`)
  const members = await membersOf(await readFile(found.archive))
  const top = at(jsonOf(members.get('index.json')), 'manifests', 0)
  assert.equal(textAt(top, 'digest'), fake.digest)
  assert.equal(
    textAt(top, 'mediaType'),
    'application/vnd.docker.distribution.manifest.list.v2+json',
  )
  const bodies = [...members.values()].map((body) => body.toString())
  assert.ok(bodies.includes('layer of amd64'))
  assert.ok(!bodies.includes('layer of arm64'))
  const requests = asked.length
  assert.deepEqual(await makeImage(wanted, { context, progress: silent, signal }), found)
  assert.equal(asked.length, requests, 'the second time comes from the cache')
})

test('a mirror is asked instead of the registry', async (t) => {
  const { context, fake, host } = await served(t)
  const mirrors = { images: host }
  const wanted = image('https://registry.invalid', fake.digest)
  const found = await makeImage(wanted, {
    context: { ...context, mirrors },
    progress: silent,
    signal,
  })
  assert.match(found.source, /^pulled from 127/)
})

test('where no registry answers it is made here, under an honest name, and says why', async (t) => {
  const { context } = await served(t)
  await withBusybox(context)
  const closed = await closedPort()
  const said: string[] = []
  const wanted = image(closed, digestOf('x'))
  const found = await makeImage(wanted, { context, progress: (text) => said.push(text), signal })
  assert.equal(found.reference, 'hardway.local/busybox-static:1.35.0')
  assert.match(
    found.source,
    /^made here: unpacked from busybox-static 1:1.35.0-4\S+, since 127\S+: connect ECONNREFUSED/,
  )
  assert.match(said.join('\n'), /^pulling 127\S+\nnot pulled: connect ECONNREFUSED/)
  const members = await membersOf(await readFile(found.archive))
  const layers = [...members].filter(
    ([name, body]) => name.startsWith('blobs/') && !body.toString().startsWith('{'),
  )
  const files = await membersOf(layers[0]?.[1] ?? Buffer.of())
  for (const name of [
    'bin/busybox',
    'bin/sh',
    'bin/nslookup',
    'bin/nc',
    'bin/[',
    'tmp',
    'etc/passwd',
  ]) {
    assert.ok(files.has(name), name)
  }
  assert.deepEqual(await lookImage(wanted, context), found)
})

test('a blob that is not what its digest says is refused', async (t) => {
  const { fake, context } = await served(t)
  const other = new Map(
    [...fake.blobs].map(([digest, body]) => [
      digest,
      body.toString() === 'layer of amd64' ? Buffer.from('layer of AMD64') : body,
    ]),
  )
  const host = await serve(t, registry('library/busybox', other))
  assert.match(
    await failure(image(host, fake.digest), context),
    /got sha256:\w+ where sha256:\w+ was asked for/,
  )
  assert.deepEqual(await filesBelow(join(context.cacheDir, 'images')), [])
})

test('a manifest that is not what is pinned is refused', async (t) => {
  const { fake, context } = await served(t)
  const host = await serve(
    t,
    registry(
      'library/busybox',
      new Map([[digestOf('x'), fake.blobs.get(fake.digest) ?? Buffer.of()]]),
    ),
  )
  assert.match(await failure(image(host, digestOf('x')), context), /got sha256:\w+ where/)
})

test('an image for other architectures only is told', async (t) => {
  const body = JSON.stringify({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      { digest: digestOf('y'), size: 1, platform: { os: 'linux', architecture: 's390x' } },
    ],
  })
  const { context } = await served(t)
  const host = await serve(
    t,
    registry('library/busybox', new Map([[digestOf(body), Buffer.from(body)]])),
  )
  assert.match(await failure(image(host, digestOf(body)), context), /not there for linux\/amd64/)
})

test('404, a page, a password wanted and a token server without sense are told', async (t) => {
  const cases: [RequestListener, RegExp][] = [
    [(_, response) => response.writeHead(404).end(), /answers 404/],
    [
      (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
      /requires a password/,
    ],
    [(_, response) => response.writeHead(429).end(), /answers 429/],
    [
      (request, response) => {
        if (request.url === '/token') return void response.end('<html>')
        const challenge = `Bearer realm="http://${request.headers.host}/token"`
        response.writeHead(401, { 'www-authenticate': challenge }).end()
      },
      /something that is not JSON/,
    ],
    [(_, response) => response.end('<html>'), /got sha256:\w+ where/],
    [(_, response) => response.end(Buffer.alloc(5_000_000)), /larger than 4194304 bytes/],
  ]
  for (const [listener, expected] of cases) {
    const { context, wanted } = await served(t, listener)
    assert.match(await failure(wanted, context), expected)
  }
})

test('an image that claims to be huge is refused before it is fetched', async (t) => {
  const part = { mediaType: 'x', digest: digestOf('y'), size: 300 * 1024 * 1024 }
  const body = JSON.stringify({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: part,
    layers: [],
  })
  const { context } = await served(t)
  const host = await serve(
    t,
    registry('library/busybox', new Map([[digestOf(body), Buffer.from(body)]])),
  )
  assert.match(await failure(image(host, digestOf(body)), context), /too large: 314.6 MB/)
})

test('a look writes nothing, and a damaged archive counts as none', async (t) => {
  const { context, wanted } = await served(t)
  assert.equal(await lookImage(wanted, context), null)
  assert.deepEqual(await filesBelow(context.cacheDir), [])
  const found = await makeImage(wanted, { context, progress: silent, signal })
  await truncate(found.archive, 10)
  assert.equal(await lookImage(wanted, context), null)
  assert.deepEqual(await makeImage(wanted, { context, progress: silent, signal }), found)
  await writeFile(join(found.archive, '../record.json'), '{')
  assert.equal(await lookImage(wanted, context), null)
})

test('what a killed run left half done goes away', async (t) => {
  const { context, wanted } = await served(t)
  const found = await makeImage(wanted, { context, progress: silent, signal })
  const folder = join(found.archive, '..')
  await mkdir(`${folder}.left`)
  await truncate(found.archive, 10)
  await makeImage(wanted, { context, progress: silent, signal })
  assert.equal((await filesBelow(join(context.cacheDir, 'images'))).length, 2)
})
