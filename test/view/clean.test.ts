import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import type { Json } from '../../lib/core/json.ts'
import { clean, withoutSecrets } from '../../lib/view/clean.ts'
import { redactJson } from '../../lib/view/redact-json.ts'

const HIDDEN: readonly (readonly [what: string, value: Json, shown: Json])[] = [
  ['a secret name', { token: 'a', user: 'b' }, { token: '[redacted]', user: 'b' }],
  ['a number under a secret name', { DB_PASSWORD: 1234 }, { DB_PASSWORD: '[redacted]' }],
  [
    'an environment variable',
    { name: 'API_TOKEN', value: 'a' },
    { name: 'API_TOKEN', value: '[redacted]' },
  ],
  ['a key', { 'token=abc': 1 }, { 'token=[redacted]': 1 }],
  [
    'a Secret',
    { kind: 'Secret', metadata: { name: 'x' }, data: { a: 'b' }, stringData: { c: 'd' } },
    {
      kind: 'Secret',
      metadata: { name: 'x' },
      data: { a: '[redacted]' },
      stringData: { c: '[redacted]' },
    },
  ],
  [
    'a change to a Secret',
    {
      action: 'change',
      what: 'secret/x',
      fields: [{ path: '.data.a', from: 'b', to: 'c', owner: 'd' }],
    },
    {
      action: 'change',
      what: 'secret/x',
      fields: [{ path: '.data.a', from: '[redacted]', to: '[redacted]', owner: 'd' }],
    },
  ],
  [
    'a changed field with a secret name',
    { path: '.users[0].user.token', from: { a: ['b'] }, to: null },
    { path: '.users[0].user.token', from: { a: ['[redacted]'] }, to: null },
  ],
  [
    'but a token volume, which holds none',
    {
      serviceAccountToken: { path: 'token', expirationSeconds: 3607 },
      automountServiceAccountToken: false,
    },
    {
      serviceAccountToken: { path: 'token', expirationSeconds: 3607 },
      automountServiceAccountToken: false,
    },
  ],
]

for (const [what, value, shown] of HIDDEN) {
  test(`what its place tells to be secret is masked: ${what}`, () => {
    assert.deepEqual(redactJson(value), shown)
    assert.deepEqual(redactJson(shown), shown)
  })
}

const EVENT: Event = {
  type: 'step-failed',
  step: 'apply-manifest',
  explanation: { problem: 'token: abc\u001b[2J', seen: ['a\r\nb'], remedy: '\u202e' },
  undone: [],
}

test('for machines only secrets are taken out of an event', () => {
  assert.deepEqual(withoutSecrets(EVENT), {
    ...EVENT,
    explanation: { problem: 'token: [redacted]', seen: ['a\r\nb'], remedy: '\u202e' },
  })
})

test('for people an event is made safe for the terminal as well, and a second time changes nothing', () => {
  const cleaned = clean(EVENT)
  assert.deepEqual(cleaned, {
    ...EVENT,
    explanation: { problem: 'token: [redacted]', seen: ['a\nb'], remedy: '\\u202e' },
  })
  assert.deepEqual(clean(cleaned), cleaned)
})
