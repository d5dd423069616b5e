import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { imageOf, manifestOf } from '../../lib/inventory/editions.ts'
import { fingerprintOf } from '../../lib/inventory/fingerprint.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { load } from './inventory-text.ts'

test('each edition names the manifest that is kept here, by its sum', async () => {
  for (const edition of ['2020', 'current']) {
    const { manifest } = await load(`target: lab\nedition: ${edition}\n`)
    const bytes = await readFile(new URL(`../../manifests/${manifest.kept}`, import.meta.url))
    assert.equal(createHash('sha256').update(bytes).digest('hex'), manifest.sha256)
  }
})

test('the image of an edition is the one in its manifest', async () => {
  for (const edition of ['2020', 'current']) {
    const { manifest } = await load(`target: lab\nedition: ${edition}\n`)
    const text = await readFile(
      new URL(`../../manifests/${manifest.kept}`, import.meta.url),
      'utf8',
    )
    const image = imageOf(manifest)
    assert.ok(image)
    assert.ok(text.includes(`image: ${image}\n`), image)
  }
  assert.equal(imageOf({ sha256: 'ab'.repeat(32) }), undefined)
})

test('nobody publishes the manifest of edition current as a file', async () => {
  assert.equal((await load('target: lab\nedition: current\n')).manifest.url, null)
})

test('a manifest that the file names itself stays as it is, whatever the edition', () => {
  const manifest = { url: 'https://example.org/x', sha256: 'AB'.repeat(32), limit: 1024 }
  for (const edition of [2020, 'current'] as const) {
    const { url, sha256 } = manifestOf({ edition, manifest })
    assert.deepEqual({ url, sha256 }, { url: manifest.url, sha256: 'ab'.repeat(32) })
  }
})

test('the command line goes before the file, and a run of one edition is not resumed as the other', async () => {
  const text = () => Promise.resolve(Buffer.from('target: lab\nedition: 2020\n'))
  const asWritten = await loadInventory('i.yaml', text, '/home/me')
  const instead = await loadInventory('i.yaml', text, '/home/me', { edition: 'current' })
  assert.deepEqual([asWritten.edition, instead.edition], [2020, 'current'])
  assert.notEqual(fingerprintOf(asWritten), fingerprintOf(instead))
})
