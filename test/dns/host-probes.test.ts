import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReadOnly } from '../../lib/ports/read-only-commands.ts'
import { hostProbeObject, lookFromHost, mtusIn, routesIn } from '../../lib/dns/host-probes.ts'
import { probePodObject } from '../../lib/dns/probe-pods.ts'
import { at } from '../../lib/core/json.ts'
import { fakeCluster } from '../fakes/cluster.ts'

test('a pod on the host’s network is a DNS probe in all else, and no more privileged', () => {
  const asking = probePodObject('k8sworker0', 'busybox:1.28')
  const looking = hostProbeObject('k8sworker0', 'busybox:1.28')
  assert.equal(looking.metadata.name, 'host-probe-k8sworker0')
  assert.equal(at(looking, 'spec', 'hostNetwork'), true)
  assert.deepEqual(at(looking, 'spec', 'containers'), at(asking, 'spec', 'containers'))
  assert.equal(at(looking, 'spec', 'nodeName'), 'k8sworker0')
})

test('routes are read as busybox and iproute2 print them, those that lead nowhere left out', () => {
  const text = [
    'default via 192.168.198.1 dev eth0 ',
    '10.200.0.0/24 via 192.168.198.210 dev eth0 ',
    '10.200.1.0/24 dev cnio0 scope link  src 10.200.1.1 ',
    '10.200.2.0/24 via 192.168.198.212 dev eth0 proto static metric 100 onlink',
    '10.200.3.7 dev cali123 scope link',
    'blackhole 10.200.4.0/26 proto bird',
    'unreachable 10.200.5.0/24',
    '',
  ].join('\n')
  assert.deepEqual(routesIn(text), [
    { to: 'default', via: '192.168.198.1', dev: 'eth0' },
    { to: '10.200.0.0/24', via: '192.168.198.210', dev: 'eth0' },
    { to: '10.200.1.0/24', via: null, dev: 'cnio0' },
    { to: '10.200.2.0/24', via: '192.168.198.212', dev: 'eth0' },
    { to: '10.200.3.7', via: null, dev: 'cali123' },
  ])
})

test('what links take is read as busybox and iproute2 print it', () => {
  const text = [
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000',
    '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00',
    '2: eth0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 qdisc noqueue state UP mode DEFAULT group default qlen 1000',
    '13: cnio0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue ',
    '',
  ].join('\n')
  assert.deepEqual(mtusIn(text), { lo: 65536, eth0: 1400, cnio0: 1500 })
})

const FORWARD = 'net.ipv4.ip_forward'
const BRIDGE = 'net.bridge.bridge-nf-call-iptables'

const LINKS = '2: eth0@if5: <BROADCAST,UP> mtu 1400 qdisc noqueue\n'

/** A probe whose host prints this. */
function host(routes: string, settings: string) {
  const asked: string[] = []
  const cluster = fakeCluster({
    exec: ({ pod }, argv) => {
      assert.ok(isReadOnly(argv), argv.join(' '))
      asked.push(`${pod} ${argv.join(' ')}`)
      const ip = argv[1] === 'link' ? LINKS : routes
      const stdout = Buffer.from(argv[0] === 'ip' ? ip : settings)
      return { code: argv[0] === 'ip' ? 0 : 1, stdout, stderr: '' }
    },
  })
  return { cluster, asked }
}

test('routes and settings are asked at once, and a setting that the kernel has not is left out', async () => {
  const { cluster, asked } = host(
    '10.200.1.0/24 dev cnio0 scope link\n',
    '/proc/sys/net/ipv4/ip_forward:1\n',
  )
  assert.deepEqual(await lookFromHost(cluster, 'host-probe-w0', [FORWARD, BRIDGE]), {
    routes: [{ to: '10.200.1.0/24', via: null, dev: 'cnio0' }],
    mtus: { eth0: 1400 },
    settings: { [FORWARD]: '1' },
  })
  assert.deepEqual(asked, [
    'host-probe-w0 ip route show',
    'host-probe-w0 ip link show',
    'host-probe-w0 grep -s  /proc/sys/net/ipv4/ip_forward /proc/sys/net/bridge/bridge-nf-call-iptables',
  ])
})

test('an image without ip or grep tells nothing, and not that there are no routes or settings', async () => {
  const routes = '10.200.1.0/24 dev cnio0 scope link\n'
  const settings = '/proc/sys/net/ipv4/ip_forward:1\n'
  for (const { cluster } of [host('', settings), host(routes, '')]) {
    await assert.rejects(lookFromHost(cluster, 'host-probe-w0', [FORWARD]), {
      name: 'StepError',
      message: 'pod host-probe-w0 does not tell routes and settings of its host',
    })
  }
})
