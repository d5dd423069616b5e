import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AUTHORITATIVE_ANSWER,
  decode,
  type Packet,
  streamEncode,
  TRUNCATED_RESPONSE,
} from 'dns-packet'
import { DnsMessageError, readTcpAnswer, tcpQuery } from '../../lib/dns/message.ts'
import { random } from './random.ts'

const NAME = 'kubernetes.default.svc.cluster.local'
const question = { name: NAME, type: 'A' } as const

function answer(packet: Packet): Buffer {
  return streamEncode({ type: 'response', id: 7, questions: [question], ...packet })
}

function failure(bytes: Uint8Array): string {
  try {
    readTcpAnswer(bytes)
  } catch (error) {
    if (error instanceof DnsMessageError) return error.message
    throw error
  }
  return 'no failure'
}

const soa = { mname: 'ns.dns.cluster.local', rname: 'hostmaster.cluster.local', serial: 1 }

test('a query is the bytes that RFC 1035 asks for, length first', () => {
  assert.equal(
    Buffer.from(tcpQuery('kubernetes.default', 'A', 0x1234)).toString('hex'),
    [
      ...['0024', '1234', '0100', '0001', '0000', '0000', '0000'],
      ...['0a6b756265726e65746573', '0764656661756c74', '00', '0001', '0001'],
    ].join(''),
  )
})

test('a query carries name, type and id, with or without the final dot', () => {
  for (const name of [NAME, `${NAME}.`]) {
    const packet = decode(Buffer.from(tcpQuery(name, 'SRV', 65535)), 2)
    assert.equal(packet.id, 65535)
    assert.equal(packet.flag_rd, true)
    assert.deepEqual(packet.questions, [{ name: NAME, type: 'SRV', class: 'IN' }])
  }
})

test('ids are drawn when none is given', () => {
  const ids = new Set(
    Array.from({ length: 20 }, () => Buffer.from(tcpQuery(NAME, 'A')).readUInt16BE(2)),
  )
  assert.ok(ids.size > 1)
})

test('a name that no query can carry is refused', () => {
  const long = `${'a'.repeat(63)}.`.repeat(4)
  for (const name of ['', '.', 'a..b', '.a', 'a'.repeat(64), long]) {
    assert.throws(() => tcpQuery(name, 'A'), {
      name: 'DnsMessageError',
      message: `'${name}' cannot be a DNS name: labels have 1 to 63 bytes, 255 in all`,
    })
  }
  assert.ok(tcpQuery(long.slice(0, -3), 'A').length > 250)
})

test('reads an authoritative answer', () => {
  const record = { ...question, ttl: 5, data: '10.32.0.1' }
  const bytes = answer({ flags: AUTHORITATIVE_ANSWER, answers: [record] })
  const expected = {
    id: 7,
    rcode: 'NOERROR',
    authoritative: true,
    truncated: false,
    question: { name: NAME, type: 'A' },
    answers: [{ name: NAME, type: 'A', data: '10.32.0.1' }],
    soa: false,
  }
  assert.deepEqual(readTcpAnswer(bytes), expected)
  // More may follow on the same connection.
  assert.deepEqual(readTcpAnswer(Buffer.concat([bytes, bytes])), expected)
})

test('NXDOMAIN with SOA, and no data, are told apart from a bare failure', () => {
  const authorities = [{ type: 'SOA', name: 'cluster.local', data: soa }] as const
  const negative = readTcpAnswer(answer({ flags: 3, authorities: [...authorities] }))
  assert.deepEqual([negative.rcode, negative.soa, negative.answers], ['NXDOMAIN', true, []])
  const noData = readTcpAnswer(answer({ authorities: [...authorities] }))
  assert.deepEqual([noData.rcode, noData.soa, noData.answers], ['NOERROR', true, []])
  const failed = readTcpAnswer(answer({ flags: 2 | TRUNCATED_RESPONSE }))
  assert.deepEqual([failed.rcode, failed.soa, failed.truncated], ['SERVFAIL', false, true])
})

test('records of all the types a cluster serves become plain JSON', () => {
  const name = 'x.cluster.local'
  const srv = {
    priority: 0,
    weight: 50,
    port: 53,
    target: 'kube-dns.kube-system.svc.cluster.local',
  }
  const { answers } = readTcpAnswer(
    answer({
      answers: [
        { type: 'AAAA', name, data: 'fd00::1' },
        { type: 'CNAME', name, data: 'db.example.com' },
        { type: 'PTR', name, data: NAME },
        { type: 'SRV', name, data: srv },
        { type: 'TXT', name, data: ['1.1.0', Buffer.from('é')] },
        { type: 'SOA', name, data: soa },
        { type: 'NULL', name, data: Buffer.from([0, 255]) },
      ],
    }),
  )
  assert.deepEqual(
    answers.map(({ type, data }) => [type, data]),
    [
      ['AAAA', 'fd00::1'],
      ['CNAME', 'db.example.com'],
      ['PTR', NAME],
      ['SRV', srv],
      ['TXT', ['1.1.0', 'é']],
      ['SOA', { ...soa, refresh: 0, retry: 0, expire: 0, minimum: 0 }],
      ['NULL', '00ff'],
    ],
  )
})

test('control characters in names and texts are written as numbers', () => {
  const name = 'a\u001b[2J.local'
  const { answers } = readTcpAnswer(answer({ answers: [{ type: 'TXT', name, data: 'x\u0007' }] }))
  assert.deepEqual(answers, [{ name: 'a\\027[2J.local', type: 'TXT', data: ['x\\007'] }])
})

test('says what is wrong with bytes that are no answer', () => {
  const good = answer({ answers: [{ ...question, data: '10.32.0.1' }] })
  const framed = (...bytes: number[]): Buffer => Buffer.from([0, bytes.length, ...bytes])
  const header = (questions: number): number[] => [0, 7, 0x80, 0, 0, questions, 0, 0, 0, 0, 0, 0]
  assert.equal(failure(Buffer.alloc(0)), 'no answer: the connection was closed')
  assert.equal(failure(Buffer.from([0])), 'the answer is cut off after 1 byte')
  assert.equal(
    failure(good.subarray(0, 40)),
    `the answer is cut off: ${String(good.length - 2)} bytes announced, 38 received`,
  )
  assert.equal(failure(framed()), 'a DNS message has at least 12 bytes, this one 0')
  assert.equal(failure(framed(1, 2, 3)), 'a DNS message has at least 12 bytes, this one 3')
  assert.equal(failure(tcpQuery(NAME, 'A')), 'the message is a query, not an answer')
  assert.equal(
    failure(framed(...header(1))),
    'the answer cannot be read: Cannot decode name (buffer overflow)',
  )
  assert.equal(
    failure(framed(...header(1), 0xc0, 0x0c, 0, 1, 0, 1)),
    'the answer cannot be read: Cannot decode name (bad pointer)',
  )
  assert.equal(
    failure(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    'the answer is cut off: 18516 bytes announced, 26 received',
  )
})

test('an answer cut off anywhere is called so', () => {
  const bytes = answer({ answers: [{ ...question, data: '10.32.0.1' }] })
  for (let length = 2; length < bytes.length; length++) {
    assert.match(failure(bytes.subarray(0, length)), /^the answer is cut off: /)
  }
})

const RUNS = Number(process.env['RUNS'] ?? 400)

test('random bytes throw nothing but DnsMessageError', (t) => {
  const { pick, seed } = random()
  t.diagnostic(`seed ${String(seed)}`)
  const whole = answer({
    answers: [
      { ...question, data: '10.32.0.1' },
      { type: 'TXT', name: NAME, data: ['a', 'b'] },
      { type: 'SRV', name: NAME, data: { port: 53, target: NAME } },
    ],
    authorities: [{ type: 'SOA', name: 'cluster.local', data: soa }],
    additionals: [{ type: 'AAAA', name: NAME, data: 'fd00::1' }],
  })
  for (let round = 0; round < RUNS; round++) {
    const bytes = Buffer.from(round % 2 === 0 ? whole : whole.map(() => pick(256)))
    for (let change = pick(6); change >= 0; change--) bytes[pick(bytes.length)] = pick(256)
    // The length stays right, or nothing behind it would be looked at.
    bytes.writeUInt16BE(bytes.length - 2)
    assert.equal(typeof failure(bytes), 'string', `seed ${String(seed)}`)
  }
})
