import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { hintAt, jsonSchemaText, sectionsWith } from '../../lib/inventory/json-schema.ts'
import { shipped } from './inventory-text.ts'

const file = new URL('../../inventory.schema.json', import.meta.url)

/** The schema file as an editor understands it. */
async function editor() {
  return z.fromJSONSchema(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)
}

test('inventory.schema.json is what `npm run schema` writes', async () => {
  const written = await readFile(file, 'utf8')
  assert.ok(written === jsonSchemaText(), 'it is not: run `npm run schema`')
})

test('an editor finds the schema, and nothing wrong with the project’s inventory', async () => {
  assert.equal(shipped.split('\n')[0], '# yaml-language-server: $schema=./inventory.schema.json')
  assert.equal((await editor()).safeParse(parse(shipped)).error, undefined)
  assert.equal((await editor()).safeParse({ target: 'lab' }).error, undefined)
  const own = { kubeconfig: '~/.kube/config', context: 'c', controllers: ['10.0.0.1'] }
  assert.equal((await editor()).safeParse({ target: own }).error, undefined)
})

test('an editor finds unknown keys, other types and missing keys', async () => {
  const wrong: readonly unknown[] = [
    {},
    { target: 'remote' },
    { target: { kubeconfig: 'k' } },
    { target: 'lab', labs: {} },
    { target: 'lab', lab: { netwrok: '10.0.0.0/24' } },
    { target: 'lab', limits: { pods: 'soon' } },
    { target: 'lab', lab: { machine: 'here' } },
  ]
  for (const data of wrong) {
    assert.equal((await editor()).safeParse(data).success, false, JSON.stringify(data))
  }
})

test('everything in the schema says what it is', () => {
  const schema = JSON.parse(jsonSchemaText()) as unknown
  const silent: string[] = []
  const walk = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) return
    const { properties } = node as { properties?: Record<string, { description?: string }> }
    for (const [key, value] of Object.entries(properties ?? {})) {
      if (value.description === undefined) silent.push(`${path}.${key}`)
    }
    for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`)
  }
  walk(schema, '')
  assert.deepEqual(silent, [])
})

test('messages get their words from the schema', () => {
  assert.deepEqual(hintAt(['lab', 'workers', 3, 'podCIDR']), {
    description: "the range of this worker's pods, a part of cluster.podCIDR",
    example: '10.200.0.0/24',
    keys: [],
  })
  assert.deepEqual(hintAt(['target']).keys, ['kubeconfig', 'context', 'controllers', 'workers'])
  assert.deepEqual(hintAt(['no', 'such', 3, 'key']), { description: null, example: null, keys: [] })
  assert.deepEqual(sectionsWith('controllers'), ['target', 'lab'])
  assert.deepEqual(sectionsWith('constructor'), [])
})
