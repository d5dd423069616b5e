import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { FAMILIES } from '../../lib/lab/layout.ts'
import { PROBER_PLACE, PUT_PROBER } from '../../lib/ports/prober-commands.ts'
import { images } from '../../lib/supply/image-pins.ts'
import { families } from '../../lib/supply/pins.ts'

const project = join(import.meta.dirname, '../..')

test('every sum is a whole one, with where it was looked up', () => {
  for (const { name, release } of Object.values(families)) {
    if (release === undefined) continue
    assert.notEqual(release.sumsFrom, '', name)
    for (const sum of Object.values(release.sums)) {
      assert.match(sum, /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/, name)
    }
    assert.ok(release.host.startsWith('https://'), name)
  }
  for (const { name, pull } of Object.values(images)) {
    if (pull === undefined) continue
    assert.match(pull.digest, /^sha256:[0-9a-f]{64}$/, name)
    assert.notEqual(pull.digestFrom, '', name)
    for (const { host } of pull.from) assert.ok(host.startsWith('https://'), name)
  }
})

test('names are those under which things are pinned', () => {
  for (const [name, family] of Object.entries(families)) assert.equal(family.name, name)
  for (const [name, image] of Object.entries(images)) assert.equal(image.name, name)
})

test('every family has a source that needs no release host', () => {
  for (const { name, build, packages } of Object.values(families)) {
    assert.ok(build !== undefined || packages !== undefined, name)
  }
})

test('no program that hosts find by its name is in two families', () => {
  const programs = FAMILIES.flatMap((name) => families[name].programs)
  assert.deepEqual(programs, [...new Set(programs)])
})

test('what is pinned here is what go.mod pins', async () => {
  for (const { version, build } of Object.values(families)) {
    if (build === undefined) continue
    const text = await readFile(join(project, 'go', build.folder, 'go.mod'), 'utf8')
    for (const path of Object.values(build.packages)) {
      // Programs of our own pin no module.
      if (path.startsWith('hardway/')) continue
      const module = [...text.matchAll(/^\s*(?:require )?(\S+) v(\S+)/gm)].find(
        ([, wanted = '']) => path === wanted || path.startsWith(`${wanted}/`),
      )
      assert.equal(module?.[2], version, path)
    }
  }
})

test("Kubernetes' own specs are those of the Kubernetes that the lab runs", () => {
  assert.equal(families.conformance.version, families.kubernetes.version)
})

test('a prober of another version is put beside the one before, not in its place', () => {
  assert.equal(PUT_PROBER, `${PROBER_PLACE}/prober-${families.prober.version}`)
})
