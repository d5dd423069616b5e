import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { ObservedError } from '../../../lib/core/errors.ts'
import type { Fetched } from '../../../lib/ports/host.ts'
import type { Resource } from '../../../lib/ports/resources.ts'
import { downloadManifest } from '../../../steps/coredns/download-manifest.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeHost, type FakeHostOptions } from '../../fakes/host.ts'
import { KEPT } from '../../fakes/lab-world.ts'
import { INVENTORY } from './chapter.ts'
import { withoutEvidence } from '../../fakes/without-evidence.ts'

const PATH = '/state/coredns.yaml'
const TEXT = await readFile(KEPT, 'utf8')
const { sha256, url } = INVENTORY.manifest
const step = downloadManifest({ inventory: INVENTORY, path: PATH, kept: KEPT })
const FILE: Resource = { kind: 'file', path: PATH, mode: 0o600, text: TEXT }
const THEIRS = { mode: 0o644, text: 'kind: Other\n' }
const NOTE = `sha256 7670cb36…, from ${String(url)} or the copy kept with this project`

function served(): Fetched {
  return { status: 200, body: Buffer.from(TEXT) }
}

function machine(options: FakeHostOptions = {}) {
  return fakeHost({ fetch: served, files: { [KEPT]: TEXT }, ...options })
}

test('the kept copy is the pinned manifest', async () => {
  assert.equal(sha256, '7670cb36dd16b43148c6069136d31ef9c38ee49951769d62fba5291b82791750')
  await step.apply(acting({ host: machine({ fetch: () => ({ ...served(), status: 404 }) }) }), [])
})

test('without the file it is planned by name, sum and source', async () => {
  const host = machine()
  assert.deepEqual(withoutEvidence(await step.check(acting({ host }))), {
    status: 'drifted',
    changes: [{ action: 'create', what: `file ${PATH}`, note: NOTE }],
    undo: [{ resource: { ...FILE, text: '' }, now: null }],
  })
  assert.deepEqual(host.writes, [])
})

test('looking asks nobody for it', async () => {
  const fetch = (): never => {
    throw new Error('a check downloaded')
  }
  await step.check(acting({ host: machine({ fetch }) }))
})

test('once it is there with the pinned sum, there is nothing to do', async () => {
  const on = acting({ host: machine() })
  await step.apply(on, [])
  const because = 'already there, sha256 7670cb36…'
  assert.deepEqual(await step.check(on), { status: 'satisfied', because })
  assert.equal(await step.verify(on), `${PATH}, sha256 7670cb36…`)
  assert.deepEqual(on.remarks, [])
  assert.deepEqual(on.host.snapshot(), { [`file ${PATH}`]: { mode: 0o600, text: TEXT } })
})

test('a file with another content is replaced, and given back by rollback, again and again', async () => {
  const on = acting({ host: machine() })
  on.host.set(FILE, THEIRS)
  const check = await step.check(on)
  assert.equal(check.status, 'drifted')
  assert.deepEqual(check.changes, [{ action: 'change', what: `file ${PATH}`, note: NOTE }])
  await step.apply(on, check.changes)
  assert.equal((await step.check(on)).status, 'satisfied')
  for (const time of ['once', 'again']) {
    assert.deepEqual(await step.rollback(on, check.undo, []), [`file ${PATH} as it was`], time)
    assert.deepEqual(on.host.snapshot(), { [`file ${PATH}`]: THEIRS })
  }
})

test('rollback takes away a file that was not there', async () => {
  const on = acting({ host: machine() })
  const check = await step.check(on)
  assert.equal(check.status, 'drifted')
  await step.apply(on, check.changes)
  assert.deepEqual(await step.rollback(on, check.undo, []), [`file ${PATH} removed`])
  assert.deepEqual(on.host.snapshot(), {})
})

test('where the url cannot be reached the kept copy is used, and remarked on', async () => {
  const fetch = (): never => {
    throw new ObservedError('getaddrinfo ENOTFOUND storage.googleapis.com')
  }
  const on = acting({ host: machine({ fetch }) })
  await step.apply(on, [])
  assert.deepEqual(on.remarks, [
    `the copy kept with this project, since ${url} gave none (getaddrinfo ENOTFOUND storage.googleapis.com)`,
  ])
  assert.equal(await step.verify(on), `${PATH}, sha256 7670cb36…`)
})

test('a manifest that somebody changed is not written', async () => {
  const fetch = (): Fetched => ({ status: 200, body: Buffer.from(`${TEXT}# more\n`) })
  const on = acting({ host: machine({ fetch }) })
  await assert.rejects(step.apply(on, []), {
    name: 'StepError',
    message: `${url} has another content than the one pinned`,
  })
  assert.deepEqual(on.host.writes, [])
})

test('without the file nothing is proven', async () => {
  await assert.rejects(step.verify(acting({ host: machine() })), {
    name: 'StepError',
    explanation: {
      problem: `${PATH} is not there`,
      remedy: 'npx tsx run.ts --only download-manifest',
    },
  })
})

test('another file than the pinned one proves nothing', async () => {
  const on = acting({ host: machine() })
  on.host.set(FILE, { mode: 0o600, text: '' })
  await assert.rejects(step.verify(on), {
    name: 'StepError',
    explanation: {
      problem: `${PATH} is not the pinned manifest`,
      seen: [
        'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        `pinned ${sha256}`,
      ],
      remedy: 'npx tsx run.ts --only download-manifest',
    },
  })
})
