import type { NameCheck } from '../../lib/core/look-data.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import { itemsOf } from '../../lib/evidence/evidence.ts'
import { rank, RULES, type Verdict } from '../../lib/diagnosis/rank.ts'
import {
  but,
  corednsPods,
  corednsSays,
  failing,
  HEALTHY,
  RECORDED,
  recorded,
  redName,
} from './evidence.ts'
import { dying } from './hand-made-unstarted.ts'
import { STRANGERS } from './hand-made-strangers.ts'
import { ENDPOINTS } from './hand-made-endpoints.ts'
import { HAND_MADE, measured } from './hand-made.ts'

const faults = RECORDED.filter((name) => name !== 'D16-policy-not-enforced')

for (const name of faults) {
  const code = name.slice(0, name.indexOf('-'))
  test(`${code} is told first of what was recorded under ${name}`, () => {
    const evidence = recorded(name)
    const [first] = rank(evidence).verdicts
    assert.equal(first?.code, code, JSON.stringify(rank(evidence).verdicts, null, 1))
    const lasting = 'a fault that is recorded is seen itself and lasts; others are made by hand'
    assert.equal(first.certainty, 'seen', lasting)
    assert.equal(first.permanent, true, lasting)
  })
}

for (const { code, what, evidence } of HAND_MADE) {
  test(`${code} is told of ${what}`, () => {
    const { verdicts } = rank(evidence)
    assert.equal(verdicts[0]?.code, code, JSON.stringify(verdicts, null, 1))
  })
}

test('a cluster that is as it should be has no cause of anything, whatever fails', () => {
  const steps = ['coredns-pods', 'busybox-pod', 'lookup-kubernetes', 'resolv-conf', 'start-workers']
  for (const step of steps) assert.deepEqual(rank(failing(step, HEALTHY)).verdicts, [])
})

test('a NetworkPolicy that nothing enforces is not blamed, and said so first', () => {
  const { verdicts, ruledOut } = rank(recorded('D16-policy-not-enforced'))
  assert.deepEqual(verdicts, [])
  assert.equal(ruledOut[0], 'networkpolicy default/deny-all: the bridge plugin enforces none')
})

test('what CoreDNS asks itself once is not blamed, and said so', () => {
  const { ruledOut } = rank(HEALTHY)
  assert.ok(ruledOut.some((line) => line.startsWith('the HINFO error in the log of CoreDNS')))
})

test('what a client asks for and does not get is no cause of a failure that is not about that name', () => {
  const line =
    '[ERROR] plugin/errors: 2 other.example. A: read udp 10.200.0.2:4->192.0.2.1:53: i/o timeout'
  const { logs } = corednsSays(line)
  const about = (name: string) =>
    rank(failing('dns-matrix', but({ logs, ...redName({ kind: 'external', name }) }))).verdicts
  assert.deepEqual(about('kubernetes'), [])
  assert.equal(about('other.example.')[0]?.code, 'C9')
})

test('where not even names of the cluster are found, what CoreDNS logged of a server outside was before, and no cause', () => {
  const line =
    '[ERROR] plugin/errors: 2 example.com. A: read udp 10.200.0.2:4->192.0.2.1:53: i/o timeout'
  const { logs } = corednsSays(line)
  const red = { worker: 'causew1', expected: '', got: 'no answer', ok: false }
  const outside = { ...red, name: 'example.com.', kind: 'external' } as const
  const own = { ...red, name: 'kubernetes.default.svc.cluster.local', kind: 'full' } as const
  const told = (...names: readonly NameCheck[]) =>
    rank(failing('dns-matrix', but({ logs, matrix: { found: { cells: [], names } } }))).verdicts
  assert.deepEqual(told(own, outside), [])
  // Another worker that finds them has asked for the name outside.
  assert.equal(told({ ...own, worker: 'causew0' }, outside)[0]?.code, 'C9')
  assert.equal(told(outside)[0]?.code, 'C9')
})

test('a refused token is told of a later CoreDNS, too, which says list and watch in one line', () => {
  const line =
    'E0811 06:14:43.151413       1 reflector.go:138] pkg/mod/k8s.io/client-go@v0.22.2/tools/cache/reflector.go:167: Failed to watch *v1.Service: failed to list *v1.Service: Unauthorized'
  const evidence = but({ ...corednsSays(line), signer: { notLooked: 'not proven from here' } })
  assert.equal(rank(failing('coredns-pods', evidence)).verdicts[0]?.code, 'B6')
})

test('a CoreDNS that refuses its kubelet is reached by it, so no host is blamed', () => {
  const told = (words: string): Verdict | undefined =>
    rank(failing('coredns-pods', but(dying(words)))).verdicts[0]
  assert.match(told('connection refused')?.cause ?? '', /nothing listens where it asks/)
  assert.equal(told('connection refused')?.on, undefined)
  assert.match(told('no route to host')?.cause ?? '', /: the host does not reach its own pods/)
})

test('for a CoreDNS pod that answers nobody no network is blamed', () => {
  const evidence = measured((_from, to) => (to === 'causew0' ? 0 : 1))
  assert.deepEqual(rank(evidence).verdicts, [])
})

test('of a lost pair the one is named from which no answer finds its way back', () => {
  const ends = (from: string, to: string): boolean =>
    [from, to].toSorted().join(' ') === 'causew0 causew1'
  const evidence = measured((from, to) => (ends(from, to) ? 0 : 1))
  const counts = (arrived: number): Verdict | undefined => {
    const found = [{ worker: 'causew1', pod: 'coredns-0', address: '10.200.0.2', arrived }]
    return rank({ ...evidence, arrivals: { found } }).verdicts[0]
  }
  const told = counts(3)
  assert.equal(told?.code, 'E3')
  assert.match(
    told.cause,
    /causew0 has no route to the pods of causew1, or something there keeps it from being used$/,
  )
  assert.match(told.cure, /ip route add 10\.200\.1\.0\/24 via /)
  assert.equal(told.on, 'causew0')
  assert.match(counts(0)?.cause ?? '', /one of them has no route/)
})

test('of a pair of which one direction is lost the one is named that gets no answer', () => {
  const told = rank(measured((from, to) => (from === 'causew1' && to === 'causew0' ? 0 : 1)))
    .verdicts[0]
  assert.match(
    told?.cause ?? '',
    /causew1 has no route to the pods of causew0, or something there keeps it from being used$/,
  )
  assert.match(told?.evidence ?? '', /0 of 24 answered; and causew0 -> .* 24 of 24 answered$/)
  assert.equal(told?.on, 'causew1')
})

test('the cure of a lost pair adds no route where the inventory does not know its range', () => {
  const evidence = measured((from, to) => (from === 'causew1' && to === 'causew0' ? 0 : 1))
  const wanted = { ...evidence.wanted, workers: [] }
  const cures = [evidence, { ...evidence, wanted }].map((one) => rank(one).verdicts[0]?.cure)
  assert.match(cures[0] ?? '', /^ip route; ip rule; .*; ip route add 10\.200\.0\.0\/24 via /)
  assert.doesNotMatch(cures[1] ?? '', /route add/)
})

test('where every worker loses the same, no single one is blamed', () => {
  const evidence = measured((from, to) => (from === to || to === 'service' ? 1 : 0))
  assert.deepEqual(
    rank(evidence).verdicts.filter(({ code }) => code === 'E5'),
    [],
  )
})

test('a kubelet that gives a cache on its node is not blamed for it, nor said to give the Service', () => {
  const giving = (address: string) =>
    but({
      kubelets: {
        found: itemsOf(HEALTHY.kubelets).map(({ node }) => ({
          node,
          config: {
            found: { clusterDNS: [address], clusterDomain: 'cluster.local', podCIDR: '' },
          },
        })),
      },
    })
  const told = (address: string) => rank(failing('dns-matrix', giving(address)))
  assert.equal(told('10.32.0.100').verdicts[0]?.code, 'F1')
  const cache = told('169.254.20.10')
  assert.deepEqual(cache.verdicts, [])
  assert.doesNotMatch(cache.ruledOut.join('\n'), /tell pods to ask/)
})

test('where no channel was looked at nothing is told and nothing ruled out', () => {
  const dark = Object.fromEntries(
    Object.entries(HEALTHY).map(([name, channel]) =>
      name === 'failure' || name === 'wanted'
        ? [name, channel as unknown]
        : [name, { notLooked: 'dark' }],
    ),
  ) as unknown as typeof HEALTHY
  assert.deepEqual(rank(dark), { verdicts: [], ruledOut: [] })
})

test('a taint that the cluster has set itself is not to be taken off by hand', () => {
  const cureOf = (key: string): string | undefined => {
    const taints = [{ key, value: '', effect: 'NoSchedule' }]
    const found = itemsOf(HEALTHY.nodes).map((node) => ({ ...node, taints }))
    const pending = corednsPods({ ready: false, node: null, unscheduled: '0/2 nodes' })
    const evidence = failing('coredns-pods', but({ ...pending, nodes: { found } }))
    return rank(evidence).verdicts.find(({ code }) => code === 'A10')?.cure
  }
  const both = 'causew0 causew1'
  const spread = 'kubectl -n kube-system rollout restart deployment/coredns'
  assert.equal(cureOf('node.kubernetes.io/disk-pressure'), `kubectl describe node ${both}`)
  assert.equal(cureOf('node.kubernetes.io/unschedulable'), `kubectl uncordon ${both} && ${spread}`)
  assert.equal(
    cureOf('maintenance'),
    `kubectl taint nodes ${both} maintenance:NoSchedule- && ${spread}`,
  )
})

test('every rule has evidence that it is told by', () => {
  const told = new Set([
    ...faults.map((name) => name.slice(0, name.indexOf('-'))),
    ...[...HAND_MADE, ...ENDPOINTS, ...STRANGERS].map(({ code }) => code),
    ...['C8', 'D16'], // never told, only ruled out
  ])
  assert.deepEqual(
    RULES.map(({ code }) => code).filter((code) => !told.has(code)),
    [],
    'record one in test/diagnosis/fixtures, or make one in test/diagnosis/hand-made*.ts (CONTRIBUTING.md)',
  )
})
