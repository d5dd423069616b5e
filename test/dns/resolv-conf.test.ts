import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectedResolvConf, parseResolvConf, searchOrder } from '../../lib/dns/resolv-conf.ts'
import { random } from './random.ts'

/** The chapter's own listing. */
const CHAPTER = `search default.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.32.0.10
options ndots:5
`
const CLUSTER = { clusterDomain: 'cluster.local', clusterDNS: ['10.32.0.10'] }

test("the chapter's listing is what the kubelet should have written", () => {
  assert.deepEqual(
    parseResolvConf(CHAPTER),
    expectedResolvConf({ ...CLUSTER, namespace: 'default' }),
  )
})

test('the last search or domain line wins, options add up, the root domain stays', () => {
  const conf = parseResolvConf(
    'domain a.example.\nsearch b.example c.example. .\noptions ndots:2 rotate\noptions ndots:3 timeout:1\n',
  )
  assert.deepEqual(conf.search, ['b.example', 'c.example', '.'])
  assert.equal(conf.ndots, 3)
  assert.deepEqual(
    [...conf.options],
    [
      ['ndots', '3'],
      ['rotate', ''],
      ['timeout', '1'],
    ],
  )
  assert.deepEqual(parseResolvConf('search a b\ndomain c\n').search, ['c'])
})

test('comments and bad lines are passed over', () => {
  const text = [
    '# nameserver 192.0.2.1',
    '; nameserver 192.0.2.2',
    '#nameserver 192.0.2.3',
    '  nameserver 192.0.2.4',
    'nameserver',
    'nameserver kube-dns',
    'nameserver 10.32.0.300',
    'NAMESERVER 192.0.2.5',
    'search',
    'nameserver 10.32.0.10 # the cluster',
    'nameserver\tfe80::1%eth0\r',
  ].join('\n')
  const conf = parseResolvConf(text)
  assert.deepEqual(conf.nameservers, ['10.32.0.10', 'fe80::1%eth0'])
  assert.deepEqual(conf.search, [])
  assert.equal(conf.ndots, 1)
})

test('ndots is 1 unless it is a number, and 15 at most', () => {
  const cases = [
    ['ndots:0', 0],
    ['ndots:5', 5],
    ['ndots:99', 15],
    ['ndots:x', 1],
    ['ndots:-1', 1],
    ['ndots', 1],
  ] as const
  for (const [option, ndots] of cases) {
    assert.equal(parseResolvConf(`options ${option}\n`).ndots, ndots, option)
  }
})

test("the host's search list is appended without repeating a domain", () => {
  const hostSearch = ['example.com.', 'cluster.local', 'example.com']
  assert.deepEqual(
    expectedResolvConf({ ...CLUSTER, namespace: 'kube-system', hostSearch }).search,
    ['kube-system.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'example.com'],
  )
})

test('the kubelet keeps 3 nameservers, 32 domains and 2048 characters', () => {
  const many = Array.from({ length: 40 }, (_, i) => `d${String(i)}.example`)
  const clusterDNS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']
  const conf = expectedResolvConf({ ...CLUSTER, clusterDNS, namespace: 'x', hostSearch: many })
  assert.deepEqual(conf.nameservers, clusterDNS.slice(0, 3))
  assert.equal(conf.search.length, 32)
  const long = Array.from({ length: 20 }, (_, i) => `${'x'.repeat(200)}${String(i)}.example`)
  const { search } = expectedResolvConf({ ...CLUSTER, namespace: 'x', hostSearch: long })
  assert.ok(search.join(' ').length <= 2048)
  assert.equal(search.length, 12)
})

test('ndots:5 means fewer than five dots: with five the name itself goes first', () => {
  const conf = expectedResolvConf({ ...CLUSTER, namespace: 'default' })
  const searched = (name: string): readonly string[] =>
    conf.search.map((domain) => `${name}.${domain}`)
  for (const name of ['kubernetes', 'kubernetes.default.svc.cluster.local', 'a.b.c.d.e']) {
    assert.deepEqual(searchOrder(name, conf), [...searched(name), name])
  }
  assert.deepEqual(searchOrder('a.b.c.d.e.f', conf), ['a.b.c.d.e.f', ...searched('a.b.c.d.e.f')])
})

test('a final dot means that name only', () => {
  const conf = expectedResolvConf({ ...CLUSTER, namespace: 'default' })
  assert.deepEqual(searchOrder('kubernetes.default.', conf), ['kubernetes.default'])
})

test('the root domain in the search list stands for the name itself', () => {
  assert.deepEqual(searchOrder('a', { search: ['.', 'b'], ndots: 1 }), ['a', 'a.b'])
  assert.deepEqual(searchOrder('a', { search: [], ndots: 5 }), ['a'])
})

test('random text never throws', (t) => {
  const { pick, seed } = random()
  t.diagnostic(`seed ${String(seed)}`)
  const words = ['nameserver', 'search', 'options', 'domain', ' ', '\n', 'ndots:', '5', '.', '\0']
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: pick(30) }, () => {
      return words[pick(words.length + 2)] ?? String.fromCodePoint(pick(0x3000))
    }).join('')
    const { ndots, search } = parseResolvConf(text)
    assert.ok(ndots >= 0 && ndots <= 15, `seed ${String(seed)}`)
    assert.ok(searchOrder('a.b', { ndots, search }).includes('a.b'), `seed ${String(seed)}`)
  }
})
