import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admissionIn, silentWebhookIn } from '../../lib/kube-client/admission.ts'

const DENIED = [
  [
    'a quota that is full',
    'pods "a" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=3, limited: pods=1',
    'the quota tight has no room left for it: requested: pods=1, used: pods=3, limited: pods=1',
    /^kubectl -n shop describe resourcequota tight; /,
  ],
  [
    'a quota that wants limits',
    'pods "a" is forbidden: failed quota: tight: must specify limits.cpu for: busybox',
    'the quota tight lets in only pods with requests and limits of their own: must specify limits.cpu for: busybox',
    /let a LimitRange of that namespace give pods/,
  ],
  [
    'a range of limits',
    'pods "a" is forbidden: minimum memory usage per Container is 500Mi, but request is 8Mi',
    'a LimitRange of the namespace does not let it in: minimum memory usage per Container is 500Mi, but request is 8Mi',
    /^kubectl -n shop get limitranges -o yaml; /,
  ],
  [
    'a webhook that says why',
    'admission webhook "validate.policy.example.com" denied the request: no image of docker.io',
    'the webhook validate.policy.example.com denies it: no image of docker.io',
    /grep -F validate\.policy\.example\.com; /,
  ],
  [
    'a webhook that does not',
    'admission webhook "validate.policy.example.com" denied the request',
    'the webhook validate.policy.example.com denies it: it does not say why',
    /mutatingwebhookconfigurations/,
  ],
] as const

for (const [what, message, cause, cure] of DENIED) {
  test(`${what} is told as such, with what helps`, () => {
    const told = admissionIn(message, 'shop')
    assert.ok(told)
    assert.equal(told.cause, cause)
    assert.match(told.cure, cure)
  })
}

test('a right that lacks is no admission', () => {
  const message =
    'pods is forbidden: User "x" cannot create resource "pods" in API group "" in the namespace "a"'
  assert.equal(admissionIn(message, 'a'), null)
})

const FAILED = 'Internal error occurred: failed calling webhook "w.example.com": '

test('a webhook without a server behind it is told by its Service', () => {
  const told = silentWebhookIn(
    `${FAILED}failed to call webhook: Post "https://policy.default.svc:443/v?timeout=5s": service "policy" not found`,
  )
  assert.match(told?.cause ?? '', /w\.example\.com has to agree .*: service "policy" not found$/)
  assert.match(told?.cure ?? '', /let service policy of namespace default answer, or set failure/)
})

test('one elsewhere is told by its address', () => {
  const told = silentWebhookIn(
    `${FAILED}failed to call webhook: Post "https://policy.example.com/v?timeout=5s": dial tcp 192.0.2.1:443: i/o timeout`,
  )
  assert.match(told?.cure ?? '', /let https:\/\/policy\.example\.com\/v answer/)
})

test('another trouble of the server is no webhook', () => {
  assert.equal(silentWebhookIn('etcdserver: request timed out'), null)
})
