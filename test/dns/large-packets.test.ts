import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askByProber } from '../../lib/dns/ask-by-prober.ts'
import { redOf, tableOf } from '../../lib/dns/matrix.ts'
import type { MatrixCell } from '../../lib/core/look-data.ts'
import { PROBER, type ProberRequest } from '../../lib/ports/prober-commands.ts'
import { type Exec, byProber, probedCluster } from '../fakes/probes.ts'

const POD = { address: '10.200.0.2', few: 4, large: true } as const
const QUESTIONS = {
  servers: [{ address: '10.32.0.10', few: 12 }, POD],
  full: 'kubernetes.default.svc.cluster.local',
  ...{ address: '10.32.0.1', names: [] },
}

const LOST = { lost: 2, answers: [] }

/** What is told of the pod by TCP, where that is the result of large questions; and the requests. */
async function large(changed: object, small: object = {}) {
  let requests: readonly ProberRequest[] = []
  const exec: Exec = (of, argv) => {
    requests = argv.slice(2).map((text) => JSON.parse(text) as ProberRequest)
    const { stdout, ...rest } = byProber(of, argv)
    const lines = Buffer.from(stdout).toString('utf8').trim().split('\n')
    const told = lines.map((line) => {
      const result = JSON.parse(line) as { readonly id?: number }
      const { pad, server, protocol } = requests[result.id ?? -1] ?? {}
      if (pad !== undefined) return { ...result, ...changed }
      return server === POD.address && protocol === 'tcp' ? { ...result, ...small } : result
    })
    return { ...rest, stdout: Buffer.from(told.map((one) => JSON.stringify(one)).join('\n')) }
  }
  const cluster = probedCluster({ exec })
  const of = { namespace: 'default', pod: 'probe', prober: PROBER } as const
  const told = await askByProber(cluster, of, QUESTIONS)
  assert.ok(told)
  return { requests, cell: told.cell(POD.address, 'tcp'), udp: told.cell(POD.address, 'udp') }
}

test('a CoreDNS pod is asked with large packets once it has answered small ones by TCP', async () => {
  const { requests, cell, udp } = await large({})
  const padded = requests.filter(({ pad }) => pad !== undefined)
  assert.deepEqual(
    padded.map(({ server, protocol, pad, after = -1 }) => {
      const { server: first, protocol: by } = requests[after] ?? {}
      return [server, protocol, pad, first, by]
    }),
    [[POD.address, 'tcp', 12_000, POD.address, 'tcp']],
  )
  assert.deepEqual([cell.large, udp.large], ['answered', undefined])
})

test('large packets are lost where small ones are answered, and the system says nothing', async () => {
  assert.equal((await large(LOST)).cell.large, 'lost')
})

test('where small ones are lost, too, or the system says why, nothing is told of large ones', async () => {
  assert.equal((await large(LOST, { lost: 1, answers: [] })).cell.large, undefined)
  const errors = [{ what: 'connection reset by peer', count: 2 }]
  assert.equal((await large({ ...LOST, errors })).cell.large, undefined)
})

test('a cell that loses large packets is red, and says so', () => {
  const target = { kind: 'pod', name: 'coredns-1', address: POD.address, node: 'w1' } as const
  const base = { worker: 'w0', target, via: 'pod', asked: 100, answered: 100, wrong: [] } as const
  const cells: readonly MatrixCell[] = [
    { ...base, protocol: 'udp' },
    { ...base, protocol: 'tcp', large: 'lost' },
  ]
  assert.deepEqual(redOf({ cells, names: [] }), [
    'w0 -> coredns-1 on w1 10.200.0.2 TCP: 100 of 100 answered, large packets get lost',
  ])
  assert.match(tableOf({ cells, names: [] })[1] ?? '', /^w0 +100%\/small only$/)
})
