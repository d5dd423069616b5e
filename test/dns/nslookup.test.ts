import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type NslookupReading, readNslookup } from '../../lib/dns/nslookup/nslookup.ts'
import { random } from './random.ts'
import { recordingsIn, summary } from './recordings.ts'

const DATA = new URL('../data/nslookup/', import.meta.url)
const SHARED = new URL('../../../shared/data/nslookup/', import.meta.url)

const read = (stdout: string, stderr = '', code: number | null = 0): NslookupReading =>
  readNslookup({ stdout, stderr, code })

/** All recordings of a folder with their readings, in the form of expected.txt. */
function readings(folder: URL): readonly string[] {
  return recordingsIn(folder).map((one) => `${one.title}\n  ${summary(readNslookup(one))}`)
}

const expected = readFileSync(new URL('expected.txt', DATA), 'utf8')
  .trimEnd()
  .split(/\n(?=\S)/)

test('reads 80 recorded runs of busybox 1.28, 1.29, 1.31, 1.36 and BIND 9.18', () => {
  assert.equal(expected.length, 80)
  assert.deepEqual(readings(DATA), expected)
})

test(
  'reads the recordings of the folder shared',
  { skip: !existsSync(SHARED) && 'the folder ../shared/data/nslookup is not on this machine' },
  () => {
    assert.deepEqual(readings(SHARED), expected)
  },
)

test("reads the chapter's own listing", () => {
  const listing = [
    'Server:    10.32.0.10',
    'Address 1: 10.32.0.10 kube-dns.kube-system.svc.cluster.local',
    '',
    'Name:      kubernetes',
    'Address 1: 10.32.0.1 kubernetes.default.svc.cluster.local',
  ]
  const pointer = 'kubernetes.default.svc.cluster.local'
  // A terminal (kubectl exec -t) ends its lines with a carriage return.
  for (const end of ['\n', '\r\n']) {
    assert.deepEqual(read(listing.join(end)), {
      dialect: 'busybox-1.28',
      server: '10.32.0.10',
      serverName: 'kube-dns.kube-system.svc.cluster.local',
      answers: [{ name: 'kubernetes', address: '10.32.0.1', pointer }],
      aliases: [],
      failures: [],
      outcome: 'answer',
    })
  }
})

const HEADER = 'Server:\t\t10.32.0.10\nAddress:\t10.32.0.10:53\n\n'

test('the exit code does not decide: a right answer with exit code 1 is an answer', () => {
  const text = `${HEADER}Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.32.0.1\n\n** server can't find kubernetes.svc.cluster.local: NXDOMAIN\n`
  for (const code of [0, 1, 137, null]) assert.equal(read(text, '', code).outcome, 'answer')
})

test('"no answer" for the IPv6 half does not hide the IPv4 address', () => {
  const text = `${HEADER}Name:\tkubernetes\nAddress: 10.32.0.1\n\n*** Can't find kubernetes: No answer\n`
  assert.equal(
    summary(read(text)),
    'busybox | 10.32.0.10 | answer | kubernetes=10.32.0.1 | !kubernetes no-answer',
  )
})

test('silence after the header is a name without addresses', () => {
  assert.equal(summary(read(HEADER)), 'busybox | 10.32.0.10 | no-answer')
})

test("the complaint of busybox 1.28 with musl about the server '(null)' does not count", () => {
  const reading = read(
    '\nName:      kubernetes\nAddress 1: 10.32.0.1\n',
    "nslookup: can't resolve '(null)': Name does not resolve\n",
  )
  assert.equal(summary(reading), 'busybox-1.28 | - | answer | kubernetes=10.32.0.1')
})

test('an address without a name in busybox 1.28 is no answer to a reverse lookup', () => {
  const text =
    'Server:    10.32.0.10\nAddress 1: 10.32.0.10\n\nName:      10.32.0.1\nAddress 1: 10.32.0.1\n'
  assert.equal(
    summary(read(text)),
    'busybox-1.28 | 10.32.0.10 | unresolved | !10.32.0.1 unresolved',
  )
})

test('all addresses and aliases of a name are read, IPv6 too, each once', () => {
  const header = 'Server:\t\tfd00::a\nAddress:\tfd00::a#53\n\n'
  const text = `${header}db.default.svc.cluster.local\tcanonical name = db.example.com.\nName:\tdb.example.com\nAddress: 192.0.2.1\nName:\tdb.example.com\nAddress: 192.0.2.2\nName:\tdb.example.com\nAddress: 2001:db8::1\nName:\tdb.example.com\nAddress: 192.0.2.1\n`
  const reading = read(text)
  assert.equal(reading.dialect, 'bind')
  assert.equal(reading.server, 'fd00::a')
  assert.deepEqual(
    reading.answers.map(({ address }) => address),
    ['192.0.2.1', '192.0.2.2', '2001:db8::1'],
  )
  assert.deepEqual(reading.aliases, [
    { name: 'db.default.svc.cluster.local', canonical: 'db.example.com' },
  ])
})

test('a server named by the user, and busybox with an IPv6 server, are understood', () => {
  const named = 'Server:\t\tkube-dns\nAddress:\t10.32.0.10:53\n\nName:\tx\nAddress: 10.32.0.1\n'
  assert.equal(read(named).server, '10.32.0.10')
  const six = 'Server:\t\tfd00::a\nAddress:\t[fd00::a]:53\n\nName:\tx\nAddress: fd00::1\n'
  assert.equal(summary(read(six)), 'busybox | fd00::a | answer | x=fd00::1')
})

test('the server is never taken for the answer', () => {
  const cases = [
    HEADER,
    'Server:    10.32.0.10\nAddress 1: 10.32.0.10 kube-dns.kube-system.svc.cluster.local\n',
    `${HEADER}Address: 10.32.0.1\n`,
    'Server:\t\t10.32.0.10\nAddress:\t10.32.0.10#53\n\nNon-authoritative answer:\nAddress: 10.32.0.1\n',
  ]
  for (const text of cases) assert.deepEqual(read(text).answers, [], text)
})

test('other ways to fail are told apart', () => {
  const gaveUp = ';; connection timed out; no servers could be reached\n\n'
  const cases = [
    [gaveUp, "nslookup: write to '10.32.0.10': Network is unreachable\n", 'unreachable'],
    [gaveUp, 'nslookup: read: Connection refused\n', 'refused'],
    ['', "nslookup: bad address 'kube-dns'\n", 'unresolved'],
    [';; communications error to 10.32.0.10#53: host unreachable\n', '', 'unreachable'],
    [';; no servers could be reached\n', '', 'timeout'],
    [`${HEADER}** server can't find x: REFUSED\n`, '', 'other-rcode'],
    [';; Got REFUSED reply from 10.32.0.10, trying next server\n', '', 'other-rcode'],
  ] as const
  for (const [stdout, stderr, outcome] of cases) {
    const reading = read(stdout, stderr, 1)
    assert.equal(reading.outcome, outcome, `${stdout}${stderr}`)
    assert.deepEqual(reading.answers, [])
  }
  assert.deepEqual(read(`${HEADER}** server can't find x: REFUSED\n`).failures, [
    { reason: 'other-rcode', rcode: 'REFUSED', name: 'x' },
  ])
})

test('what is cut off is not read: half an address may be another one', () => {
  const text = `${HEADER}Name:\tx\nAddress: 10.32.0.1`
  assert.equal(read(`${text}0\n`, '', null).answers[0]?.address, '10.32.0.10')
  assert.deepEqual(read(text, '', null).answers, [])
  const long = `${HEADER}Name:\tx\n${' '.repeat(64 * 1024 - HEADER.length - 7 - 18)}Address: 10.32.0.10\n`
  assert.deepEqual(read(long).answers, [])
})

test('what is no output of nslookup has an unknown dialect and no answers', () => {
  const nothing = {
    ...{ dialect: 'unknown', answers: [], aliases: [], failures: [] },
    outcome: 'unreadable',
  }
  const texts = [
    '',
    'Name:\tx\nAddress: 10.32.0.1\n',
    'OCI runtime exec failed: exec failed: unable to start container process\n',
    'Address: 999.1.1.1\n'.repeat(1000),
    '\u001b[31mServer:\t\t10.32.0.10\u001b[0m',
    'x'.repeat(1_000_000),
  ]
  for (const text of texts) assert.deepEqual(read(text, text, 1), nothing, text.slice(0, 60))
})

test('names with control characters never come through', () => {
  const text = `${HEADER}Name:\t\u001b[2Jx\nAddress: 10.32.0.1\n** server can't find \u0007: NXDOMAIN\n`
  assert.equal(summary(read(text)), 'busybox | 10.32.0.10 | no-answer')
})

test('random text never throws', (t) => {
  const { pick, seed } = random()
  t.diagnostic(`seed ${String(seed)}`)
  const lines = recordingsIn(DATA).flatMap(({ stdout, stderr }) => `${stdout}${stderr}`.split('\n'))
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: pick(12) }, () => {
      const line = lines[pick(lines.length)] ?? ''
      const at = pick(line.length + 1)
      return line.slice(0, at) + String.fromCodePoint(pick(0x3000)) + line.slice(at + pick(3))
    })
    const reading = read(text.join('\n'), '', pick(2) === 0 ? null : 1)
    for (const { name, address } of reading.answers) {
      assert.match(`${name} ${address}`, /^[!-~]+ [0-9a-f.:]+$/, `seed ${String(seed)}`)
    }
  }
})
