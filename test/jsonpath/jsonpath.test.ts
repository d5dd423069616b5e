import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { JsonPathError, jsonpath } from '../../lib/jsonpath/jsonpath.ts'
import type { Json } from '../../lib/core/json.ts'
import { failing, lenient, strict } from './jsonpath-cases.ts'

interface Recorded {
  readonly t: string
  readonly d: Json
  readonly a: boolean
  readonly out?: string
  readonly err?: string
}

/** What the template gives: its text, or the error's. */
function outcome(template: string, document: Json, allowMissingKeys?: boolean): string {
  const options = allowMissingKeys === undefined ? {} : { allowMissingKeys }
  try {
    return jsonpath(template, document, options)
  } catch (error) {
    if (error instanceof JsonPathError) return `error: ${error.message}`
    throw error
  }
}

test("client-go's table: templates that give a text", () => {
  for (const { name, template, document, expect } of strict) {
    assert.equal(outcome(template, document, false), expect, name)
  }
})

test("client-go's table: missing keys allowed", () => {
  for (const { name, template, document, expect } of lenient) {
    assert.equal(outcome(template, document), expect, name)
  }
})

test("client-go's table: templates that fail", () => {
  for (const { name, template, document, expect } of failing) {
    assert.equal(outcome(template, document, false), `error: ${expect}`, name)
  }
})

test('gives what client-go v0.34.4 gave for generated templates, texts and errors alike', () => {
  const file = new URL('../data/jsonpath/client-go.jsonl', import.meta.url)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  assert.ok(lines.length >= 400)
  for (const line of lines) {
    const { t, d, a, out, err } = JSON.parse(line) as Recorded
    assert.equal(outcome(t, d, a), out ?? `error: ${err ?? ''}`, line)
  }
})

test("takes the chapter's own template, and that of chapter 13 which lacks its end", () => {
  const pods = { items: [{ metadata: { name: 'busybox' }, spec: { nodeName: 'k8sworker2' } }] }
  assert.equal(jsonpath('{.items[0].metadata.name}', pods), 'busybox')
  assert.equal(
    jsonpath('{range .items[*]}{.metadata.name} {.spec.nodeName}{"\\n"}', pods),
    'busybox k8sworker2\n \n',
  )
})

test('an index outside an empty list is an error, as with kubectl', () => {
  assert.throws(() => jsonpath('{.items[0].metadata.name}', { items: [] }), {
    name: 'JsonPathError',
    message: 'array index out of bounds: index 0, length 0',
  })
})

test('text without braces is literal: kubectl get does not relax its template', () => {
  assert.equal(jsonpath('.items', { items: [1] }), '.items')
})

test('JSON is written as by Go: sorted keys, and safe inside HTML', () => {
  const document = { b: '<a href="x">&\u2028</a>', a: { é: 1.5, Z: [null, true] } }
  assert.equal(
    jsonpath('{@}', document),
    '{"a":{"Z":[null,true],"é":1.5},"b":"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u003c/a\\u003e"}',
  )
})

test('numbers are printed as by Go', () => {
  const numbers = [1, 1000000, 1.5, 1234567.5, 0.00001, 4611686018427387904, 1e19]
  assert.equal(
    jsonpath('{[*]}', numbers),
    '1 1000000 1.5 1.2345675e+06 1e-05 4611686018427387904 1e+19',
  )
  assert.equal(
    jsonpath('{@}', numbers),
    '[1,1000000,1.5,1234567.5,0.00001,4611686018427387904,10000000000000000000]',
  )
})

test('only own keys of a document are seen', () => {
  for (const key of ['constructor', '__proto__', 'toString', 'length']) {
    assert.equal(jsonpath(`{.${key}}`, {}), '')
    assert.equal(outcome(`{.${key}}`, {}, false), `error: ${key} is not found`)
  }
  assert.equal(jsonpath('{.__proto__.a}', JSON.parse('{"__proto__":{"a":1}}') as Json), '1')
})

test('a hostile template or document ends in a JsonPathError, and soon', () => {
  const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as Json
  const open = '{range @}'
  const cases: readonly (readonly [string, Json, string])[] = [
    ['{@}', deep, 'the document is nested deeper than 1000 levels'],
    ['{..}', deep, 'the document is nested deeper than 1000 levels'],
    [open.repeat(101), 1, 'more than 100 ranges inside each other'],
    [open.repeat(90), 1, 'the template needs too many steps on this document'],
    ['{..*}', [], "unrecognized character in action: U+002A '*'"],
    ['{["'.repeat(5000), {}, 'unterminated array'],
    ["{[?(@.a'".repeat(5000), {}, 'unterminated filter'],
    [`{[${'1,'.repeat(5000)}x]}`, [], 'invalid array index x'],
    [`{[${'9'.repeat(5000)}]}`, [], `array index ${'9'.repeat(5000)} is not a number`],
  ]
  for (const [template, document, message] of cases) {
    assert.equal(outcome(template, document), `error: ${message}`, template.slice(0, 40))
  }
})
