import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../lib/core/json.ts'
import { labImage } from '../../lib/lab/probe-image.ts'
import { acting } from '../fakes/acting.ts'
import { fakeHost } from '../fakes/host.ts'
import { defaultInventory } from '../fakes/lab-world.ts'

/** The image where the archive is as given. */
function where(archive: Json): Promise<string> {
  const host = fakeHost()
  host.set({ kind: 'image-archive', image: 'probe' }, archive)
  return labImage(defaultInventory, 'make-images')(acting({ host }))
}

test("a pulled image has the name that the chapter types, without the registry's", async () => {
  assert.equal(await where({ reference: 'docker.io/library/busybox:1.28' }), 'busybox:1.28')
  assert.equal(await where({ reference: 'docker.io/someone/probe:1' }), 'someone/probe:1')
})

test('one made here has its own name', async () => {
  assert.equal(await where({ reference: 'hardway.local/probe:1' }), 'hardway.local/probe:1')
})

test('before the images are made nobody knows which it will be', async () => {
  await assert.rejects(where(null), {
    name: 'UnknownYetError',
    after: 'make-images',
    because: 'busybox:1.28, or the image that is made where it is not available',
  })
})
