import assert from 'node:assert/strict'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import { test } from 'node:test'
import { isReadOnly } from '../../lib/ports/read-only-commands.ts'
import { redOf } from '../../lib/dns/matrix.ts'
import type { Outside } from '../../lib/corefile/outside.ts'
import { measureMatrix } from '../../lib/dns/measure-matrix.ts'
import { wholeMessages } from '../../lib/dns/message.ts'
import { StepError } from '../../lib/core/errors.ts'
import { answerOf, lookupsOf, noProber } from '../fakes/dns-answers.ts'
import { byNslookup, byProber, type Exec, NAMES, probedCluster } from '../fakes/probes.ts'

const wanted = {
  workers: ['worker0', 'worker1'],
  targets: [
    { kind: 'service', name: 'kube-dns', address: '10.32.0.10' },
    { kind: 'pod', name: 'coredns-a', address: '10.200.1.2', node: 'worker1' },
  ],
  probes: PROBES,
  domain: 'cluster.local',
  kubernetes: '10.32.0.1',
  dns: '10.32.0.10',
  outside: 'unserved',
} as const

function measured(exec: Exec = byNslookup, ask = answerOf, outside: Outside = wanted.outside) {
  const cluster = probedCluster({ exec, ask: (_of, _port, bytes) => ask(bytes, NAMES) })
  return measureMatrix(cluster, { ...wanted, outside })
}

test('a healthy cluster is green in every cell, from every worker and past the network', async () => {
  const matrix = await measured()
  assert.deepEqual(redOf(matrix), [])
  assert.deepEqual(
    matrix.cells.map(({ worker, target, protocol, asked, answered }) =>
      [worker, target.address, protocol, answered, asked].join(' '),
    ),
    [
      'worker0 10.32.0.10 udp 12 12',
      'worker0 10.32.0.10 tcp 12 12',
      'worker0 10.200.1.2 udp 4 4',
      'worker0 10.200.1.2 tcp 4 4',
      'worker1 10.32.0.10 udp 12 12',
      'worker1 10.32.0.10 tcp 12 12',
      'worker1 10.200.1.2 udp 4 4',
      'worker1 10.200.1.2 tcp 4 4',
      ' 10.200.1.2 tcp 5 5',
    ],
  )
  assert.deepEqual(
    matrix.names.slice(0, 7).map(({ kind, got }) => `${kind} ${got}`),
    [
      'resolv.conf nameserver 10.32.0.10',
      'short 10.32.0.1',
      'partial 10.32.0.1',
      'full 10.32.0.1',
      'reverse kubernetes.default.svc.cluster.local',
      'absent NXDOMAIN',
      'external SERVFAIL',
    ],
  )
})

test('of many CoreDNS pods each is asked as often, a few execs for a worker, names once', async () => {
  const execs: number[] = []
  const cluster = probedCluster({
    exec: (of, argv) => {
      const said = byNslookup(of, argv)
      execs.push(argv.length)
      return said
    },
  })
  const pods = Array.from({ length: 30 }, (_, i) => {
    return {
      ...wanted.targets[1],
      name: `coredns-${String(i)}`,
      address: `10.200.1.${String(i + 2)}`,
    }
  })
  const targets = [wanted.targets[0], ...pods]
  const matrix = await measureMatrix(cluster, { ...wanted, workers: ['worker0'], targets })
  assert.deepEqual(redOf(matrix), [])
  assert.equal(matrix.names.length, 7)
  // 12 + 30 x 4 questions.
  assert.equal(execs.length, 4)
})

test('every command it runs in a pod is one that is known to write nothing', async () => {
  await measured((of, argv) => {
    assert.ok(isReadOnly(argv), argv.join(' '))
    return byNslookup(of, argv)
  })
  await measured((of, argv) => {
    assert.ok(isReadOnly(argv), argv.join(' '))
    return byProber(of, argv)
  })
})

test('what does not come out in time is lost, and what came out before counts', async () => {
  const { cells } = await measured((of, argv) => {
    if (of.pod !== 'dns-probe-worker0') return byNslookup(of, argv)
    const text = Buffer.from(byNslookup(of, argv).stdout).toString('utf8')
    const [head = '', ...rest] = text.split(/(?=udp 10\.200\.1\.2)/)
    return {
      code: null,
      stdout: Buffer.from(`${head}${rest.slice(0, 2).join('')}udp 10`),
      stderr: '',
    }
  })
  const lossy = cells.filter(({ answered, asked }) => answered < asked)
  assert.deepEqual(
    lossy.map(({ worker, target, protocol, answered }) => [
      worker,
      target.name,
      protocol,
      answered,
    ]),
    [
      ['worker0', 'coredns-a', 'udp', 2],
      ['worker0', 'coredns-a', 'tcp', 2],
    ],
  )
})

test('a worker whose probe cannot be asked is not proven, and the others are', async () => {
  const matrix = await measured((of, argv) => {
    if (of.pod !== 'dns-probe-worker1') return byNslookup(of, argv)
    throw new StepError({ problem: 'pods "dns-probe-worker1" is not there', remedy: 'run again' })
  })
  const bad = matrix.cells.filter(({ notProven }) => notProven !== undefined)
  assert.deepEqual(new Set(bad.map(({ worker }) => worker)), new Set(['worker1']))
  assert.equal(bad.length, 4)
  assert.equal(matrix.names.filter(({ worker, ok }) => worker === 'worker1' && ok).length, 0)
})

test('a server that knows nothing is told from a network that does not carry', async () => {
  const matrix = await measured(byNslookup, (bytes) =>
    answerOf(bytes, { ...NAMES, domain: 'other.local' }),
  )
  const [cell] = matrix.cells.filter(({ via }) => via === 'port-forward')
  assert.deepEqual(cell?.wrong, [
    'A kubernetes.default.svc.cluster.local SERVFAIL',
    'AAAA kubernetes.default.svc.cluster.local SERVFAIL',
    'PTR 1.0.32.10.in-addr.arpa kubernetes.default.svc.other.local',
    'SRV _https._tcp.kubernetes.default.svc.cluster.local SERVFAIL',
    'A hardway-absent.default.svc.cluster.local SERVFAIL',
  ])
  assert.deepEqual(cell.wrongAnswers?.[2], {
    type: 'PTR',
    name: '1.0.32.10.in-addr.arpa.',
    got: 'kubernetes.default.svc.other.local',
  })
  assert.equal(redOf(matrix).length, 1)
})

test('answers over one connection may come in any order, and those that do not come are named', async () => {
  const turned = await measured(byNslookup, (bytes) =>
    Buffer.concat([...wholeMessages(answerOf(bytes, NAMES))].reverse()),
  )
  assert.deepEqual(redOf(turned), [])
  const cut = await measured(byNslookup, (bytes) => answerOf(bytes, NAMES).subarray(0, -1))
  const [cell] = cut.cells.filter(({ via }) => via === 'port-forward')
  assert.deepEqual(
    [cell?.answered, cell?.wrong],
    [4, ['A hardway-absent.default.svc.cluster.local no answer: the connection was closed']],
  )
  assert.deepEqual(cell?.wrongAnswers, [])
})

test('a pod with other DNS settings is red, though the servers answer', async () => {
  const matrix = await measured((of, argv) => {
    const { stdout, ...rest } = byNslookup(of, argv)
    const text = Buffer.from(stdout)
      .toString('utf8')
      .replace('nameserver 10.32.0.10', 'nameserver 10.96.0.10')
    return { ...rest, stdout: Buffer.from(text) }
  })
  assert.deepEqual(redOf(matrix), [
    'worker0: resolv.conf of its probe: nameserver 10.96.0.10, expected 10.32.0.10',
    'worker1: resolv.conf of its probe: nameserver 10.96.0.10, expected 10.32.0.10',
  ])
})

/** As a healthy pod is told, but for the name of the world outside. */
const outside =
  (said: string): Exec =>
  (of, argv) => {
    const { stdout, ...rest } = byNslookup(of, argv)
    const text = Buffer.from(stdout)
      .toString('utf8')
      .replace("** server can't find example.com.: SERVFAIL", said)
    return { ...rest, stdout: Buffer.from(text) }
  }
const refusedBy = (rcode: string) => `** server can't find example.com.: ${rcode}`
const ADDRESS = 'Name:\texample.com\nAddress: 192.0.2.7'

test('where the Corefile forwards nothing, an address for a name of the world outside is red', async () => {
  assert.deepEqual(redOf(await measured(outside(ADDRESS))), [
    'worker0: example.com. gives 192.0.2.7, expected SERVFAIL, as the Corefile forwards nothing',
    'worker1: example.com. gives 192.0.2.7, expected SERVFAIL, as the Corefile forwards nothing',
  ])
})

test('where it forwards, or its text does not tell, any answer for such a name will do, and silence will not', async () => {
  for (const what of ['forwarded', 'unknown'] as const) {
    for (const said of [ADDRESS, ...['SERVFAIL', 'NXDOMAIN', 'REFUSED'].map(refusedBy)]) {
      assert.deepEqual(redOf(await measured(outside(said), answerOf, what)), [])
    }
    const silent = outside(';; connection timed out; no servers could be reached')
    assert.equal(redOf(await measured(silent, answerOf, what)).length, 2)
  }
})

test('where no server block serves such a name, it is refused, and nothing else', async () => {
  const lost = async (said: string) => redOf(await measured(outside(said), answerOf, 'refused'))
  assert.deepEqual(await lost(refusedBy('REFUSED')), [])
  assert.equal((await lost(ADDRESS)).length, 2)
})

test('a worker whose kubelet gives a cache is asked by it, and expected to name it', async () => {
  const cache = '169.254.20.10'
  const cluster = probedCluster({
    exec: (of, argv) => {
      const own = of.pod === 'dns-probe-worker1' ? { ...NAMES, dnsAddress: cache } : NAMES
      return lookupsOf(argv, own) ?? noProber(argv)
    },
  })
  const settings = [{ node: 'worker1', servers: [cache], domain: 'cluster.local' }]
  const matrix = await measureMatrix(cluster, { ...wanted, settings })
  const resolvers = matrix.names.filter(({ kind }) => kind === 'resolv.conf')
  assert.deepEqual(
    resolvers.map(({ worker, got, ok }) => [worker, got, ok]),
    [
      ['worker0', 'nameserver 10.32.0.10', true],
      ['worker1', `nameserver ${cache}`, true],
    ],
  )
  const asked = matrix.cells.filter(({ target }) => target.address === cache)
  assert.deepEqual(new Set(asked.map(({ worker }) => worker)), new Set(['worker1']))
})

/** As the prober tells, but for the result of the first request: the Service by UDP. */
const firstIs =
  (changed: object): Exec =>
  (of, argv) => {
    const { stdout, ...rest } = byProber(of, argv)
    const lines = Buffer.from(stdout).toString('utf8').split('\n')
    const told = lines.map((line) => {
      if (!line.startsWith('{"id":0,')) return line
      return JSON.stringify({ ...(JSON.parse(line) as object), ...changed })
    })
    return { ...rest, stdout: Buffer.from(told.join('\n')) }
  }

async function firstCell(changed: object) {
  const { cells } = await measured(firstIs(changed))
  return cells[0] ?? assert.fail()
}

test('where the probe has the prober, each cell has a hundred questions, with loss and times', async () => {
  const matrix = await measured(byProber)
  assert.deepEqual(redOf(matrix), [])
  const figures = { sent: 100, lost: 0, p50: 300, p99: 900, max: 1200 }
  for (const { via, asked, answered, figures: told } of matrix.cells) {
    if (via === 'pod')
      assert.deepEqual({ asked, answered, told }, { asked: 100, answered: 100, told: figures })
    else assert.equal(told, undefined)
  }
  assert.deepEqual(
    matrix.names.slice(0, 7).map(({ kind, got }) => `${kind} ${got}`),
    [
      'resolv.conf nameserver 10.32.0.10',
      'short 10.32.0.1',
      'partial 10.32.0.1',
      'full 10.32.0.1',
      'reverse kubernetes.default.svc.cluster.local',
      'absent NXDOMAIN',
      'external SERVFAIL',
    ],
  )
})

test('one exec a worker is enough for the prober', async () => {
  const execs: string[] = []
  await measured((of, argv) => {
    execs.push(of.pod)
    return byProber(of, argv)
  })
  assert.deepEqual(execs, ['dns-probe-worker0', 'dns-probe-worker1'])
})

test('one lost in a hundred is seen, with what the system says of it', async () => {
  const lost = { answers: [], lost: 100, errors: [{ what: 'connection refused', count: 100 }] }
  const { answered, errors, wrong, figures } = await firstCell(lost)
  assert.deepEqual([answered, errors, wrong, figures?.lost], [0, ['connection refused'], [], 100])
  const matrix = await measured(firstIs(lost))
  assert.equal(
    redOf(matrix)[0],
    'worker0 -> Service kube-dns 10.32.0.10 UDP: 0 of 100 answered, connection refused',
  )
})

test('answers of somebody else are lost answers, and it is said whose they were', async () => {
  const strangers = [{ what: '10.200.1.2', count: 100 }]
  const { wrong } = await firstCell({ answers: [], lost: 100, strangers })
  assert.deepEqual(wrong, ['10.200.1.2 answers in its place'])
})

test('what the probe could not ask, or did not tell, is not proven, and no loss', async () => {
  const errors = [{ what: 'too many open files', count: 7 }]
  const { notProven } = await firstCell({ sent: 93, unsent: 7, errors })
  assert.equal(notProven, '7 of 100 could not be asked: too many open files')
  assert.equal((await firstCell({ id: 99 })).notProven, 'its probe did not tell in time')
})
