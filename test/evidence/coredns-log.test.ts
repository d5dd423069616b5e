import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastWords } from '../../lib/evidence/coredns-log.ts'

const TIME = '2026-11-29T05:48:14.903Z'

test('what failed for a name that was asked for is never why CoreDNS ends', () => {
  const asked = `${TIME} [ERROR] plugin/errors: 2 example.com. A: plugin/loop: no next plugin found`
  assert.equal(lastWords([asked]), undefined)
  const why = 'plugin/tls: open /etc/coredns/tls.crt: no such file or directory'
  assert.equal(lastWords([why, asked]), why)
})
