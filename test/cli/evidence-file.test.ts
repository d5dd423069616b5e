import assert from 'node:assert/strict'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { causesOf } from '../../lib/cli/causes.ts'
import { evidenceFile, evidenceText } from '../../lib/cli/evidence-file.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Evidence } from '../../lib/evidence/evidence.ts'
import { rank } from '../../lib/diagnosis/rank.ts'
import type { Result } from '../../lib/engine/setup.ts'
import { LAYERS } from '../../lib/core/layers.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import { but, corednsSays, failing, HEALTHY, RECORDED, recorded } from '../diagnosis/evidence.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { fakeStep } from '../fakes/engine-step.ts'
import { fakeHost } from '../fakes/host.ts'
import { smallInventory } from '../fakes/lab-world.ts'

const CANARY = 'c4nary7f3e9b21d0'
const ENDED: Result = {
  mode: 'verify',
  outcome: 'failed',
  code: 4,
  changed: 0,
  unchanged: 0,
  before: [],
}

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hardway-evidence-'))
})
after(() => rm(folder, { recursive: true, force: true }))

function notGathered(): Promise<Evidence> {
  return Promise.reject(new Error('it was gathered already'))
}

test('the last evidence of a failure is kept, to be judged as it was, and what it has is said', async () => {
  const path = join(folder, 'last.json')
  const file = await evidenceFile(path)
  file.take(HEALTHY)
  file.take(recorded('E3-missing-route'))
  const words = await file.write(ENDED, notGathered)
  const kept = JSON.parse(await readFile(path, 'utf8')) as Evidence
  assert.equal(rank(kept).verdicts[0]?.code, 'E3')
  assert.match(
    words,
    /last\.json has the evidence: it did not come true \(lookup-kubernetes\), .*nodes, .*logs/,
  )
  assert.match(words, /; secrets masked, names and addresses not$/)
})

test('where nothing has failed the evidence is gathered once, and says so', async () => {
  const path = join(folder, 'healthy.json')
  const file = await evidenceFile(path)
  const asked: string[] = []
  const words = await file.write({ ...ENDED, code: 0 }, (brought) => {
    asked.push(brought.problem)
    return Promise.resolve({ ...HEALTHY, failure: brought, logs: { notLooked: 'dark' } })
  })
  assert.deepEqual(asked, ['nothing has failed'])
  assert.match(words, /: nothing has failed \(verify\), .*; \d+ more could not be looked at; /)
  assert.deepEqual(rank(JSON.parse(await readFile(path, 'utf8')) as Evidence).verdicts, [])
})

test('the file is nobody else’s to read, and never written over another one', async () => {
  const path = join(folder, 'mine.json')
  const [file, other] = await Promise.all([evidenceFile(path), evidenceFile(path)])
  await file.write(ENDED, () => Promise.resolve(HEALTHY))
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  const taken = {
    name: 'InputError',
    message: `${path} exists already, and evidence never overwrites another file`,
  }
  await assert.rejects(() => evidenceFile(path), taken)
  await writeFile(path, 'mine')
  await assert.rejects(() => other.write(ENDED, () => Promise.resolve(HEALTHY)), taken)
  assert.equal(await readFile(path, 'utf8'), 'mine')
})

test('no planted secret comes into the file', () => {
  const base64 = Buffer.from(
    `-----BEGIN EC PRIVATE KEY-----\n${CANARY}\n-----END EC PRIVATE KEY-----\n`,
  ).toString('base64')
  const line = `Authorization: Bearer ${CANARY} https://admin:${CANARY}@10.0.0.1/x client-key-data: ${base64}`
  const event = { namespace: 'default', kind: 'Pod', object: 'a', reason: 'Failed', message: line }
  const evidence = but({
    ...corednsSays(line),
    events: { found: [event] },
    corefile: { found: `.:53 {\n  # password: ${CANARY}\n}\n` },
    nodes: { notLooked: `"token": "${CANARY}"` },
  })
  const text = evidenceText(failing('lookup-kubernetes', evidence, [line]))
  for (const secret of [CANARY, base64, Buffer.from(CANARY).toString('base64').slice(0, -2)]) {
    assert.equal(text.includes(secret), false, text)
  }
})

test('what is recorded is judged as what was seen: masking takes no proof away', () => {
  for (const name of RECORDED) {
    const kept = JSON.parse(evidenceText(recorded(name))) as Evidence
    assert.deepEqual(rank(kept), rank(recorded(name)), name)
  }
})

test('a failure whose cause a wait has told already is recorded, too, and keeps that cause', async () => {
  const kept: Evidence[] = []
  const of = (onEvidence?: (evidence: Evidence) => void) =>
    causesOf({
      looking: { host: fakeHost(), cluster: fakeCluster(), clock: CLOCK },
      ...{ inventory: smallInventory, layout: layoutOf('lab'), labSteps: [], probes: PROBES },
      onEvidence,
    })
  const told = {
    layer: 'network',
    certainty: 'seen',
    cause: 'c',
    evidence: 'a line',
    subject: 'a',
    cure: 'b',
  } as const
  const error = new StepError({
    problem: 'the pods do not start',
    remedy: 'look',
    verdict: { ...told, code: 'A6' },
  })
  const step = fakeStep({ id: 'coredns-pods', wants: {} })
  const keeping = of((evidence) => kept.push(evidence))
  assert.equal(await keeping.diagnose(step, error, 'end'), null)
  assert.deepEqual(
    kept.map(({ failure }) => failure),
    [
      {
        ...{ step: 'coredns-pods', touches: LAYERS, examines: [] },
        ...{ problem: 'the pods do not start', seen: [] },
      },
    ],
  )
  assert.equal(await of().diagnose(step, error, 'end'), null)
  assert.equal(kept.length, 1)
})

const CLOCK = {
  now: () => new Date(0),
  sleep: (_: number, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error)
      })
    }),
}
