import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { LineCounter } from 'yaml'
import { at, type Json } from '../../lib/core/json.ts'
import { readYaml, YamlFault } from '../../lib/objects/kubectl-yaml.ts'

/** What kubectl 1.34 made of each text (`kubectl label --local -f - -o json`), the value of the key v. */
type Recorded = { readonly yaml: string; readonly json?: Json; readonly refused?: string }

const recorded = (await readFile(new URL('../data/yaml/kubectl.jsonl', import.meta.url), 'utf8'))
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

/** What kubectl takes and cannot be had exactly here: refused with its place, and not guessed. */
const STRICTER = [
  ...['9007199254740992', '9007199254740993', '18446744073709551615', '0xFFFFFFFFFFFFFFFF'],
  ...[
    '123456789012345678901234',
    '{a: 1, a: 2}',
    '{1.5: a}',
    '!!binary',
    '!!int',
    '!!float',
    '!!bool',
  ],
  ...['!foo', '{a: {\n'],
]

function valueOf(yaml: string): Json {
  const options = { lineCounter: new LineCounter(), aliases: 100, onScalar: () => undefined }
  const [document] = readYaml(yaml, options)
  if (document?.errors[0] !== undefined) throw new YamlFault(document.errors[0].message)
  return document?.read() ?? null
}

for (const { yaml, json, refused } of recorded) {
  const stricter = STRICTER.some((text) => yaml.startsWith(`v: ${text}`))
  const isRefused = refused !== undefined || stricter
  test(`${JSON.stringify(yaml)} is ${isRefused ? 'refused' : `read as kubectl reads it: ${JSON.stringify(json)}`}`, () => {
    if (isRefused) assert.throws(() => valueOf(yaml), YamlFault)
    else assert.deepEqual(at(valueOf(yaml), 'v') ?? null, json)
  })
}

test('an anchor that holds itself is refused', () => {
  assert.throws(() => valueOf('v: &a [*a]'), /holds itself/)
})

test('JSON is read with tabs, as other programs write it', () => {
  assert.deepEqual(valueOf('{\n\t"v": [1,\n\t\t"a\\tb"]\n}'), { v: [1, 'a\tb'] })
})
