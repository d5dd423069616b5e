import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { askFrom } from '../../lib/dns/ask-from.ts'
import {
  type MakeProber,
  noSupply,
  type ProberSupply,
  proberSupply,
} from '../../lib/dns/prober-supply.ts'
import type { ExecResult, KubeObject, SentProgram } from '../../lib/ports/cluster.ts'
import { PROBER, PUT_PROBER } from '../../lib/ports/prober-commands.ts'
import { PUT_ENDS } from '../../lib/ports/put-script.ts'
import type { FakeOptions } from '../fakes/cluster.ts'
import { lookupsOf } from '../fakes/dns-answers.ts'
import { byNslookup, byProber, NAMES, probedCluster } from '../fakes/probes.ts'

const QUESTIONS = {
  servers: [{ address: '10.32.0.10', few: 12 }],
  full: 'kubernetes.default.svc.cluster.local',
  address: '10.32.0.1',
  names: [],
}

function node(name: string, architecture?: string): KubeObject {
  const nodeInfo = architecture === undefined ? {} : { architecture }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { nodeInfo } }
}

const program = (gzipped: boolean): SentProgram => {
  return { bytes: Uint8Array.of(1, 2, 3), gzipped, sha256: 'f'.repeat(64) }
}
const made: MakeProber = () => Promise.resolve({ gzipped: program(true), plain: program(false) })
const ended = (code: number | null, stderr = ''): ExecResult => {
  return { code, stdout: new Uint8Array(), stderr }
}

type Put = (sent: SentProgram) => ExecResult

/** Pods into which the prober is put, or not, as `put` says; `places` are those where it lies already. */
function world(put: Put = () => ended(0), places: readonly string[] = [], more: FakeOptions = {}) {
  const there = new Set(places)
  const asked: string[] = []
  const cluster = probedCluster({
    objects: [node('w1', 'amd64'), node('w2', 'arm64')],
    exec: (of, argv) => {
      const [prober = ''] = argv
      const name = `${of.pod} ${prober}`
      asked.push(name)
      return there.has(name) ? byProber(of, [PROBER, ...argv.slice(1)]) : byNslookup(of, argv)
    },
    put: ({ pod }, sent) => {
      const result = put(sent)
      if (result.code === 0) there.add(`${pod} ${PUT_PROBER}`)
      return result
    },
    ...more,
  })
  const ask = async (supply: ProberSupply | undefined, on = 'w1') => {
    const of = { namespace: 'default', pod: `probe-${on}`, node: on, supply }
    const cell = (await askFrom(cluster, of, QUESTIONS)).cell('10.32.0.10', 'udp')
    return [cell.asked, cell.answered, cell.figures?.p99]
  }
  return { cluster, asked, ask }
}

const BY_PROBER = [100, 100, 900]
const BY_NSLOOKUP = [12, 12, undefined]

test('a probe without the prober is given it, and asks with it; a second time nothing is sent', async () => {
  const { cluster, asked, ask } = world()
  const supply = proberSupply(cluster, made)
  assert.deepEqual(await ask(supply), BY_PROBER)
  assert.deepEqual(asked, [
    `probe-w1 ${PUT_PROBER}`,
    `probe-w1 ${PROBER}`,
    `probe-w1 ${PUT_PROBER}`,
  ])
  assert.deepEqual(await ask(supply), BY_PROBER)
  // Nor by another run, which finds it there.
  assert.deepEqual(await ask(proberSupply(cluster, made)), BY_PROBER)
  assert.deepEqual(cluster.writes, ['put the prober into pod/probe-w1'])
  assert.deepEqual(supply.notes(), [])
})

test('a prober in the image is asked, and none is put beside it', async () => {
  const { cluster, ask } = world(undefined, [`probe-w1 ${PROBER}`])
  assert.deepEqual(await ask(proberSupply(cluster, made)), BY_PROBER)
  assert.deepEqual(cluster.writes, [])
})

test('what only looks puts none there, asks by one that is there, and says where no times are measured', async () => {
  const { cluster, ask } = world(undefined, [`probe-w1 ${PUT_PROBER}`])
  const supply = noSupply()
  assert.deepEqual(await ask(supply), BY_PROBER)
  assert.deepEqual(await ask(supply, 'w2'), BY_NSLOOKUP)
  assert.deepEqual(cluster.writes, [])
  assert.deepEqual(supply.notes(), [
    'No times were measured from w2, where nslookup asked: their probes have no prober; a run puts it there where it can be had.',
  ])
})

test('an image without gunzip gets it as it is', async () => {
  const sent: boolean[] = []
  const { cluster, ask } = world(({ gzipped }) => {
    sent.push(gzipped)
    return gzipped ? ended(PUT_ENDS.noGunzip, 'there is no gunzip') : ended(0)
  })
  assert.deepEqual(await ask(proberSupply(cluster, made)), BY_PROBER)
  assert.deepEqual(sent, [true, false])
})

const noShell = (): never => {
  const seen = ['OCI runtime exec failed: exec: "sh": executable file not found in $PATH']
  throw new StepError({ problem: 'could not run "sh -c …"', seen, remedy: '' })
}

/** What keeps the prober away, and what is said of it. */
const REFUSED: Readonly<Record<string, readonly [Put, RegExp]>> = {
  'another sum': [
    () => ended(PUT_ENDS.otherSum, `gunzip: bad\nits sha256 is 00, not ff\n`),
    /: the prober could not be put into its probe: its sha256 is 00, not ff\.$/,
  ],
  'a file system that runs nothing': [
    () => ended(PUT_ENDS.runsNot, 'Permission denied\nit does not run there\n'),
    /it does not run there\.$/,
  ],
  'a probe of before': [
    () => ended(PUT_ENDS.noPlace, '/hardway/put/prober-3.7 cannot be written\n'),
    /its probe has no volume for the prober, as those of earlier versions; after a rollback .*\.$/,
  ],
  'an image without a shell': [noShell, /"sh": executable file not found in \$PATH\.$/],
  'a connection that is lost': [() => ended(null), /: the connection was lost\.$/],
  'a shell of another kind': [() => ended(2), /: it ended with code 2\.$/],
}

for (const [what, [put, told]] of Object.entries(REFUSED)) {
  test(`${what} leaves nslookup, without times, and is said once; it is not tried again`, async () => {
    const { cluster, ask } = world(put)
    const supply = proberSupply(cluster, made)
    assert.deepEqual(await ask(supply), BY_NSLOOKUP)
    assert.deepEqual(await ask(supply), BY_NSLOOKUP)
    assert.equal(cluster.writes.length, 1)
    const [note = '', ...more] = supply.notes()
    assert.match(note, /^No times were measured from w1, where nslookup asked: /)
    assert.match(note, told)
    assert.deepEqual(more, [])
  })
}

test('each machine gets the prober of its own kind; where there is none, that is said', async () => {
  const { cluster, ask } = world()
  const kinds: string[] = []
  const supply = proberSupply(cluster, (arch) => {
    kinds.push(arch)
    if (arch === 'amd64') return made(arch)
    return Promise.resolve({ lacking: `there is no prober for ${arch} machines` })
  })
  assert.deepEqual(await ask(supply, 'w1'), BY_PROBER)
  assert.deepEqual(await ask(supply, 'w2'), BY_NSLOOKUP)
  assert.deepEqual(kinds, ['amd64', 'arm64'])
  assert.deepEqual(supply.notes(), [
    'No times were measured from w2, where nslookup asked: there is no prober for arm64 machines.',
  ])
  assert.equal(await supply.lacking(['w1', 'w2']), null)
  assert.equal(await supply.lacking(['w2']), 'there is no prober for arm64 machines')
})

test('a kubelet that does not tell its kind, or a right that lacks, is said as well', async () => {
  const { cluster, ask } = world(undefined, [], { objects: [node('w1')] })
  const supply = proberSupply(cluster, made)
  assert.deepEqual(await ask(supply), BY_NSLOOKUP)
  const list = () => Promise.reject(new StepError({ problem: 'may not list Node', remedy: '' }))
  const barred = proberSupply({ ...cluster, list }, made)
  assert.deepEqual(await ask(barred), BY_NSLOOKUP)
  assert.deepEqual(
    [...supply.notes(), ...barred.notes()].map((note) => note.replace(/^.*asked: /, '')),
    ['its kubelet does not tell its architecture.', 'may not list Node.'],
  )
})

test('a bug is no reason for nslookup', async () => {
  const bug = new TypeError('made of nothing')
  const { cluster, ask } = world()
  const supply = proberSupply(cluster, () => Promise.reject(bug))
  await assert.rejects(ask(supply), bug)
})

test('a runtime that ends with a code of its own, naming the program, has not started it', async () => {
  const { cluster, ask } = world(undefined, [], {
    exec: (_of, argv) => {
      const [prober = ''] = argv
      return (
        lookupsOf(argv, NAMES) ?? ended(255, `exec failed: exec: "${prober}": stat: no such file`)
      )
    },
    put: () => ended(PUT_ENDS.runsNot, 'it does not run there'),
  })
  assert.deepEqual(await ask(proberSupply(cluster, made)), BY_NSLOOKUP)
})
