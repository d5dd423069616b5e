import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { valueOf } from '../../lib/evidence/evidence.ts'
import { but, corednsSays, failing, HEALTHY } from './evidence.ts'
import { ending } from './hand-made-starts.ts'

const COREFILE = valueOf(HEALTHY.corefile) ?? ''
const REFUSED =
  'E1201 04:59:56.310292       1 reflector.go:126] k8s.io/client-go/tools/cache/reflector.go:94: Failed to list *v1.Service: Get http://127.0.0.1:8080/api/v1/services?limit=500: dial tcp 127.0.0.1:8080: connect: connection refused'
const UNKNOWN_KIND = REFUSED.replace(
  /: Get .*/,
  ': the server could not find the requested resource (get services)',
)

function told(line: string, options: string): readonly Verdict[] {
  const found = COREFILE.replace('pods insecure', options)
  return rank(failing('coredns-pods', but({ ...corednsSays(line), corefile: { found } }))).verdicts
}

test('an API server that the Corefile names is told before what comes of asking it, and taken out with what goes with it', () => {
  for (const line of [REFUSED, UNKNOWN_KIND]) {
    const [first, ...others] = told(line, 'endpoint http://127.0.0.1:8080\n      tls a b c')
    assert.equal(first?.code, 'B16')
    assert.match(first.cure, / \| sed '.*endpoint http.*\/d; .*tls a b c\$\/d' \| /)
    assert.deepEqual(others, [])
  }
  assert.equal(told(REFUSED, 'kubeconfig /etc/kubeconfig')[0]?.code, 'B16')
  assert.equal(told(REFUSED, 'pods insecure')[0]?.code, 'B2')
  assert.equal(told('.:53', 'endpoint https://192.0.2.1:6443')[0]?.code, undefined)
})

test('what ends CoreDNS at its start is mended where it stands', () => {
  const cureOf = (line: string, corefile = COREFILE): string =>
    rank({ ...ending(line), corefile: { found: corefile } }).verdicts[0]?.cure ?? ''
  const token =
    'plugin/kubernetes: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory'
  assert.match(cureOf(token), /patch deployment\/coredns -p '.*"automountServiceAccountToken":true/)
  const bound = 'Listen: listen tcp 169.254.20.10:53: bind: cannot assign requested address'
  const alone = COREFILE.replace('ready', 'ready\n    bind 169.254.20.10')
  assert.match(cureOf(bound, alone), / \| sed '.*bind 169.*\/d' \| .* rollout restart /)
  const both = COREFILE.replace('ready', 'ready\n    bind 0.0.0.0 169.254.20.10')
  assert.match(cureOf(bound, both), /; take 169\.254\.20\.10 out of its plugin bind: /)
})
