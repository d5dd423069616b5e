import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outside } from '../../lib/corefile/outside.ts'
import { isOpen, kubernetesIn } from '../../lib/corefile/plugins.ts'
import { WANTED } from '../volume/world.ts'
import { textAt } from '../../lib/core/json.ts'

const saysOf = (corefile: string) => outside(corefile, 'example.com.')

test("the chapter's Corefile forwards nothing", () => {
  const config = WANTED.find(({ kind }) => kind === 'ConfigMap')
  const corefile = textAt(config, 'data', 'Corefile')
  assert.match(corefile ?? '', /kubernetes cluster\.local/)
  assert.equal(saysOf(corefile ?? ''), 'unserved')
})

test('a Corefile that forwards, in the words of any version, and by a snippet', () => {
  for (const corefile of [
    '.:53 {\n    forward . /etc/resolv.conf\n}',
    '.:53 {\n\tproxy . 192.0.2.1\n}',
    'cluster.local {\n  kubernetes\n}\ncom {\n  forward Example.com 192.0.2.1\n}',
    '(up) {\n  forward . 192.0.2.1\n}\n. {\n  import up\n}',
  ]) {
    assert.equal(saysOf(corefile), 'forwarded', corefile)
  }
})

test('a word in a comment or behind another one forwards nothing, nor does forward for other zones', () => {
  for (const corefile of [
    '.:53 {\n    # forward . 192.0.2.1\n    log forward\n}',
    '.:53 {\n  kubernetes cluster.local\n  forward corp.example 192.0.2.1\n}',
    '.:53 {\n  log\n}\ncorp.example {\n  forward . 192.0.2.1\n}',
    '(up) {\n  forward . 192.0.2.1\n}\n. {\n  log\n}',
  ]) {
    assert.equal(saysOf(corefile), 'unserved', corefile)
  }
})

test('without a server block for such names they are refused', () => {
  assert.equal(saysOf('cluster.local:53 in-addr.arpa {\n  kubernetes\n}'), 'refused')
  assert.equal(saysOf('cluster.local {\n  kubernetes\n}\nxample.com {\n  log\n}'), 'refused')
})

test('what other plugins and other files say for such names is not told by the text', () => {
  for (const corefile of [
    '. {\n  hosts {\n    192.0.2.1 a.example\n  }\n}',
    '. {\n  kubernetes . in-addr.arpa\n}',
    '. {\n  import custom/*.override\n}',
    '. {\n  log\n}\nimport custom/*.server',
    '. {\n  forward {$ZONE} 192.0.2.1\n}',
    '. {\n  log }',
  ]) {
    assert.equal(saysOf(corefile), 'unknown', corefile)
  }
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
  assert.equal(isOpen('.:53 {\n  hosts {\n    import hosts.txt\n  }\n}'), true)
  assert.equal(isOpen('.:53 {\n  kubernetes cluster.local {\n    pods insecure\n  }\n}'), false)
})

test('a snippet of the Corefile itself stands where it is imported, and nowhere else', () => {
  const corefile =
    '(all) {\n  errors\n}\n(k) {\n  import all\n  kubernetes {\n    import opts\n  }\n}\ncluster.local {\n  import k\n}'
  assert.deepEqual(
    kubernetesIn(corefile).map(({ zones }) => zones),
    [['cluster.local']],
  )
  assert.equal(isOpen(corefile), true)
  const closed = `(opts) {\n  pods insecure\n}\n${corefile}`
  assert.equal(isOpen(closed), false)
  assert.deepEqual(kubernetesIn(closed)[0]?.options, [['pods', 'insecure']])
  assert.deepEqual(kubernetesIn('(k) {\n  kubernetes cluster.local\n}\n. {\n  log\n}'), [])
})
