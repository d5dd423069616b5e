import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  contains,
  firstAddress,
  formatAddress,
  formatCidr,
  isWithin,
  nthAddress,
  overlaps,
  parseAddress,
  parseCidr,
  prefixOf,
} from '../../lib/inventory/address.ts'

test('addresses survive being read and written', () => {
  for (const text of ['0.0.0.0', '10.32.0.10', '192.168.199.200', '255.255.255.255']) {
    const number = parseAddress(text)
    assert.notEqual(number, null)
    assert.equal(formatAddress(number ?? -1), text)
  }
})

test('what is no dotted IPv4 address is refused, leading zeros and signs included', () => {
  const texts = [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.-4',
    '1.2.3. 4',
    '1e1.2.3.4',
  ]
  for (const text of [...texts, '::1', '1.2.3.4/24', '１.2.3.4', '1.2.3.4\n']) {
    assert.equal(parseAddress(text), null, JSON.stringify(text))
  }
})

test('a network is read with its first and last address, host bits or not', () => {
  const range = { first: 180879616, last: 180879871, prefix: 24 }
  assert.deepEqual(parseCidr('10.200.1.7/24'), range)
  assert.equal(formatCidr(range), '10.200.1.0/24')
  assert.deepEqual(parseCidr('0.0.0.0/0'), { first: 0, last: 2 ** 32 - 1, prefix: 0 })
  assert.deepEqual(parseCidr('255.255.255.255/32'), {
    first: 2 ** 32 - 1,
    last: 2 ** 32 - 1,
    prefix: 32,
  })
})

test('what is not an IPv4 network is refused', () => {
  for (const text of ['', '/', '10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', 'fd00::/8']) {
    assert.equal(parseCidr(text), null, text)
  }
})

test('networks of any size know what lies in them', () => {
  assert.equal(contains('10.200.1.0/24', '10.200.1.0'), true)
  assert.equal(contains('10.200.1.0/24', '10.200.1.255'), true)
  assert.equal(contains('10.200.1.0/24', '10.200.2.0'), false)
  assert.equal(contains('0.0.0.0/0', '255.255.255.255'), true)
  assert.equal(contains('10.200.1.0/24', 'fd00::1'), false)
  assert.equal(contains('', '10.200.1.1'), false)
})

test('overlapping works either way round, with bare addresses, and not with words', () => {
  assert.equal(overlaps('10.0.0.0/8', '10.200.0.0/16'), true)
  assert.equal(overlaps('10.200.0.0/16', '10.0.0.0/8'), true)
  assert.equal(overlaps('10.200.0.0/24', '10.200.1.0/24'), false)
  assert.equal(overlaps('192.168.199.7', '192.168.199.0/24'), true)
  assert.equal(overlaps('default', '192.168.199.0/24'), false)
})

test('a part lies within the whole, never the other way round', () => {
  const [whole, part] = [parseCidr('10.200.0.0/16'), parseCidr('10.200.3.0/24')]
  assert.ok(whole !== null && part !== null)
  assert.equal(isWithin(part, whole), true)
  assert.equal(isWithin(whole, whole), true)
  assert.equal(isWithin(whole, part), false)
})

test('the first address of the Services belongs to the Service kubernetes', () => {
  assert.equal(firstAddress('10.32.0.0/24'), '10.32.0.1')
  assert.equal(nthAddress('10.32.0.0/24', 10), '10.32.0.10')
  assert.equal(nthAddress('10.32.0.0/16', 300), '10.32.1.44')
  assert.equal(prefixOf('10.32.0.0/24'), 24)
})

test('asking for an address of what is no network is a bug and says so', () => {
  assert.throws(() => firstAddress('nonsense'), {
    name: 'RangeError',
    message: 'not an IPv4 network: "nonsense"',
  })
})
