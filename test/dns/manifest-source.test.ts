import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { TooLargeError, ObservedError } from '../../lib/core/errors.ts'
import { fetchManifest, sumOf } from '../../lib/dns/manifest-source.ts'
import type { Fetched, FetchOptions } from '../../lib/ports/host.ts'
import { acting } from '../fakes/acting.ts'
import { fakeHost } from '../fakes/host.ts'

const TEXT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: coredns\n'
const URL_ = 'https://example.org/coredns.yaml'
const KEPT = '/project/manifests/coredns.yaml'
const PIN = { kept: 'coredns-1.6.2.yaml', url: URL_, sha256: sha256(TEXT), limitBytes: 1000 }

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What comes of a server that answers so, where the kept copy has this text. */
function fetchFrom(fetch: (url: string, how: FetchOptions) => Fetched, kept: string | null = TEXT) {
  const files = kept === null ? {} : { [KEPT]: kept }
  return fetchManifest(acting({ host: fakeHost({ fetch, files }) }), PIN, KEPT)
}

function answers(text: string, status = 200): () => Fetched {
  return () => ({ status, body: Buffer.from(text) })
}

function fails(message: string): () => never {
  return throws(new ObservedError(message))
}

function throws(error: Error): () => never {
  return () => {
    throw error
  }
}

test('a sum is that of sha256sum', async () => {
  assert.equal(await sumOf(Buffer.from(TEXT)), sha256(TEXT))
})

test('the manifest is fetched from its url, with its limit, through the usual proxy', async () => {
  const asked: { url: string; how: FetchOptions }[] = []
  const got = await fetchFrom((url, how) => {
    asked.push({ url, how })
    return { status: 200, body: Buffer.from(TEXT) }
  }, null)
  assert.deepEqual(got, { text: TEXT, fallback: null })
  assert.deepEqual(asked, [{ url: URL_, how: { limit: 1000, timeoutMs: 20_000 } }])
})

for (const [what, fetch, said] of [
  ['says 404', answers('not here', 404), 'HTTP 404'],
  ['says 500', answers(TEXT, 500), 'HTTP 500'],
  ['says 206, which is not the whole', answers(TEXT.slice(0, 9), 206), 'HTTP 206'],
  ['breaks off in the middle', fails('other side closed'), 'other side closed'],
  [
    'has no address',
    fails('getaddrinfo ENOTFOUND example.org'),
    'getaddrinfo ENOTFOUND example.org',
  ],
  ['refuses', fails('connect ECONNREFUSED 10.0.0.1:443'), 'connect ECONNREFUSED 10.0.0.1:443'],
  ['has a bad certificate', fails('self-signed certificate'), 'self-signed certificate'],
  ['is silent', fails('no answer after 20 s'), 'no answer after 20 s'],
] as const) {
  test(`where the server ${what} the kept copy is used, and that is said`, async () => {
    assert.deepEqual(await fetchFrom(fetch), {
      text: TEXT,
      fallback: `the copy kept with this project, since ${URL_} gave none (${said})`,
    })
  })
}

test('a kept copy with another sum is not used', async () => {
  await assert.rejects(fetchFrom(answers('', 404), `${TEXT}# edited\n`), {
    name: 'StepError',
    explanation: {
      problem: `${URL_} gives no manifest, and the copy kept with this project has another sha256`,
      seen: ['HTTP 404'],
      remedy: 'make the url reachable, or set manifest.url and manifest.sha256 in inventory.yaml',
    },
  })
})

test('without a kept copy nothing is left to use', async () => {
  await assert.rejects(fetchFrom(fails('connect ECONNREFUSED 10.0.0.1:443'), null), {
    name: 'StepError',
    explanation: {
      problem: `${URL_} gives no manifest, and the copy kept with this project is not there`,
      seen: ['connect ECONNREFUSED 10.0.0.1:443'],
      remedy: 'make the url reachable, or set manifest.url and manifest.sha256 in inventory.yaml',
    },
  })
})

test('a whole body with another sum is an error, and the kept copy does not hide it', async () => {
  const other = 'kind: ServiceAccount\n'
  await assert.rejects(fetchFrom(answers(other)), {
    name: 'StepError',
    explanation: {
      problem: `${URL_} has another content than the one pinned`,
      seen: [
        `sha256 ${sha256(other)}, 21 bytes, begins with "kind: ServiceAccount"`,
        `pinned ${PIN.sha256}`,
      ],
      remedy:
        'read what it is now; if you trust it, put its sha256 into manifest.sha256 of inventory.yaml',
    },
  })
})

test('a manifest with one byte more is another one', async () => {
  await assert.rejects(fetchFrom(answers(`${TEXT}\n`)), {
    message: `${URL_} has another content than the one pinned`,
  })
})

test('an empty body is another one, too', async () => {
  await assert.rejects(fetchFrom(answers('')), {
    message: `${URL_} has another content than the one pinned`,
  })
})

for (const page of [
  '<!DOCTYPE html>\n<html><body>Log in',
  '\n<HTML>Log in',
  '<?xml version="1.0"?>',
]) {
  test(`a web page is told from a manifest: ${JSON.stringify(page.slice(0, 8))}`, async () => {
    const start = page.trim().slice(0, 40)
    await assert.rejects(fetchFrom(answers(page)), {
      name: 'StepError',
      explanation: {
        problem: `${URL_} answers with a web page instead of a manifest`,
        seen: [
          `sha256 ${sha256(page)}, ${String(page.length)} bytes, begins with ${JSON.stringify(start)}`,
          `pinned ${PIN.sha256}`,
        ],
        cause: 'a proxy or a login page stands in between, or the file has gone',
        remedy:
          'read what it is now; if you trust it, put its sha256 into manifest.sha256 of inventory.yaml',
      },
    })
  })
}

test('control characters of a foreign body are escaped', async () => {
  const foreign = '\u001b[2Jkind'
  await assert.rejects(fetchFrom(answers(foreign)), {
    explanation: {
      problem: `${URL_} has another content than the one pinned`,
      seen: [
        `sha256 ${sha256(foreign)}, 8 bytes, begins with "\\u001b[2Jkind"`,
        `pinned ${PIN.sha256}`,
      ],
      remedy:
        'read what it is now; if you trust it, put its sha256 into manifest.sha256 of inventory.yaml',
    },
  })
})

test('a body beyond the limit is an error, and the kept copy does not hide it', async () => {
  await assert.rejects(fetchFrom(throws(new TooLargeError(1000))), {
    name: 'StepError',
    explanation: {
      problem: `${URL_} is larger than the 1000 bytes that a manifest may have`,
      remedy: 'check manifest.url in inventory.yaml; a larger manifest needs manifest.limit raised',
    },
  })
})
