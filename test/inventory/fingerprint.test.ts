import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintOf } from '../../lib/inventory/fingerprint.ts'
import { load } from './inventory-text.ts'

const of = async (text: string, path?: string) => fingerprintOf(await load(text, path))

const own = 'target: { kubeconfig: k, context: c }\n'

test('waiting longer, a mirror, or another clone leave the goal as it is', async () => {
  const plain = await of('target: lab\n')
  assert.match(plain, /^[0-9a-f]{16}$/)
  assert.equal(await of('target: lab\nlimits: { pods: 600 }\n', '/elsewhere/inventory.yaml'), plain)
  assert.equal(await of('target: lab\nmirrors: { images: "https://example.org" }\n'), plain)
  assert.equal(await of(own, '/elsewhere/inventory.yaml'), await of(own))
  assert.equal(await of(`${own}lab: { name: other }\n`), await of(own))
})

test('other hosts, networks, manifest, image or context are another goal', async () => {
  const texts = [
    'target: lab\n',
    own,
    'target: { kubeconfig: k, context: d }\n',
    'target: lab\nlab: { name: other }\n',
    'target: lab\nlab: { controllers: [{ name: a, address: 192.168.199.2 }] }\n',
    'target: lab\ncluster: { domain: k8s.local }\n',
    `target: lab\nmanifest: { sha256: ${'0a'.repeat(32)} }\n`,
    'target: lab\nprobe: { image: busybox:1.36 }\n',
  ]
  const prints = await Promise.all(texts.map((text) => of(text)))
  assert.equal(new Set(prints).size, texts.length)
})
