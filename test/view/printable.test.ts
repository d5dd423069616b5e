import assert from 'node:assert/strict'
import test from 'node:test'
import { oneLine } from '../../lib/view/layout.ts'
import { printable } from '../../lib/view/printable.ts'
import { freshSeed, oneOf, seeded } from './seeded.ts'

const SHOWN: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['plain text', 'Grüße, 世界 ✔ 🙂', 'Grüße, 世界 ✔ 🙂'],
  ['a tab', 'a\tb', 'a\tb'],
  ['an escape sequence', '\u001b[2J\u001b]0;title\u0007', '\\x1b[2J\\x1b]0;title\\x07'],
  ['a one-byte CSI', '\u009b31m', '\\x9b31m'],
  ['DEL and NUL', '\u007f\u0000', '\\x7f\\x00'],
  ['backspace and carriage return', 'a\bb\rc', 'a\\x08b\\rc'],
  ['a line end', 'a\nb', 'a\\nb'],
  ['bidi overrides', 'abc\u202etxt.exe\u2066', 'abc\\u202etxt.exe\\u2066'],
  ['zero-width characters', 'co\u200bre\u200ddns\ufeff', 'co\\u200bre\\u200ddns\\ufeff'],
  ['a soft hyphen', 'a\u00adb', 'a\\xadb'],
  ['a line separator', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['tag characters', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['letters that look like nothing', 'a\u3164b\u115f', 'a\\u3164b\\u115f'],
  ['lone surrogates', 'a\ud800b\udc00', 'a\\ud800b\\udc00'],
]

for (const [what, text, shown] of SHOWN) {
  test(`${what} is shown as it is safe`, () => {
    assert.equal(printable(text), shown)
  })
}

test('line ends are kept where that is asked for', () => {
  assert.equal(printable('a\r\nb\nc\rd', { lines: 'keep' }), 'a\nb\nc\\rd')
})

test('a text that is too long is cut, never within a letter', () => {
  assert.equal(printable('a'.repeat(50), { limit: 20 }), `${'a'.repeat(14)}…[cut]`)
  assert.equal(printable('🙂'.repeat(50), { limit: 21 }), `${'🙂'.repeat(7)}…[cut]`)
  assert.equal(printable('a'.repeat(20), { limit: 20 }), 'a'.repeat(20))
  assert.equal(printable('\r\n'.repeat(50), { lines: 'keep', limit: 20 }).length, 20)
})

test('one line is made of several', () => {
  const safe = printable('  first\n\tsecond  \r\n\r\nthird\u001b ', { lines: 'keep' })
  assert.equal(oneLine(safe), 'first second third\\x1b')
})

test('nothing that a terminal acts upon passes, and a second time changes nothing', (t) => {
  const seed = freshSeed()
  t.diagnostic(`SEED=${String(seed)}`)
  const random = seeded(seed)
  const ranges = [0x20, 0x80, 0xa0, 0x250, 0x2070, 0xd800, 0xe000, 0x10000, 0x110000]
  for (let run = 0; run < 2000; run++) {
    const letters = Array.from({ length: Math.floor(random() * 40) }, () => {
      const below = oneOf(random, ranges)
      const code = Math.floor(random() * below)
      return random() < 0.1 ? '\r\n' : String.fromCodePoint(code)
    })
    const text = letters.join('')
    const lines = random() < 0.5 ? 'keep' : 'escape'
    const limit = 20 + Math.floor(random() * 100)
    const shown = printable(text, { lines, limit })
    assert.match(
      shown,
      lines === 'keep'
        ? /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*(?:[\n\t][^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*)*$/u
        : /^(?:\t|[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])*$/u,
    )
    assert.equal(shown.length <= limit, true)
    assert.equal(printable(shown, { lines, limit }), shown)
  }
})
