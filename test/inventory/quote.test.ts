import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeUnsafe } from '../../lib/core/unsafe-characters.ts'
import { quote } from '../../lib/inventory/quote.ts'

test('plain text is quoted as it is', () => {
  for (const text of ['', 'lab', '10.200.0.0/16', 'busybox:1.28', 'Zürich', '東京']) {
    assert.equal(quote(text), `"${text}"`)
  }
})

test('characters that steer a terminal or turn text around are written out', () => {
  const pairs = [
    ['\u001b[2J', String.raw`"\u001b[2J"`],
    ['a\nb\tc', String.raw`"a\nb\tc"`],
    ['\u007f\u009b31m', String.raw`"\u007f\u009b31m"`],
    ['\u202egnp.exe', String.raw`"\u202egnp.exe"`],
    ['\u2028\ufeff', String.raw`"\u2028\ufeff"`],
    ['\u{e0041}', String.raw`"\udb40\udc41"`],
    ['\ud800', String.raw`"\ud800"`],
  ] as const
  for (const [text, expected] of pairs) assert.equal(quote(text), expected)
})

test('long text is cut, also in the middle of a character', () => {
  assert.equal(quote('a'.repeat(100)), `"${'a'.repeat(60)}…"`)
  assert.equal(quote(`${'a'.repeat(59)}😀 and more`), String.raw`"${'a'.repeat(59)}\ud83d…"`)
})

test('what may be a secret is left out', () => {
  const pairs = [
    ['https://me:s3cret@example.org/x', '"https://…"'],
    ['https://s3cret@example.org/x', '"https://…"'],
    ['https://me:s3c/r@t@example.org/x', '"https://…"'],
    ['https://me:s3cret', '"https://…"'],
    ['HTTPS://ME:s3cret@example.org', '"HTTPS://…"'],
    ['s3cret@example.org', '"…@example.org"'],
    ['me:s3c@ret@example.org/busybox:1', '"…@example.org/busybox:1"'],
    ['https://example.org/x?token=s3cret', '"https://example.org/x?…"'],
    ['https://example.org/x', '"https://example.org/x"'],
  ] as const
  for (const [text, expected] of pairs) assert.equal(quote(text), expected)
})

test('a file’s name is shown without quotes, and cannot steer the terminal', () => {
  assert.equal(escapeUnsafe('/srv/inventory.yaml'), '/srv/inventory.yaml')
  assert.equal(escapeUnsafe('a\u001b]0;b\u0007'), String.raw`a\u001b]0;b\u0007`)
})
