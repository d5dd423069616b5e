import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { digestOf, imageOf, layerOf, writeLayout } from '../../../lib/supply/images/layout.ts'
import { at, type Json, listAt, textAt } from '../../../lib/core/json.ts'
import { tempDir } from '../programs/support.ts'
import { jsonOf, membersOf } from './support.ts'

const layer = () =>
  layerOf([
    { type: 'directory', name: 'bin', mode: 0o755 },
    { type: 'file', name: 'bin/x', mode: 0o755, body: 'hello' },
    { type: 'symlink', name: 'bin/y', mode: 0o777, linkname: 'x' },
  ])

test('the same image gives the same bytes', async (t) => {
  const folder = await tempDir(t)
  const files = [join(folder, 'a.tar'), join(folder, 'b.tar')]
  for (const file of files) {
    await writeLayout(file, 'x.local/y:1', imageOf(await layer(), 'amd64', { Cmd: ['x'] }))
  }
  const [a, b] = await Promise.all(files.map((file) => readFile(file)))
  assert.deepEqual(a, b)
})

test('a layout names the image, and every blob by its digest', async (t) => {
  const file = join(await tempDir(t), 'a.tar')
  const bytes = await layer()
  const image = imageOf(bytes, 'arm64', { Entrypoint: ['/bin/x'] })
  await writeLayout(file, 'x.local/y:1', image)
  const members = await membersOf(await readFile(file))
  const index = jsonOf(members.get('index.json'))
  assert.deepEqual(jsonOf(members.get('oci-layout')), {
    imageLayoutVersion: '1.0.0',
  })
  assert.deepEqual(listAt(index, 'manifests'), [
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: image.top.digest,
      size: image.top.size,
      platform: { architecture: 'arm64', os: 'linux' },
      annotations: {
        'io.containerd.image.name': 'x.local/y:1',
        'org.opencontainers.image.ref.name': '1',
      },
    },
  ])
  const blob = (digest: string | undefined): Json =>
    jsonOf(members.get(`blobs/${digest?.replace(':', '/') ?? ''}`))
  for (const name of members.keys()) {
    if (name.startsWith('blobs/')) {
      assert.equal(digestOf(members.get(name) ?? ''), name.slice(6).replace('/', ':'))
    }
  }
  const manifest = blob(image.top.digest)
  assert.equal(textAt(manifest, 'layers', 0, 'digest'), digestOf(bytes))
  const config = blob(textAt(manifest, 'config', 'digest'))
  assert.deepEqual(listAt(config, 'rootfs', 'diff_ids'), [digestOf(bytes)])
  assert.deepEqual(at(config, 'config'), { Entrypoint: ['/bin/x'] })
  assert.equal(textAt(config, 'architecture'), 'arm64')
})

test('a layer’s files have their modes, contents and targets, and no date', async () => {
  const members = await membersOf(await layer())
  assert.deepEqual([...members.keys()], ['bin', 'bin/x', 'bin/y'])
  assert.equal(members.get('bin/x')?.toString(), 'hello')
})
