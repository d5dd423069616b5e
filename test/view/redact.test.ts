import assert from 'node:assert/strict'
import test from 'node:test'
import { redact } from '../../lib/view/redact.ts'
import { freshSeed, oneOf, seeded } from './seeded.ts'

const KEY = `-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEAcanarycanarycanarycanary
canarycanary==
-----END RSA PRIVATE KEY-----`
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const HIDDEN: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['a private key', `a\n${KEY}\nb`, 'a\n[redacted private key]\nb'],
  ['a private key in JSON', JSON.stringify({ a: KEY }), '{"a":"[redacted private key]"}'],
  ['a private key cut off', `a ${KEY.slice(0, 60)}`, 'a [redacted private key]'],
  ['an EC key', KEY.replaceAll('RSA', 'EC'), '[redacted private key]'],
  ['a bearer token', 'Authorization: Bearer c4n4ry.T0ken~x', 'Authorization: Bearer [redacted]'],
  [
    'a bearer token in prose',
    'sent bearer c4n4ryT0ken, got 401',
    'sent bearer [redacted], got 401',
  ],
  ['basic credentials', "authorization: 'Basic Y2FuYXJ5'", "authorization: 'Basic [redacted]'"],
  ['a JWT', `got ${JWT}!`, 'got [redacted]!'],
  ['a token in YAML', 'user:\n  token: canary\n', 'user:\n  token: [redacted]\n'],
  ['a token in JSON', '{"token":"can\\"ary","a":1}', '{"token":"[redacted]","a":1}'],
  ['a token in JSON in JSON', '"{\\"token\\":\\"canary\\"}"', '"{\\"token\\":\\"[redacted]\\"}"'],
  ['a camel-case token', 'accessToken=canary&x=1', 'accessToken=[redacted]&x=1'],
  ['a password in the environment', 'DB_PASSWORD=canary npx', 'DB_PASSWORD=[redacted] npx'],
  ['a password with quotes', "password: 'can ary'", "password: '[redacted]'"],
  ['a password over lines', 'password: |\n  canary\nuser: x', 'password: |\n  [redacted]\nuser: x'],
  ['a flag', 'kubectl --token canary get', 'kubectl --token [redacted] get'],
  ['a flag with =', 'kubectl --token=canary get', 'kubectl --token=[redacted] get'],
  ['key data', `client-key-data: ${base64(KEY)}`, 'client-key-data: [redacted]'],
  ['userinfo', 'https://me:c4nary@proxy:3128/x', 'https://[redacted]@proxy:3128/x'],
  [
    'every value of a query',
    'curl -o c https://s3/x.yaml?X-Amz-Signature=canary&versionId=canary, or ask',
    'curl -o c https://s3/x.yaml?X-Amz-Signature=[redacted]&versionId=[redacted], or ask',
  ],
  ['a query without names', '"http://h/x?canary"', '"http://h/x?[redacted]"'],
  ['an issued token', 'ghp_canarycanarycanary01', '[redacted]'],
  [
    'an encryption key',
    '- name: key1\n  secret: Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E=',
    '- name: key1\n  secret: [redacted]',
  ],
  ['a key in base64', `data ${base64(KEY)} end`, 'data [redacted base64] end'],
  ['a key in wrapped base64', base64(KEY).replace(/.{60}/g, '$&\n  '), '[redacted base64]'],
  ['a kubeconfig in base64', `x/${base64('a: 1\nuser: {token: canary}\n')}`, '[redacted base64]'],
  [
    'a kubeconfig in base64 in base64',
    base64(`kubeconfig: ${base64('user: {password: canary}\n')}`),
    '[redacted base64]',
  ],
]

for (const [what, text, shown] of HIDDEN) {
  test(`${what} does not pass`, () => {
    assert.equal(redact(text), shown)
  })
}

const KEPT: readonly string[] = [
  'sha256 7670cb36b1bc2b1a1d1a8b7b8f0d5d6c6f7c0b3a9a1e2d3c4b5a697887766554',
  'serviceAccountToken: {path: token, expirationSeconds: 3607}',
  'automountServiceAccountToken: false',
  'secret: coredns-tls',
  'password: <none>',
  'no bearer token was sent; bearer authentication is off',
  'https://k8sworker0:10250/containerLogs/kube-system/coredns-5fb99965',
  '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUDhQ\n-----END CERTIFICATE-----',
  `certificate-authority-data: ${base64('-----BEGIN CERTIFICATE-----\nMIIBszCCAVmg')}`,
  '/var/lib/kubelet/pods/0b1f8c1e/volumes/kubernetes.io~projected/kube-api-access-abcde',
  '--token-auth-file=/etc/tokens.csv --service-account-key-file sa.pub',
  'kubectl config set-credentials admin --token TOKEN, or with a client certificate',
  '3 tokens: none of them expired',
  'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
]

for (const text of KEPT) {
  test(`what is no secret passes: ${text.slice(0, 40).replaceAll('\n', ' ')}`, () => {
    assert.equal(redact(text), text)
  })
}

/** Ways in which a secret is found in texts. */
const FORMS: readonly ((canary: string) => string)[] = [
  (canary) => `Authorization: Bearer ${canary}`,
  (canary) => `token: ${canary}`,
  (canary) => `"password": "${canary}"`,
  (canary) => `--token=${canary}`,
  (canary) => `https://user:${canary}@host/path`,
  (canary) => `-----BEGIN EC PRIVATE KEY-----\n${canary}\n-----END EC PRIVATE KEY-----`,
  (canary) => `eyJhbGciOiJub25lIn0.${canary}.${canary}`,
  (canary) => `client-key-data: ${base64(canary)}`,
]

const NOISE = [
  '\n',
  ' ',
  'error: ',
  '{"a": ',
  '}',
  ', ',
  'pod/coredns ',
  '\t',
  '10.200.0.2',
  'é',
  '"',
]

test('planted secrets never pass, plain or in base64, and a second time changes nothing', (t) => {
  const seed = freshSeed()
  t.diagnostic(`SEED=${String(seed)}`)
  const random = seeded(seed)
  for (let run = 0; run < 3000; run++) {
    const canary = `c4nary${Math.floor(random() * 2 ** 40).toString(36)}x`
    const noise = (): string => Array.from({ length: 3 }, () => oneOf(random, NOISE)).join('')
    const planted = oneOf(random, FORMS)(canary)
    const hidden = random() < 0.3 ? base64(`${noise()}\n${planted}\n`) : planted
    const text = `${noise()}\n${hidden}\n${noise()}`
    const shown = redact(text)
    for (const form of [canary, base64(canary), hidden]) {
      assert.equal(shown.includes(form), false, `${text}\n---\n${shown}`)
    }
    assert.equal(redact(shown), shown, text)
  }
})

test('long texts are redacted in reasonable time', () => {
  const texts = [
    'a'.repeat(240_000),
    'token'.repeat(48_000),
    'x://'.repeat(48_000),
    'eyJ'.repeat(48_000),
  ]
  for (const text of texts) assert.equal(redact(text), text)
})

test('what is too long for anyone to read is cut', () => {
  const cut = redact(`${'a '.repeat(200_000)}token: canary`)
  assert.equal(cut.length, 2 ** 18)
  assert.equal(cut.slice(-10), 'a a …[cut]')
})
