import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carryByHand } from '../../lib/corefile/carry.ts'
import { parseCorefile } from '../../lib/corefile/parse.ts'
import { inOneLine } from '../../lib/corefile/print.ts'
import { random } from '../dns/random.ts'
import { OF_2020, OF_CURRENT } from './editions.ts'

const shipped = [OF_2020, OF_CURRENT]

function toCurrent(live: string) {
  return carryByHand({ live, shipped, wanted: OF_CURRENT, version: '1.14.6' })
}

function to2020(live: string) {
  return carryByHand({ live, shipped, wanted: OF_2020, version: '1.6.2' })
}

/** What the Corefile has beyond that of the edition, and what it lacks of it; a line each. */
function beyond(text: string, edition: string) {
  const [now, then] = [text, edition].map((one) => one.split('\n').map((line) => line.trim()))
  return {
    more: now?.filter((line) => then?.includes(line) !== true) ?? [],
    less: then?.filter((line) => now?.includes(line) !== true) ?? [],
  }
}

test('what an edition shipped becomes what the other ships, byte for byte, in any order and spacing', () => {
  for (const live of [
    OF_2020,
    `# mine\n${OF_2020}`,
    OF_2020.replaceAll('    ', '\t'),
    OF_2020.replace('    loop\n', '').replace('errors\n', 'errors\n    loop\n'),
  ]) {
    assert.deepEqual(toCurrent(live), {
      text: OF_CURRENT,
      told: [],
      obstacles: [],
      base: 'shipped',
    })
  }
  assert.equal(to2020(OF_CURRENT).text, OF_2020)
})

test('files that are imported beside the server block, as k3s and AKS do, are kept and told', () => {
  const { text, told, obstacles } = toCurrent(`${OF_2020}import custom/*.server\n`)
  assert.deepEqual(beyond(text, OF_CURRENT), { more: ['import custom/*.server'], less: [] })
  assert.match(
    told.join('\n'),
    /^line \d+, import custom\/\*\.server: kept, as it was made by hand$/,
  )
  assert.deepEqual(obstacles, [])
})

test('a stub zone, hosts, forward targets and a longer cache are kept in the new edition', () => {
  const live =
    OF_2020.replace(
      'cache 30',
      'cache 300\n    hosts {\n      10.0.0.1 a.example\n      fallthrough\n    }\n    forward . 10.0.0.2',
    ) + 'corp.example {\n    errors\n    forward . 10.0.0.3\n}\n'
  const { text, told, obstacles } = toCurrent(live)
  assert.deepEqual(beyond(text, OF_CURRENT), {
    more: [
      'cache 300 {',
      ...['hosts {', '10.0.0.1 a.example', 'fallthrough'],
      'forward . 10.0.0.2',
      ...['corp.example {', 'forward . 10.0.0.3'],
    ],
    less: ['cache 30 {'],
  })
  assert.deepEqual(obstacles, [])
  assert.equal(told.length, 4)
  assert.ok(told.every((line) => /^line \d+, .*: kept/.test(line)))
})

test('braces that are left around nothing go', () => {
  const kubeadm = OF_CURRENT.replace(/cache 30 \{[^}]*\}/, 'cache 30')
  assert.doesNotMatch(
    toCurrent(`${kubeadm}corp.example {\n  forward . 10.0.0.1\n}\n`).text,
    /\{\s*\}/,
  )
})

test('an option that was changed by hand stays, and the rest of its plugin is the new one', () => {
  const live = OF_2020.replace('pods insecure', 'pods verified\n      endpoint_pod_names')
  assert.deepEqual(beyond(toCurrent(live).text, OF_CURRENT), {
    more: ['pods verified', 'endpoint_pod_names'],
    less: ['pods insecure'],
  })
})

test('an option that the new edition ships otherwise keeps the value that was there by hand', () => {
  const live = OF_2020.replace('health\n', 'health {\n      lameduck 12s\n    }\n')
  assert.deepEqual(beyond(toCurrent(live).text, OF_CURRENT), {
    more: ['lameduck 12s'],
    less: ['lameduck 5s'],
  })
})

test('a plugin that was taken out by hand stays away, but for those without which DNS is none', () => {
  const without = (...names: readonly string[]) =>
    toCurrent(OF_2020.replaceAll(new RegExp(`^    (?:${names.join('|')})\\b.*\n`, 'gm'), ''))
  const { text, told } = without('loop', 'loadbalance')
  assert.deepEqual(beyond(text, OF_CURRENT), { more: [], less: ['loop', 'loadbalance'] })
  assert.deepEqual(told, ['loop: left out, as by hand', 'loadbalance: left out, as by hand'])
  assert.equal(without('ready', 'health').text, OF_CURRENT)
})

test("kubeadm's own is told from the nearest edition: it keeps its forward", () => {
  const kubeadm = OF_CURRENT.replace(
    'prometheus :9153',
    'prometheus :9153\n    forward . /etc/resolv.conf {\n      max_concurrent 1000\n    }',
  )
  const { text, base } = toCurrent(kubeadm)
  assert.equal(base, 'wanted')
  assert.deepEqual(beyond(text, OF_CURRENT).more, [
    'forward . /etc/resolv.conf {',
    'max_concurrent 1000',
  ])
  const old = to2020(kubeadm)
  assert.deepEqual(beyond(old.text, OF_2020).less, [])
  assert.match(old.obstacles.join(), /^line \d+, max_concurrent 1000 of forward: .* 1\.6\.8/)
})

test('old options are translated line by line, and what has no successor stands in the way', () => {
  const live = OF_2020.replace(
    'pods insecure',
    'pods insecure\n      upstream\n      resyncperiod 5m',
  ).replace('    loop\n', '    loop\n    federation cluster.local {\n      x y.example\n    }\n')
  const { text, told, obstacles } = toCurrent(live)
  assert.doesNotMatch(text, /upstream|resyncperiod/)
  assert.match(told.join('\n'), /^line 7, upstream of kubernetes: .*\nline 8, resyncperiod 5m/)
  assert.equal(obstacles.length, 1)
  assert.match(
    obstacles[0] ?? '',
    /^line 14, federation cluster\.local: gone since CoreDNS 1\.7\.0/,
  )
})

test('a live Corefile that cannot be read stands in the way, with its line', () => {
  const { text, obstacles, base } = toCurrent(OF_2020.replace('loop\n', 'loop }\n'))
  assert.equal(text, OF_CURRENT)
  assert.match(obstacles.join(), /^line \d+: a brace is closed in a line that has not opened it, /)
  assert.equal(base, null)
})

test('a brace too many, which CoreDNS takes for a zone, is told and left out', () => {
  const stray = 'line 15, }: left out, as it closes nothing'
  const own = { text: OF_CURRENT, told: [stray], obstacles: [], base: 'shipped' }
  assert.deepEqual(toCurrent(`${OF_2020}}\n`), own)
  const { text, told } = toCurrent(`${OF_2020.replace('cache 30', 'cache 90')}}\n`)
  assert.deepEqual(beyond(text, OF_CURRENT).more, ['cache 90 {'])
  assert.deepEqual(told, ['line 10, cache 90: kept, as it was made by hand', stray])
})

test('of random edits none is lost, and what was carried once is carried again as it is', (t) => {
  const { seed, pick } = random()
  t.diagnostic(`SEED=${seed}`)
  const EDITS = [
    'log',
    'hosts {\n      10.0.0.1 a.example\n    }',
    'forward . 10.0.0.2',
    'rewrite name a.example b.example',
    'rewrite name c.example d.example',
    'autopath @kubernetes',
    'template ANY ANY e.example {\n      rcode NXDOMAIN\n    }',
  ]
  const BLOCKS = ['a.example', 'b.example:5353', 'c.example d.example']
  for (let round = 0; round < 300; round += 1) {
    const edits = EDITS.filter(() => pick(2) === 0)
    const blocks = BLOCKS.filter(() => pick(3) === 0)
    const out = ['loop', 'reload', 'errors', 'cache 30'].filter(() => pick(4) === 0)
    let live = OF_2020
    for (const line of out) live = live.replace(`    ${line}\n`, '')
    live = live.replace('    ready\n', `    ready\n${edits.map((one) => `    ${one}\n`).join('')}`)
    live += blocks.map((zone) => `${zone} {\n    whoami\n}\n`).join('')
    const { text, obstacles } = toCurrent(live)
    assert.deepEqual(obstacles, [])
    const parsed = parseCorefile(text)
    assert.ok('statements' in parsed)
    const lines = parsed.statements.flatMap(({ body }) => body?.map(inOneLine) ?? [])
    const told = edits.map((one) => one.replace(/\n\s+(\w.*)\n\s+\}/, ' $1 }'))
    // In their order: that of rewrites decides.
    assert.deepEqual(
      lines.filter((line) => told.includes(line)),
      told,
    )
    for (const line of out) assert.ok(!lines.some((one) => one.startsWith(line)), line)
    for (const zone of blocks) assert.match(text, new RegExp(`^${zone} \\{`, 'm'))
    assert.equal(toCurrent(text).text, text)
  }
})
