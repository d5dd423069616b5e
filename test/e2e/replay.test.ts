import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { binOf, pairOf } from '../../lib/lab/layout.ts'
import { at, type Json, listAt, textAt } from '../../lib/core/json.ts'
import { assertCode, changesOf, endings, endOf, ofType } from './events.ts'
import { inventory, LAB, NETWORK } from './inventory.ts'
import { auditedSince, auditMark, countedSince, isWriting } from './audit.ts'
import {
  kubectl,
  labDown,
  labStatus,
  layout,
  live,
  OBJECTS,
  stateFiles,
  tryKubectl,
} from './lab.ts'
import { noLab } from './no-lab.ts'
import { assertSameMachine, machineSnapshot, type Snapshot, tree } from './machine-snapshot.ts'
import { type Ended, output, PROJECT, run, typed } from './program.ts'

/** The story of a first reader: look, run, run again, take it back, take the lab away. */
const FILE = inventory({ size: '3+3' })
const skip = noLab
const PODS = ['busybox', `dns-probe-${LAB}w0`, `dns-probe-${LAB}w1`, `dns-probe-${LAB}w2`].map(
  (name) => ['pod', name, 'default'] as const,
)
const FIRST_BUILD_MS = 90 * 60_000

let machineBefore: Snapshot = {}
let planned: Ended
let stepIds: { lab: string[]; chapter: string[] } = { lab: [], chapter: [] }

before(
  async () => {
    if (noLab !== false) return
    await labDown()
    machineBefore = await machineSnapshot()
    const listed = await run(['steps', '--json', '--inventory', FILE])
    const { steps } = JSON.parse(listed.stdout) as {
      steps: { id: string; list: 'lab' | 'chapter' }[]
    }
    stepIds = {
      lab: steps.filter(({ list }) => list === 'lab').map(({ id }) => id),
      chapter: steps.filter(({ list }) => list === 'chapter').map(({ id }) => id),
    }
  },
  { timeout: 10 * 60_000 },
)

after(async () => {
  if (noLab === false) await labDown()
})

test('a dry-run on nothing lists every step and leaves nothing behind', { skip }, async () => {
  const empty = await mkdtemp(join(tmpdir(), 'hardway-empty-'))
  try {
    const project = await projectFiles()
    const dry = await typed(['--dry-run', '--json', '--inventory', FILE], {
      env: { HOME: empty, XDG_CACHE_HOME: join(empty, 'cache'), TMPDIR: empty },
    })
    assertCode(dry, 0)
    assert.deepEqual(
      ofType(dry, 'run-started').flatMap(({ steps }) => steps.map(({ id }) => id)),
      [...stepIds.lab, ...stepIds.chapter],
    )
    assert.deepEqual(Object.keys(endings(dry)), [...stepIds.lab, ...stepIds.chapter])
    const objects = changesOf(dry)['apply-manifest'] ?? []
    assert.deepEqual(objects.map(({ action, what }) => `${action} ${what}`).sort(), [
      'create clusterrole.rbac.authorization.k8s.io/system:coredns',
      'create clusterrolebinding.rbac.authorization.k8s.io/system:coredns',
      'create configmap/coredns',
      'create deployment.apps/coredns',
      'create service/kube-dns',
      'create serviceaccount/coredns',
    ])
    const { ledger } = endOf(dry)
    assert.equal(ledger.writes, 0)
    assert.equal(ledger.hostWrites, 0)
    // npm's log, and the caches of npm and tsx, are the launcher's.
    const made = (await tree(empty)).map((path) => relative(empty, path))
    assert.deepEqual(
      made.filter(
        (path) => path !== '' && !/^(?:\.npm|node-compile-cache|tsx-\d+)(?:\/|$)/.test(path),
      ),
      [],
    )
    assert.deepEqual(await projectFiles(), project)
    assertSameMachine(await machineSnapshot(), machineBefore)
  } finally {
    await rm(empty, { recursive: true, force: true })
  }
})

test('a fresh run builds the lab and replays the chapter', { skip }, async () => {
  planned = await run(['--dry-run', '--json', '--inventory', FILE])
  assertCode(planned, 0)
  const fresh = await typed(['--json', '--inventory', FILE], { limitMs: FIRST_BUILD_MS })
  assertCode(fresh, 0)
  const seen = endings(fresh)
  assert.deepEqual(Object.keys(seen), [...stepIds.lab, ...stepIds.chapter])
  assert.deepEqual(
    Object.values(seen).filter((ending) => ending !== 'done' && ending !== 'satisfied'),
    [],
  )
  assert.deepEqual(foretold(changesOf(fresh)), foretold(changesOf(planned)))
})

test(
  'two CoreDNS pods run on two workers, each with an address of its own worker',
  { skip },
  async () => {
    const text = await kubectl([
      'get',
      'pods',
      '-n',
      'kube-system',
      '-l',
      'k8s-app=kube-dns',
      '-o',
      'json',
    ])
    const pods = listAt(JSON.parse(text) as Json, 'items')
    assert.equal(pods.length, 2)
    assert.equal(new Set(pods.map((pod) => textAt(pod, 'spec', 'nodeName'))).size, 2)
    for (const pod of pods) {
      assert.equal(textAt(pod, 'status', 'phase'), 'Running')
      assert.equal(at(pod, 'status', 'containerStatuses', 0, 'ready'), true)
      const worker = textAt(pod, 'spec', 'nodeName')?.replace(`${LAB}w`, '') ?? ''
      assert.match(textAt(pod, 'status', 'podIP') ?? '', new RegExp(`^10\\.200\\.${worker}\\.`))
    }
  },
)

test("busybox's own nslookup answers with the ClusterIP of kubernetes", { skip }, async () => {
  // Newer busyboxes end with 1 where another name of the search list is not there.
  const { stdout: answer } = await tryKubectl(['exec', 'busybox', '--', 'nslookup', 'kubernetes'])
  assert.match(answer, /10\.32\.0\.10/)
  assert.match(answer, /kubernetes\.default\.svc\.cluster\.local/)
  assert.match(answer, /^Address(?: \d)?:\s+10\.32\.0\.1(?:\s|$)/m)
})

test('etcd holds Secrets encrypted', { skip }, async () => {
  await kubectl(['create', 'secret', 'generic', 'proof', '--from-literal=word=plain-canary'])
  const stored = await etcdGet('/registry/secrets/default/proof')
  assert.match(stored, /k8s:enc:aescbc:v1:key1:/)
  assert.doesNotMatch(stored, /plain-canary/)
  await kubectl(['delete', 'secret', 'proof'])
})

test(
  'lab status names hosts, processes, versions, kubeconfig and audit logs',
  { skip },
  async () => {
    const status = await labStatus(FILE)
    assert.equal(status.up, true)
    assert.equal(status.kubeconfig, layout.adminKubeconfig)
    assert.deepEqual(
      status.hosts.map(({ name, role, address, podCIDR, netns }) =>
        [name, role, address, podCIDR, netns].join(' '),
      ),
      [
        `${LAB}m0 controller ${NETWORK}.200  ${LAB}m0`,
        `${LAB}m1 controller ${NETWORK}.201  ${LAB}m1`,
        `${LAB}m2 controller ${NETWORK}.202  ${LAB}m2`,
        `${LAB}w0 worker ${NETWORK}.210 10.200.0.0/24 ${LAB}w0`,
        `${LAB}w1 worker ${NETWORK}.211 10.200.1.0/24 ${LAB}w1`,
        `${LAB}w2 worker ${NETWORK}.212 10.200.2.0/24 ${LAB}w2`,
      ],
    )
    for (const { processes } of status.hosts) {
      for (const { pid, name, log } of processes) {
        const argv = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')
        assert.match(argv, new RegExp(`/${name}\0`))
        assert.ok((await readFile(log)).byteLength > 0, log)
      }
    }
    assert.equal(status.auditLogs.length, 3)
    const audited = await auditedSince(Object.fromEntries(status.auditLogs.map((log) => [log, 0])))
    assert.ok(audited.some(isWriting), 'the fresh run is in the audit logs')
    for (const log of status.auditLogs) assert.ok((await readFile(log)).byteLength > 0, log)
    assert.ok(status.versions['kubernetes']?.includes('1.36'))
  },
)

test('a second run finds nothing to do and writes nothing', { skip }, async () => {
  const { auditLogs } = await labStatus(FILE)
  const mark = await auditMark(auditLogs)
  const files = await stateFiles()
  assert.equal(files['lock'], null)
  const second = await typed(['--json', '--inventory', FILE])
  assertCode(second, 0)
  assert.deepEqual(new Set(Object.values(endings(second))), new Set(['satisfied']))
  const audited = await auditedSince(mark)
  assert.ok(audited.length > 0, 'its reading requests are in the audit logs')
  assert.deepEqual(audited.filter(isWriting), [])
  assert.deepEqual(await stateFiles(), files)
  const { ledger } = endOf(second)
  assert.equal(ledger.writes, 0)
  assert.equal(ledger.hostWrites, 0)
})

test('verify proves every step, read-only', { skip }, async () => {
  const mark = await auditMark((await labStatus(FILE)).auditLogs)
  const files = await stateFiles()
  const verified = await typed(['verify', '--json', '--inventory', FILE])
  assertCode(verified, 0)
  assert.deepEqual(new Set(Object.values(endings(verified))), new Set(['proven']))
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
  assert.deepEqual(await stateFiles(), files)
})

test('what the ledger counts is what the audit logs have', { skip }, async () => {
  const { auditLogs } = await labStatus(FILE)
  for (const args of [['--dry-run'], ['verify'], ['rollback'], []]) {
    const mark = await auditMark(auditLogs)
    const ended = await run([...args, '--json', '--inventory', FILE])
    assertCode(ended, 0)
    const { reads, dryRuns, writes } = endOf(ended).ledger
    assert.deepEqual(await countedSince(mark), { reads, dryRuns, writes }, args.join())
  }
})

test('rollback leaves none of the six objects, no busybox and no probe', { skip }, async () => {
  const back = await typed(['rollback', '--json', '--inventory', FILE])
  assertCode(back, 0)
  for (const [kind, name, namespace] of [...OBJECTS, ...PODS]) {
    assert.equal(await live(kind, name, namespace), null, `${kind}/${name}`)
  }
  // The pods of a deleted Deployment go a little later, as fast as CoreDNS ends.
  await kubectl(['wait', 'pods', '--all', '-A', '--for=delete', '--timeout=60s'])
  assert.equal((await stateFiles())['coredns.yaml'], null)
})

test('lab down leaves the machine as it was', { skip }, async () => {
  await labDown()
  assertSameMachine(await machineSnapshot(), machineBefore)
})

/** Changes as a plan can know them: what is only waited for, or noted on the way, is left out. */
function foretold(changes: ReturnType<typeof changesOf>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(changes)
      .map(([step, all]) => {
        const lines = all
          .filter(({ action }) => action !== 'wait')
          .map(({ action, what, fields }) => `${action} ${what} ${JSON.stringify(fields ?? [])}`)
        return [step, lines] as const
      })
      .filter(([, lines]) => lines.length > 0),
  )
}

/** The files of this project that nobody else makes meanwhile. */
async function projectFiles(): Promise<readonly string[]> {
  const all = await tree(PROJECT)
  return all.filter((path) => !/\/(?:node_modules|\.git|test)(?:\/|$)/.test(path))
}

async function etcdGet(key: string): Promise<string> {
  const pair = pairOf(layout, 'kubernetes')
  return output(`${binOf(layout, 'etcd')}/etcdctl`, [
    `--endpoints=https://${NETWORK}.200:2379`,
    `--cacert=${pairOf(layout, 'ca')}.pem`,
    `--cert=${pair}.pem`,
    `--key=${pair}-key.pem`,
    'get',
    key,
    '--print-value-only',
  ])
}
