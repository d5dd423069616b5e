import assert from 'node:assert/strict'
import type { WrongAnswer } from '../../lib/core/look-data.ts'
import { test } from 'node:test'
import { valueOf } from '../../lib/evidence/evidence.ts'
import { rank } from '../../lib/diagnosis/rank.ts'
import { answeredBy } from './hand-made-asking.ts'

function codesOf(plugin: string, type: WrongAnswer['type'], got: string): readonly string[] {
  return rank(answeredBy(plugin, type, got)).verdicts.map(({ code }) => code)
}

test('the cure is one command where it can be told, and says what to write else', () => {
  for (const [plugin, type, got, cure] of [
    [
      'hosts {\n      10.9.9.9   a.example\n    }',
      'A',
      'NXDOMAIN',
      / \| sed '.*fallthrough.*' \| /,
    ],
    [
      'hosts /etc/hosts',
      'A',
      'SERVFAIL',
      /; let its plugin hosts have the option fallthrough, behind all others; /,
    ],
    [
      'template ANY ANY {\n      rcode NXDOMAIN\n    }',
      ...(['AAAA', 'NXDOMAIN', / \| sed '.*rcode NOERROR.*' \| /] as const),
    ],
    [
      'acl {\n      block\n    }',
      'A',
      'REFUSED',
      /; let its plugin acl leave names of the cluster/,
    ],
  ] as const) {
    const [first] = rank(answeredBy(plugin, type, got)).verdicts
    assert.equal(first?.code, 'C20', plugin)
    assert.match(first.cure, cure)
    assert.equal(first.permanent, true)
  }
})

test('a plugin that leaves such names, or such answers, alone is no cause', () => {
  for (const [plugin, type, got] of [
    ['hosts {\n      10.9.9.9 a.example\n      fallthrough\n    }', 'A', 'NXDOMAIN'],
    ['hosts /etc/hosts a.example', 'A', 'NXDOMAIN'],
    ['template IN A {\n      rcode NXDOMAIN\n    }', 'AAAA', 'NXDOMAIN'],
    ['template IN AAAA a.example {\n      rcode NXDOMAIN\n    }', 'AAAA', 'NXDOMAIN'],
    ['template IN AAAA {\n      match ^a\n      rcode NXDOMAIN\n    }', 'AAAA', 'NXDOMAIN'],
    ['acl {\n      block\n    }', 'A', 'NXDOMAIN'],
    ['log', 'AAAA', 'NXDOMAIN'],
    ['rewrite name exact a.example b.example', 'A', 'NXDOMAIN'],
    ['rewrite type ANY HINFO', 'A', 'NXDOMAIN'],
    ['rewrite name regex (?P<a>.*)\\.example {1}.b', 'A', 'NXDOMAIN'],
  ] as const) {
    assert.ok(!codesOf(plugin, type, got).includes('C20'), plugin)
  }
})

test('a rewrite of such a name is told, whatever way it is written', () => {
  for (const rule of [
    'rewrite name regex (.*)\\.svc\\.cluster\\.local {1}.svc.b.example',
    'rewrite stop {\n      name regex ^kubernetes b\n      answer name b kubernetes\n    }',
    'rewrite continue name suffix .cluster.local .b.example',
    'rewrite name substring default b',
    'rewrite name prefix kubernetes. b.',
    'rewrite name kubernetes.default.svc.cluster.local b.example',
  ]) {
    const [first] = rank(answeredBy(rule, 'A', 'SERVFAIL')).verdicts
    assert.equal(first?.code, 'C20', rule)
    assert.match(first.cure, /let its plugin rewrite leave names of the cluster alone/)
  }
})

test('a server block of a longer zone that takes such names is told, and given the plugin', () => {
  const svc = answeredBy('ready', 'A', 'SERVFAIL')
  const beside = (block: string) =>
    rank({ ...svc, corefile: { found: (valueOf(svc.corefile) ?? '') + block } }).verdicts
  const [first] = beside('svc.cluster.local:53 {\n    errors\n    forward . 192.0.2.1\n}\n')
  assert.equal(first?.code, 'C20')
  assert.match(
    first.cause,
    /by its server block svc\.cluster\.local, which has no plugin kubernetes/,
  )
  assert.match(first.cure, / \| sed '.*kubernetes cluster\.local.*' \| /)
  for (const other of [
    'example.org',
    'svc.cluster.local:53 {\n    kubernetes cluster.local\n}\na',
  ]) {
    assert.deepEqual(beside(`${other} {\n    forward . 192.0.2.1\n}\n`), [], other)
  }
})

test('a reverse zone of others is given the plugin, and what it knows more', () => {
  const name = '1.0.32.10.in-addr.arpa'
  const svc = answeredBy('ready', 'PTR', 'SERVFAIL', name)
  const text = `${valueOf(svc.corefile) ?? ''}10.in-addr.arpa {\n    forward . 192.0.2.1\n}\n`
  const [first] = rank({ ...svc, corefile: { found: text } }).verdicts
  assert.equal(first?.code, 'C20')
  assert.match(first.cure, /kubernetes cluster\.local 10\.in-addr\.arpa \{.*fallthrough.*\}/)
})
