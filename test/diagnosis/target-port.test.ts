import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rank } from '../../lib/diagnosis/rank.ts'
import { type Evidence, valueOf } from '../../lib/evidence/evidence.ts'
import { HEALTHY } from './evidence.ts'
import { refusedAt } from './hand-made-endpoints.ts'

const COREFILE = valueOf(HEALTHY.corefile) ?? ''

const first = (evidence: Evidence) => rank(evidence).verdicts[0]

test('a targetPort at which CoreDNS does not listen is told, by number and by name, and set to where it does', () => {
  for (const port of ['1053', 'dnsx']) {
    const told = first(refusedAt(COREFILE, port))
    assert.equal(told?.code, 'D21', port)
    assert.match(told.cause, new RegExp(`leads to port ${port} .* listens on 53$`))
    assert.match(told.cure, /patch service kube-dns --type=json -p '.*"value":53/)
  }
})

test('a Corefile for another port than everywhere is given that one', () => {
  const told = first(refusedAt(COREFILE.replace('.:53', '.:5353')))
  assert.equal(told?.code, 'D21')
  assert.match(told.cure, / \| sed '.*\.:53 \{\/' \| .* rollout restart /)
  assert.equal(first(refusedAt(COREFILE.replace('.:53', 'dns://.:5353'), '5353')), undefined)
})

test('a CoreDNS that is bound to loopback is told, and the line taken out', () => {
  const told = first(refusedAt(COREFILE.replace('ready', 'ready\n    bind 127.0.0.1')))
  assert.equal(told?.code, 'D21')
  assert.match(told.cure, / \| sed '.*bind 127\\\.0\\\.0\\\.1\$\/d' \| /)
  assert.equal(first(refusedAt(COREFILE.replace('ready', 'ready\n    bind 0.0.0.0'))), undefined)
})

test('where it is asked at the right port, or answers, or is not refused, no port is blamed', () => {
  assert.equal(first(refusedAt(COREFILE)), undefined)
  assert.equal(first(refusedAt(COREFILE, 'dns')), undefined)
  for (const one of [{ answered: 2 }, { errors: [] }]) {
    assert.notEqual(first(refusedAt(COREFILE, '1053', one))?.code, 'D21')
  }
})
