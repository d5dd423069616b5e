import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReadOnly } from '../../lib/ports/read-only-commands.ts'
import { arrivalsOf, queriesIn } from '../../lib/dns/arrivals.ts'
import { StepError } from '../../lib/core/errors.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const OLD = `HTTP/1.0 200 OK\r
Content-Type: text/plain; version=0.0.4\r
\r
# TYPE coredns_dns_request_type_count_total counter
coredns_dns_request_type_count_total{server="dns://:53",type="A",zone="."} 41
coredns_dns_request_type_count_total{server="dns://:53",type="MX",zone="."} 2
coredns_dns_request_type_count_total{server="dns://:53",type="MX",zone="cluster.local."} 1.5e+06
coredns_dns_request_count_total{family="1",proto="udp",server="dns://:53",zone="."} 9
`
const NEW = `coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",type="A",view="",zone="."} 7
coredns_dns_requests_total{family="1",proto="udp",server="dns://:53",type="MX",view="",zone="."} 3
`

test('queries of the rare type are counted as each edition of CoreDNS names them', () => {
  assert.equal(queriesIn(OLD), 1_500_002)
  assert.equal(queriesIn(NEW), 3)
  assert.equal(queriesIn('HTTP/1.0 404 Not Found\r\n\r\n'), 0)
})

const asking = {
  from: { namespace: 'default', pod: 'dns-probe-worker0' },
  server: { namespace: 'kube-system', pod: 'coredns-a' },
  address: '10.200.1.2',
  name: 'kubernetes.default.svc.cluster.local',
}

/** A server that counts what is asked of it, while nobody gets an answer. */
function counting(arrives: boolean) {
  let count = 5
  const commands: string[] = []
  const cluster = fakeCluster({
    exec(of, argv) {
      assert.equal(of.pod, 'dns-probe-worker0')
      assert.ok(isReadOnly(argv))
      commands.push(argv.join(' '))
      if (arrives) count += 3
      throw new StepError({ problem: 'no end within 3 s', remedy: 'none' })
    },
    ask(of, port) {
      assert.deepEqual([of.pod, port], ['coredns-a', 9153])
      const line = `coredns_dns_request_type_count_total{type="MX",zone="."} ${String(count)}\n`
      return Buffer.from(`HTTP/1.0 200 OK\r\n\r\n${line}`)
    },
  })
  return { cluster, commands }
}

test('what arrives without being answered is told by the server itself', async () => {
  const { cluster, commands } = counting(true)
  assert.equal(await arrivalsOf(cluster, asking), 3)
  assert.deepEqual(commands, ['nslookup -type=MX kubernetes.default.svc.cluster.local 10.200.1.2'])
})

test('what does not arrive is not counted', async () => {
  assert.equal(await arrivalsOf(counting(false).cluster, asking), 0)
})
