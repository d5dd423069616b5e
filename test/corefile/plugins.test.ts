import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwards, isOpen, kubernetesIn } from '../../lib/corefile/plugins.ts'
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

test('zones are those of the plugin, or of the header of its block where it names none', () => {
  const zonesIn = (corefile: string) => kubernetesIn(corefile).map(({ zones }) => zones)
  const arpa = ['in-addr.arpa', 'ip6.arpa']
  for (const [corefile, zones] of [
    [
      '.:53 {\n  kubernetes cluster.local. in-addr.arpa ip6.arpa {\n    pods insecure\n  }\n}',
      arpa,
    ],
    ['cluster.local:53 in-addr.arpa:53, ip6.arpa:53 {\n  errors\n  kubernetes { }\n}', arpa],
    ['dns://Cluster.Local.:53 {\n  kubernetes\n}\n.:53 {\n  forward . 192.0.2.1\n}', []],
  ] as const) {
    assert.deepEqual(zonesIn(corefile), [['cluster.local', ...zones]])
  }
  assert.deepEqual(zonesIn('.:53 {\n  # kubernetes cluster.local\n  log kubernetes\n}'), [])
})

test('what a Corefile imports or takes from its environment decides as well', () => {
  assert.equal(isOpen('.:53 {\n  import custom/*.override\n}'), true)
  assert.equal(isOpen('.:53 {\n  log\n}\nimport custom/*.server\n'), true)
  assert.equal(isOpen('.:53 {\n  kubernetes {$DOMAIN}\n}'), true)
  assert.equal(isOpen('.:53 {\n  kubernetes cluster.local {\n    pods insecure\n  }\n}'), false)
})
