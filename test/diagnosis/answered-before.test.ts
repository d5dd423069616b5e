import assert from 'node:assert/strict'
import type { WrongAnswer } from '../../lib/core/look-data.ts'
import { test } from 'node:test'
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
  ] as const) {
    assert.ok(!codesOf(plugin, type, got).includes('C20'), plugin)
  }
})
