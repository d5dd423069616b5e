import assert from 'node:assert/strict'
import test from 'node:test'
import {
  clip,
  duration,
  elapsed,
  hanging,
  padTo,
  shorten,
  tableLines,
  widthOf,
  wrap,
} from '../../lib/view/layout.ts'

test('a table that is too wide becomes a line a cell', () => {
  const table = [
    'UDP/TCP  Service 10.32.0.10  10.200.0.2 on w0',
    'w0       100%/100% 3 ms      100%/?',
  ]
  assert.equal(tableLines(table, 80), table)
  assert.deepEqual(tableLines(table, 40), [
    'UDP/TCP',
    'w0',
    '  Service 10.32.0.10: 100%/100% 3 ms',
    '  10.200.0.2 on w0: 100%/?',
  ])
})

test('further lines of a text stand right of its first', () => {
  assert.deepEqual(hanging('  a bc def ghi', 8), ['  a bc', '    def', '    ghi'])
  assert.deepEqual(hanging('  abcdefg', 5), ['  abc', 'defg'], 'where there is room')
})

test('lines are broken at spaces, a longer word anywhere', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
  assert.deepEqual(wrap('abcdefgh ij', 3), ['abc', 'def', 'gh', 'ij'])
  assert.deepEqual(wrap('a\n\nb', 10), ['a', '', 'b'])
  assert.deepEqual(wrap('anything', Infinity), ['anything'])
  assert.deepEqual(wrap('🙂🙂🙂', 4), ['🙂🙂', '🙂'])
})

test('lines of Japanese are broken between letters, but not before or after its marks, nor within a word', () => {
  assert.deepEqual(wrap('各ワーカーに経路を追加。終わり', 8), [
    '各ワー',
    'カーに経',
    '路を追',
    '加。終わ',
    'り',
  ])
  assert.deepEqual(wrap('値は「経路」です', 6), ['値は', '「経', '路」で', 'す'])
  assert.deepEqual(wrap('設定はCoreDNSのPodに', 12), ['設定は', 'CoreDNSのPod', 'に'])
  assert.deepEqual(wrap('𠮟𠮟𠮟', 5), ['𠮟𠮟', '𠮟'])
})

test('what is too long loses its end or its middle', () => {
  assert.equal(clip('abcdef', 6), 'abcdef')
  assert.equal(clip('abcdefg', 6), 'abcde…')
  assert.equal(shorten('abcdefghij', 7), 'abc…hij')
  assert.equal(shorten('abcdefghij', 10), 'abcdefghij')
})

test('times read as people say them', () => {
  assert.deepEqual([0, 440, 13_249, 60_000, 3_600_000].map(duration), [
    '0.0 s',
    '0.4 s',
    '13.2 s',
    '1 min 0 s',
    '60 min 0 s',
  ])
  assert.deepEqual([10_999, 65_000].map(elapsed), ['10 s', '1 min 05 s'])
})

test('a wide letter takes two columns, a mark on another letter none', () => {
  assert.deepEqual(
    ['クラスタ', 'e\u0301te\u0301', '한국어', '✔ · … ×', '🙂'].map(widthOf),
    [8, 3, 6, 7, 2],
  )
  assert.equal(padTo('設定', 6), '設定  ')
  assert.deepEqual(wrap('クラスタ設定 own.yaml', 9), ['クラスタ', '設定', 'own.yaml'])
  assert.equal(clip('クラスタ設定', 8), 'クラス…')
  assert.equal(clip('cafe\u0301 au lait', 5), 'cafe\u0301…')
  assert.equal(shorten('クラスタ設定', 9), 'クラ…設定')
})

test('no text is broken so narrowly that it never ends', () => {
  assert.deepEqual(wrap('設定', 1), ['設', '定'])
  assert.deepEqual(wrap('🏷\ufe0f', 1), ['🏷\ufe0f'])
})
