import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwards } from '../../lib/dns/corefile.ts'
import { WANTED } from '../volume/world.ts'
import { textAt } from '../../lib/core/json.ts'

test("the chapter's Corefile forwards nothing", () => {
  const config = WANTED.find(({ kind }) => kind === 'ConfigMap')
  const corefile = textAt(config, 'data', 'Corefile')
  assert.match(corefile ?? '', /kubernetes cluster\.local/)
  assert.equal(forwards(corefile ?? ''), false)
})

test('a Corefile that forwards, in the words of any version', () => {
  assert.equal(forwards('.:53 {\n    forward . /etc/resolv.conf\n}'), true)
  assert.equal(forwards('.:53 {\n\tproxy . 192.0.2.1\n}'), true)
})

test('a word in a comment or behind another one forwards nothing', () => {
  assert.equal(forwards('.:53 {\n    # forward . 192.0.2.1\n    log forward\n}'), false)
})
