import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revertOurs } from '../../lib/objects/three-way.ts'
import type { Json } from '../../lib/core/json.ts'
import { random } from './prior-states.ts'

test('where only we changed, everything comes back', () => {
  const before = { data: { a: '1' }, gone: { x: 1 } }
  const ours = { data: { a: '2', b: 'new' }, made: { y: 1 } }
  assert.deepEqual(revertOurs(before, ours, ours), { value: before, kept: [] })
})

test('what others changed since stays and is named', () => {
  const before = { data: { a: '1', b: '1', c: '1' } }
  const ours = { data: { a: '2', b: '2', c: '1' } }
  const live = { data: { a: 'theirs', b: '2', c: 'theirs', d: 'new' } }
  assert.deepEqual(revertOurs(before, ours, live), {
    value: { data: { a: 'theirs', b: '1', c: 'theirs', d: 'new' } },
    kept: ['.data.a', '.data.c', '.data.d'],
  })
})

test('a map that we made stays only for what others put into it', () => {
  const ours = { labels: { ours: '1' } }
  assert.deepEqual(revertOurs({}, ours, ours), { value: {}, kept: [] })
  const live = { labels: { ours: '1', theirs: '2' } }
  assert.deepEqual(revertOurs({}, ours, live), {
    value: { labels: { theirs: '2' } },
    kept: ['.labels.theirs'],
  })
})

test('a key that JavaScript holds special is a key like any other', () => {
  const parse = (text: string): Json => JSON.parse(text) as Json
  const before = parse('{"data":{"__proto__":"1","a":"1"}}')
  const live = parse('{"data":{"__proto__":"2","a":"2"}}')
  assert.deepEqual(JSON.stringify(revertOurs(before, live, live).value), JSON.stringify(before))
  const theirs = parse('{"data":{"__proto__":"2","a":"3"}}')
  assert.equal(
    JSON.stringify(revertOurs(before, live, theirs).value),
    '{"data":{"__proto__":"1","a":"3"}}',
  )
})

test('keyed lists are taken apart item by item, in the order of before', () => {
  const list = (...items: readonly Json[]): Json => ({ containers: items })
  const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
  const before = list(a, b)
  const ours = list(b, { ...a, image: 'ours' })
  const live = list(b, c, { ...a, image: 'ours' })
  assert.deepEqual(revertOurs(before, ours, live), {
    value: list(a, b, c),
    kept: ['.containers[name="c"]'],
  })
})

test('taking back twice is the same as once; without others it is before', () => {
  const next = random(7)
  const value = (depth: number): Json => {
    if (depth === 0 || next() < 0.3) return Math.floor(next() * 3)
    return Object.fromEntries(
      ['a', 'b', 'c'].filter(() => next() < 0.7).map((key) => [key, value(depth - 1)]),
    )
  }
  for (let i = 0; i < 3_000; i += 1) {
    const [before, ours, live] = [{ r: value(3) }, { r: value(3) }, { r: value(3) }]
    assert.deepEqual(revertOurs(before, ours, ours).value, before)
    const once = revertOurs(before, ours, live).value
    assert.deepEqual(
      revertOurs(before, ours, once).value,
      once,
      JSON.stringify({ before, ours, live }),
    )
  }
})
