import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOfReverseName, reverseNameOf } from '../../lib/dns/reverse-name.ts'

test('reads the address out of the name of a reverse lookup', () => {
  assert.equal(addressOfReverseName('1.0.32.10.in-addr.arpa'), '10.32.0.1')
  assert.equal(addressOfReverseName('10.0.32.10.IN-ADDR.ARPA.'), '10.32.0.10')
  const zeros = '0.'.repeat(28)
  assert.equal(addressOfReverseName(`a.0.0.0.${zeros.slice(0, -8)}0.0.d.f.ip6.arpa`), 'fd00::a')
})

test('anything else has none', () => {
  const names = ['', 'x', '10.32.0.1', '1.32.10.in-addr.arpa', '256.0.32.10.in-addr.arpa']
  for (const name of [...names, '1.2.ip6.arpa', `${'g.'.repeat(32)}ip6.arpa`, 'in-addr.arpa']) {
    assert.equal(addressOfReverseName(name), undefined, name)
  }
})

test('the name of an address of either family leads back to it', () => {
  assert.equal(reverseNameOf('10.32.0.1'), '1.0.32.10.in-addr.arpa.')
  assert.equal(reverseNameOf('fd00::a').slice(0, 12), 'a.0.0.0.0.0.')
  for (const address of ['10.32.0.1', 'fd00::a', '::1', 'fd00:1:2:3:4:5:6:7', 'fd00::']) {
    assert.equal(addressOfReverseName(reverseNameOf(address)), address)
  }
  assert.equal(addressOfReverseName(reverseNameOf('FD00:0::0A')), 'fd00::a')
})
