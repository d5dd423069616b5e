import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOOKUPS } from '../../lib/ports/lookup-script.ts'
import { READ_ONLY_COMMANDS, isReadOnly } from '../../lib/ports/read-only-commands.ts'

const allowed = [
  'true',
  '/bin/true',
  'cat /etc/resolv.conf',
  'cat /proc/sys/net/ipv4/ip_forward /proc/net/route',
  'grep -s  /proc/sys/net/ipv4/ip_forward /proc/sys/net/bridge/bridge-nf-call-iptables',
  'nslookup kubernetes',
  'nslookup kubernetes.default.svc.cluster.local 10.32.0.10',
  '/usr/bin/nslookup -type=ptr 1.0.32.10.in-addr.arpa 10.200.1.2',
  'nc 10.32.0.10 53',
  'nc -w 2 10.200.1.2 53',
  'ip route show',
  'ip -o addr show',
  'ip route get 10.200.1.2',
  'wget -qO- http://127.0.0.1:9153/metrics',
]

const refused = [
  '',
  'sh -c true',
  'rm -rf /',
  'cat /etc/../etc/shadow',
  'cat > /etc/resolv.conf',
  'cat -',
  'grep -s  -f /etc/shadow',
  'grep -r  /etc',
  'truex',
  '/tmp/true',
  'true && reboot',
  'nslookup',
  'nslookup -debug -type=a name; reboot',
  'nslookup $(reboot)',
  'nc 10.32.0.10 22',
  'nc -e /bin/sh 10.32.0.10 53',
  'nc -l 53',
  'ip route add default via 10.0.0.1',
  'ip route flush table main',
  'ip link set eth0 down',
  'wget -qO- http://10.0.0.1:80/metrics',
  'wget -qO- http://127.0.0.1:9153/metrics?x=1',
  'wget -O /etc/passwd http://127.0.0.1:9153/metrics',
]

for (const command of allowed) {
  test(`"${command}" may run`, () => {
    assert.equal(isReadOnly(command.split(' ')), true)
  })
}

for (const command of refused) {
  test(`"${command}" may not run`, () => {
    assert.equal(isReadOnly(command.split(' ')), false)
  })
}

test('an argument is one word: a space or a line feed in it does not match', () => {
  assert.equal(isReadOnly(['nslookup', 'a b']), false)
  assert.equal(isReadOnly(['nslookup', 'a\nb']), false)
  assert.equal(isReadOnly(['cat', '/etc/resolv.conf\n']), false)
})

test('no two entries say the same', () => {
  const forms = READ_ONLY_COMMANDS.map(({ form }) => form)
  assert.equal(new Set(forms).size, forms.length)
})

test('a shell runs nothing but the lookup script as it stands, and only with harmless parameters', () => {
  const question = [String.raw`\000\035`, 'kubernetes']
  const good = ['sh', '-c', LOOKUPS, 'lookups', ...question, '10.32.0.10', 'names', 'example.com.']
  assert.ok(isReadOnly(good))
  assert.ok(!isReadOnly(good.with(2, `${LOOKUPS}; reboot`)))
  assert.ok(!isReadOnly(good.with(3, '-c')))
  assert.ok(!isReadOnly(good.with(4, '%s')))
  assert.ok(!isReadOnly(good.with(5, '-debug')))
  assert.ok(!isReadOnly(good.with(6, '$(reboot)')))
  assert.ok(!isReadOnly(good.with(7, '1;reboot')))
  assert.ok(!isReadOnly([...good, '-debug']))
  assert.ok(!isReadOnly([...good, '`reboot`']))
})
