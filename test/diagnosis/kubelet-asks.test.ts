import assert from 'node:assert/strict'
import test from 'node:test'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { type Evidence, valueOf } from '../../lib/evidence/evidence.ts'
import { HEALTHY } from './evidence.ts'
import { unasked } from './hand-made-starts.ts'

const COREFILE = valueOf(HEALTHY.corefile) ?? ''

const refused = (corefile: string, kind: string, asked: string): Evidence => {
  const [, port = ''] = /:(\d+)/.exec(asked) ?? []
  const tried = `Get "http://10.200.0.2${asked}": dial tcp 10.200.0.2:${port}`
  return unasked(`${kind} probe failed: ${tried}: connect: connection refused`, () => corefile)
}

const told = (evidence: Evidence): Verdict | undefined => rank(evidence).verdicts[0]

test('a port that the kubelet asks and no plugin serves is told, and the plugin put in', () => {
  const without = COREFILE.replace(/^ +ready\n/m, '')
  const verdict = told(refused(without, 'Readiness', ':8181/ready'))
  assert.equal(verdict?.code, 'C19')
  assert.equal(verdict.permanent, true)
  assert.match(verdict.cause, /asks CoreDNS for \/ready on port 8181, .* has no plugin ready$/)
  assert.match(verdict.cure, /\{h;s\/kubernetes cluster.*\/ready\/;p;x;\}' \| kubectl/)
})

test('a plugin on another port, or for its pod alone, is put where the kubelet asks', () => {
  const cures = {
    'health :8081': ['Liveness', ':8080/health', /\\1health\//],
    'health localhost:8080': ['Liveness', ':8080/health', /\\1health\//],
    health: ['Liveness', ':8088/health', /\\1health :8088\//],
  } as const
  for (const [line, [kind, asked, cure]] of Object.entries(cures)) {
    const corefile = COREFILE.replace(/^( +)health.*$/m, `$1${line}`)
    const verdict = told(refused(corefile, kind, asked))
    assert.equal(verdict?.code, 'C19', line)
    assert.match(verdict.cure, cure)
  }
})

test('a CoreDNS that does not listen yet is no cause, nor what other files may say', () => {
  const open = `${COREFILE.replace(/^ +ready\n/m, '')}\nimport custom/*.server\n`
  for (const corefile of [COREFILE, open]) {
    assert.equal(told(refused(corefile, 'Readiness', ':8181/ready')), undefined, corefile)
  }
})

test('a plugin is asked for by its path, whatever the kubelet wants to know by it', () => {
  assert.equal(told(refused(COREFILE, 'Readiness', ':8080/health')), undefined)
})
