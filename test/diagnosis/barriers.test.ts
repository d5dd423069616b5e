import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BarrierSeen, Evidence, FiltersSeen } from '../../lib/evidence/evidence.ts'
import { itemsOf } from '../../lib/evidence/evidence.ts'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { but, failing, HEALTHY } from './evidence.ts'
import { dying } from './hand-made-unstarted.ts'
import { measured } from './hand-made.ts'

const RAW: BarrierSeen = {
  ...{ tool: 'iptables', table: 'raw', chain: 'PREROUTING', from: ['PREROUTING'] },
  rule: '-A PREROUTING -p udp -m udp --dport 53 -j DROP',
  undo: 'iptables -t raw -D PREROUTING -p udp -m udp --dport 53 -j DROP',
  ...{ stopped: 16, rose: null },
}

/** A worker of the healthy lab with this in its filters. */
function filtered(barrier: Partial<BarrierSeen>, asked = 6): Pick<Evidence, 'filters'> {
  const found = itemsOf(HEALTHY.filters).map((one): FiltersSeen =>
    one.host === 'causew1' ? { ...one, asked, barriers: [{ ...RAW, ...barrier }] } : one,
  )
  return { filters: { found } }
}

function told(evidence: Evidence): Verdict | undefined {
  return rank(failing('lookup-kubernetes', evidence)).verdicts[0]
}

test('the rule whose counter rose by what was asked is the one that drops, in any table', () => {
  const found = told(but(filtered({ rose: 12 })))
  assert.equal(found?.code, 'D10')
  assert.equal(found.permanent, true)
  assert.equal(
    found.cause,
    'the filter of causew1 drops packets: a rule of chain PREROUTING, in table raw of iptables',
  )
  assert.match(found.evidence, /^iptables-save -c -t raw on causew1: -A PREROUTING .*; 12 of them /)
  assert.deepEqual([found.cure, found.on], [RAW.undo, 'causew1'])
})

test('a rule that counts nothing of what was asked is not blamed, and no filter is ruled out beside it', () => {
  for (const stopped of [0, 400]) {
    const { verdicts, ruledOut } = rank(
      failing('lookup-kubernetes', but(filtered({ stopped, rose: 0 }))),
    )
    assert.deepEqual(verdicts, [])
    assert.ok(!ruledOut.some((line) => /filter|iptables/.test(line)))
  }
})

test('where nobody could ask, what has stopped packets may be it, and what has stopped none is not', () => {
  assert.equal(told(but(filtered({ stopped: 16 }, 0)))?.certainty, 'inferred')
  assert.equal(told(but(filtered({ stopped: 0 }, 0))), undefined)
  const invalid = '-A FORWARD -m conntrack --ctstate INVALID -j DROP'
  assert.equal(told(but(filtered({ rule: invalid, stopped: 16 }, 0))), undefined)
})

test('a rule that refuses, in a chain of its own, is told with what leads to it and its program', () => {
  const found = told(
    but(
      filtered({
        ...{ tool: 'iptables-legacy', table: 'filter', chain: 'MY-FW', from: ['FORWARD'], rose: 6 },
        rule: '-A MY-FW -p udp -j REJECT --reject-with icmp-host-prohibited',
      }),
    ),
  )
  assert.equal(
    found?.cause,
    'the filter of causew1 refuses packets: a rule of chain MY-FW, which FORWARD leads to, in table filter of iptables-legacy',
  )
})

test('a rule for what a host itself sends is it where its kubelet gets no answer from CoreDNS', () => {
  const rule = '-A OUTPUT -d 10.200.0.0/16 -p tcp -m tcp --dport 8080 -j DROP'
  const dropped = filtered({ chain: 'OUTPUT', from: ['OUTPUT'], rule, rose: 0 })
  const words = 'context deadline exceeded'
  const evidence = failing('coredns-pods', but({ ...dying(words), ...dropped }))
  const [found] = rank(evidence).verdicts
  assert.deepEqual([found?.code, found?.certainty], ['D10', 'seen'])
  assert.equal(told(but(dropped)), undefined, 'not while the pods are ready')
})

test('a policy of FORWARD is not it where answers of pods get through all the same', () => {
  const policy = {
    ...{ table: 'filter', chain: 'FORWARD', from: ['FORWARD'], rule: '-P FORWARD DROP' },
    stopped: null,
  }
  const found = told(but(filtered(policy)))
  assert.deepEqual([found?.code, found?.certainty], ['D10', 'seen'])
  const lets = itemsOf(filtered(policy).filters).map((one) => ({ ...one, lets: true as const }))
  assert.equal(told(but({ filters: { found: lets } })), undefined)
})

test('a rule without a counter may be it, and one that names other ports is not', () => {
  const rule = (text: string) => filtered({ tool: 'nft', rule: text, stopped: null })
  assert.equal(told(but(rule('udp dport { 53, 5353 } drop')))?.certainty, 'inferred')
  assert.equal(told(but(rule('ip daddr @pods drop')))?.certainty, 'inferred')
  assert.equal(told(but(rule('tcp dport 22 drop'))), undefined)
  assert.equal(told(but(rule('tcp dport { 22, 2222 } drop'))), undefined)
})

test('what a rule does with packets is told by its own word', () => {
  const causes = [
    [
      '-A PREROUTING -p udp --dport 53 -j DNAT --to-destination 192.0.2.53',
      'leads queries to another server',
    ],
    ['udp dport 53 redirect to :5353', 'leads queries to another server'],
    ['-A FORWARD -p udp -j NFQUEUE --queue-num 5', 'hands packets to a program, which drops them'],
  ] as const
  for (const [rule, does] of causes) {
    assert.ok(
      told(but(filtered({ rule, rose: 9 })))?.cause.startsWith(`the filter of causew1 ${does}: `),
    )
  }
})

test('no filter is ruled out only where all tables were read; what was not is said', () => {
  const ruledOut = (read: FiltersSeen['read']): string | undefined => {
    const found = itemsOf(HEALTHY.filters).map((one) => ({ ...one, read }))
    const evidence = failing('lookup-kubernetes', but({ filters: { found } }))
    return rank(evidence).ruledOut.find((line) => /filter|iptables/.test(line))
  }
  assert.equal(
    ruledOut(['iptables', 'iptables-legacy', 'nft']),
    'no filter of a worker drops packets, in any table',
  )
  assert.match(
    ruledOut(['iptables', 'iptables-legacy']) ?? '',
    /\(those of nft could not be read\)$/,
  )
  assert.equal(ruledOut(['iptables-legacy']), undefined)
})

test('of one protocol lost the host is blamed that all lost pairs have in common', () => {
  const evidence = measured((from, to, protocol) =>
    from === 'causew1' && to !== 'causew1' && to !== 'service' && protocol === 'udp' ? 0 : 1,
  )
  const three = measured((from, to, protocol) =>
    protocol === 'udp' && to !== 'service' && from === 'causew2' ? 0 : 1,
  )
  const one = rank(evidence).verdicts.find(({ code }) => code === 'D12')
  assert.match(one?.cause ?? '', /a filter of causew1 or causew0 drops port 53\/udp$/)
  const common = rank(three).verdicts.find(({ code }) => code === 'D12')
  assert.match(common?.cause ?? '', /^UDP between pods of causew2 and of other workers gets lost/)
  assert.match(common?.cause ?? '', /a filter of causew2 drops port 53\/udp$/)
  assert.equal(common?.on, 'causew2')
  const own = measured((from, to, protocol) =>
    protocol === 'udp' && to !== 'service' && [from, to].includes('causew1') ? 0 : 1,
  )
  const itself = rank(own).verdicts.find(({ code }) => code === 'D12')
  assert.match(itself?.cause ?? '', /a filter of causew1 drops port 53\/udp$/)
  for (const program of ['iptables-save', 'iptables-legacy-save', 'nft list ruleset']) {
    assert.ok(common.cure.includes(program))
  }
})

test('what the matrix shows of a lab is concluded as on a cluster elsewhere', () => {
  const lost = measured((from, to) => (from === 'causew2' && to === 'service' ? 0 : 1))
  const lab = { ...lost, hosts: HEALTHY.hosts, filters: HEALTHY.filters }
  assert.deepEqual([rank(lab).verdicts[0]?.code, rank(lab).verdicts[0]?.subject], ['D7', 'causew2'])
})

/** A controller whose API server is not reached, with this in its filters. */
function behind(barrier: Partial<BarrierSeen>, reason = 'connect ECONNREFUSED'): Evidence {
  const tls = { found: { status: 'unreachable', reason } } as const
  return but({
    apiServers: {
      found: itemsOf(HEALTHY.apiServers).map((one) =>
        one.name === 'causem0' ? { ...one, tls } : one,
      ),
    },
    filters: {
      found: itemsOf(HEALTHY.filters).map((one): FiltersSeen =>
        one.host === 'causem0' ? { ...one, asked: 0, barriers: [{ ...RAW, ...barrier }] } : one,
      ),
    },
  })
}

const BEFORE_SERVER: Partial<BarrierSeen> = {
  ...{ tool: 'nft', table: 'inet host', chain: 'input', from: ['INPUT'] },
  rule: 'tcp dport 6443 counter packets 9 bytes 540 reject with tcp reset',
  undo: 'nft delete rule inet host input handle 4',
  stopped: 9,
}

test('a filter that keeps everybody from an API server is told as that, with what takes it off', () => {
  const silent = { ...BEFORE_SERVER, rule: '-A INPUT -p tcp --dport 6443 -j DROP' }
  for (const [barrier, reason] of [
    [BEFORE_SERVER, 'connect ECONNREFUSED'],
    [silent, 'no answer within 5000 ms'],
    [{ ...silent, stopped: null }, 'no answer within 5000 ms'],
    [{ ...silent, rule: '-P INPUT DROP' }, 'no answer within 5000 ms'],
  ] as const) {
    const found = told(behind(barrier, reason))
    assert.deepEqual([found?.code, found?.layer, found?.permanent], ['B13', 'hosts', true])
    assert.match(found?.cause ?? '', /^nobody reaches the API server on causem0: the filter of /)
    assert.match(found?.evidence ?? '', new RegExp(`^\\S+: ${reason}; nft list table inet host `))
    assert.deepEqual([found?.cure, found?.on], [BEFORE_SERVER.undo, 'causem0'])
  }
})

test('a filter that has stopped nothing, or the port of another daemon, is not to blame for it', () => {
  const etcd = { ...BEFORE_SERVER, rule: 'tcp dport 2379 counter drop' }
  const drops = { ...BEFORE_SERVER, rule: 'tcp dport 6443 counter drop' }
  const ssh = { ...BEFORE_SERVER, rule: 'tcp dport 22 reject with tcp reset' }
  for (const barrier of [{ ...BEFORE_SERVER, stopped: 0 }, etcd, drops, ssh]) {
    assert.doesNotMatch(told(behind(barrier))?.cause ?? '', /filter/)
  }
})

test('a rule before an API server that answers stops nothing that is lost', () => {
  const calm = filtered({ ...BEFORE_SERVER, rose: 0 })
  assert.equal(told(but(calm)), undefined)
})

/** A filter that has stopped so many packets to a kubelet's port meanwhile; its kubelet tells its configuration, or not. */
function beforeKubelet(rose: number, silent: boolean): Verdict | undefined {
  const rule = 'tcp dport 10250 counter drop'
  const found = itemsOf(HEALTHY.kubelets).map((one) =>
    silent && one.node === 'causew1'
      ? { ...one, config: { notLooked: 'no answer within 2 s' } }
      : one,
  )
  const barrier = { chain: 'input', from: ['INPUT'], rule, stopped: 40, rose }
  return told(but({ ...filtered(barrier, 0), kubelets: { found } }))
}

test('a filter before a kubelet that is silent is it where it stops packets meanwhile, and waiting does not heal it', () => {
  const found = beforeKubelet(3, true)
  assert.deepEqual([found?.code, found?.permanent, found?.layer], ['G6', true, 'hosts'])
  assert.match(
    found?.evidence ?? '',
    /; it has stopped 40 packets; 3 of them while it was watched$/,
  )
})

test('of a kubelet that is only slow no filter is blamed that stops nothing, and of one that answers none at all', () => {
  assert.equal(beforeKubelet(0, true)?.permanent, undefined)
  assert.equal(beforeKubelet(3, false), undefined)
})
