import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Matrix, MatrixCell } from '../../lib/core/look-data.ts'
import { notProvenIn, proofOf, redOf, tableOf } from '../../lib/dns/matrix.ts'
import { milliseconds } from '../../lib/core/milliseconds.ts'

const SERVICE = { kind: 'service', name: 'kube-dns', address: '10.32.0.10' } as const
const POD = { kind: 'pod', name: 'coredns-a', address: '10.200.1.2', node: 'worker1' } as const

const green: MatrixCell = {
  worker: 'worker0',
  target: SERVICE,
  protocol: 'udp',
  via: 'pod',
  asked: 12,
  answered: 12,
  wrong: [],
}
const short = {
  worker: 'worker0',
  name: 'kubernetes',
  kind: 'short',
  expected: '10.32.0.1',
  got: '10.32.0.1',
  ok: true,
} as const

const matrixOf = (...cells: readonly MatrixCell[]): Matrix => ({ cells, names: [short] })

test('all answered, without loss and rightly, is proven', () => {
  const matrix = matrixOf(green, { ...green, protocol: 'tcp' })
  assert.deepEqual(redOf(matrix), [])
  assert.equal(
    proofOf(matrix),
    '1 worker, 1 server, UDP and TCP: 24 of 24 answered; 1 name as expected',
  )
})

const reds: readonly (readonly [string, Partial<MatrixCell>, string])[] = [
  ['one lost answer', { answered: 11 }, 'Service kube-dns 10.32.0.10 UDP: 11 of 12 answered'],
  [
    'a dead pod on another worker',
    { target: POD, asked: 4, answered: 0 },
    'coredns-a on worker1 10.200.1.2 UDP: 0 of 4 answered',
  ],
  [
    'a wrong answer',
    { answered: 11, wrong: ['10.9.9.9'] },
    'Service kube-dns 10.32.0.10 UDP: 11 of 12 answered, wrong: 10.9.9.9',
  ],
  [
    'a wrong answer beside as many right ones as were asked for',
    { wrong: ['10.9.9.9'] },
    'Service kube-dns 10.32.0.10 UDP: 12 of 12 answered, wrong: 10.9.9.9',
  ],
  [
    'what could not be measured',
    { asked: 4, answered: 0, notProven: 'pod dns-probe-worker0 is not there' },
    'Service kube-dns 10.32.0.10 UDP: not proven, pod dns-probe-worker0 is not there',
  ],
  [
    'what was not asked',
    { asked: 0, answered: 0 },
    'Service kube-dns 10.32.0.10 UDP: 0 of 0 answered',
  ],
]
for (const [what, changed, said] of reds) {
  test(`red is ${what}`, () => {
    assert.deepEqual(redOf(matrixOf(green, { ...green, ...changed })), [`worker0 -> ${said}`])
  })
}

test('what keeps questions from being asked is said once for each reason', () => {
  const notProven = 'dial tcp 192.168.1.210:10250: connect: connection refused'
  const lost = { ...green, answered: 0, notProven }
  const others = ['worker1', 'worker2'].map((worker) => {
    return { ...lost, worker, notProven: 'user me may not create pods/exec' }
  })
  const cells: MatrixCell[] = [lost, { ...lost, protocol: 'tcp' }, { ...lost, target: POD }]
  assert.deepEqual(
    redOf({ cells: [...cells, ...others], names: [{ ...short, got: notProven, ok: false }] }),
    [
      `worker0 -> 2 servers, UDP and TCP: not proven, ${notProven}`,
      'worker1, worker2 -> 1 server, UDP and TCP: not proven, user me may not create pods/exec',
    ],
  )
})

test('a name that leads elsewhere is red, whatever the servers answer', () => {
  const names = [short, { ...short, name: 'kubernetes.default', got: 'NXDOMAIN', ok: false }]
  assert.deepEqual(redOf({ cells: [green], names }), [
    'worker0: kubernetes.default gives NXDOMAIN, expected 10.32.0.1',
  ])
})

test('the table has a row a worker and a column a server', () => {
  const matrix = matrixOf(
    green,
    { ...green, protocol: 'tcp', answered: 11 },
    { ...green, target: POD, asked: 4, answered: 0 },
    { ...green, target: POD, protocol: 'tcp', asked: 4, answered: 0, notProven: 'no exec' },
    { ...green, worker: '', target: POD, protocol: 'tcp', via: 'port-forward' },
  )
  assert.deepEqual(tableOf(matrix), [
    'UDP/TCP       Service 10.32.0.10  10.200.1.2 on worker1',
    'worker0       100%/91%            0%/?',
    'port-forward  -/-                 -/100%',
  ])
})

test('where times were measured the slower protocol has its own beside the shares', () => {
  const figures = { sent: 100, lost: 0, p50: 300, p99: 900, max: 4000 }
  const all = { ...green, asked: 100, answered: 100, figures }
  const slower = { ...figures, p99: 12_340 }
  const lost = { ...figures, lost: 100, p50: 0, p99: 0, max: 0 }
  const matrix = matrixOf(
    all,
    { ...all, protocol: 'tcp', figures: slower },
    { ...all, target: POD, answered: 0, figures: lost },
  )
  assert.deepEqual(tableOf(matrix), [
    'UDP/TCP p99  Service 10.32.0.10  10.200.1.2 on worker1',
    'worker0      100%/100% 12 ms     0%/-',
  ])
  assert.equal(
    proofOf(matrixOf(all, { ...all, protocol: 'tcp' })),
    '1 worker, 1 server, UDP and TCP: 200 of 200 answered, p99 0.9 ms; 1 name as expected',
  )
})

test('microseconds are told with two digits that count', () => {
  assert.deepEqual([42, 900, 1234, 12_340, 310_000].map(milliseconds), [
    '0.04 ms',
    '0.9 ms',
    '1.2 ms',
    '12 ms',
    '310 ms',
  ])
})

test('what could not be measured is told once a reason, with all whom it concerns', () => {
  const unknown = (worker: string, notProven: string): MatrixCell => {
    return { ...green, worker, asked: 4, answered: 0, notProven }
  }
  const past = { ...unknown('', 'may not port-forward to coredns-a'), target: POD }
  const matrix = matrixOf(
    green,
    ...['w1', 'w2', 'w2'].map((worker) => unknown(worker, `may not exec in probe-${worker}`)),
    past,
  )
  const { cells, lines } = notProvenIn(matrix, (worker) => `probe-${worker}`)
  assert.equal(cells.size, 4)
  assert.deepEqual(lines, [
    'not proven from w1, w2: may not exec in its probe',
    'not proven coredns-a past the network: may not port-forward to …',
  ])
})

test('without probes it is said what is proven, and what is not', () => {
  const past: MatrixCell = { ...green, worker: '', target: POD, asked: 4, answered: 4 }
  const not = 'not proven: the Service, the way from pods to the servers, resolv.conf and names'
  assert.equal(
    proofOf({ cells: [past], names: [] }),
    `1 server, past the network: 4 of 4 answered; ${not}`,
  )
  assert.equal(proofOf({ cells: [], names: [] }), `no server was asked; ${not}`)
})
