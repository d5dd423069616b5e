import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { LEASE } from '../../lib/kube-client/lease/lease-store.ts'
import type { Event } from '../../lib/ports/events.ts'
import { textAt } from '../../lib/core/json.ts'
import { assertCode, endings, endOf, ofType } from './events.ts'
import { inventory, inventoryText, LAB } from './inventory.ts'
import { type AuditMark, auditedSince, auditMark, isOfLease, isWriting } from './audit.ts'
import { kubectl, labBack, labStatus, labUp, live, OBJECTS, pidsOf } from './lab.ts'
import { noLab } from './no-lab.ts'
import { type Running, start } from './program.ts'
import { eventually } from './wait.ts'

/**
 * Runs on several machines: each has its own state, so no lock of a machine keeps them apart. They reach
 * the same cluster, by kubeconfig.
 */
const skip = noLab
const LAB_FILE = inventory()

let folder = ''
let file = ''
let kubelet: number | null = null
let logs: readonly string[] = []

before(async () => {
  if (noLab !== false) return
  await labUp()
  folder = await mkdtemp(join(tmpdir(), 'hardway-lease-'))
  const kubeconfig = join(folder, 'config')
  await writeFile(kubeconfig, await kubectl(['config', 'view', '--raw', '--flatten']))
  const status = await labStatus(LAB_FILE)
  logs = status.auditLogs
  const [controller, first] = status.hosts
  const worker = first?.name ?? ''
  kubelet = pidsOf(status)[`${worker}/kubelet`] ?? null
  const names = await kubectl([
    'get',
    'nodes',
    '-o',
    'jsonpath={.items[*].status.images[*].names[*]}',
  ])
  const image = names.split(/\s+/).find((name) => /busybox/.test(name) && !name.includes('@'))
  file = inventoryText(
    [
      'target:',
      `  kubeconfig: ${kubeconfig}`,
      `  context: hardway-${LAB}`,
      `  controllers: [${controller?.address ?? ''}]`,
      '  workers:',
      `    - { name: ${worker}, podCIDR: ${first?.podCIDR ?? ''} }`,
      'probe:',
      `  image: ${image ?? ''}`,
      '',
    ].join('\n'),
  )
})

after(async () => {
  if (noLab !== false) return
  await rm(folder, { recursive: true, force: true })
  await labBack()
})

test('two runs at once: the second is told who, what and since when', { skip }, async () => {
  // As long as no node is called lost, which takes 40 s, this is a slow start and no more.
  signalKubelet('SIGSTOP')
  const first = from('one', [])
  await first.seen(startOf('coredns-pods'))
  await eventually('a lease that tells the step', async () => /coredns-pods$/.test(await holder()))

  const mark = await auditMark(logs)
  const second = await from('two', ['--only', 'busybox-pod']).ended
  assertCode(second, 75)
  assert.match(
    second.stderr,
    /another run is in progress: \S+ of \S+@\S+, at coredns-pods, since \d{4}-\d\d-\d\dT[\d:]+Z/,
  )
  assert.deepEqual((await auditedSince(mark)).filter(isWriting).filter(notRenewed), [])
  assertCode(await from('two', ['--dry-run']).ended, 0)

  signalKubelet('SIGCONT')
  assertCode(await first.ended, 0)
  assert.equal(await holder(), '', 'the lease goes with the run')
  await rolledBack('one')
})

for (const step of ['apply-manifest', 'busybox-pod']) {
  test(
    `stopped past its lease in ${step}, another run takes over; then continued, it writes nothing`,
    { skip },
    async () => {
      const first = from('one', [])
      await first.seen(startOf(step))
      first.kill('SIGSTOP')
      assert.notEqual(await holder(), '', 'it holds the lease')

      const second = await from('two', []).ended
      assertCode(second, 0)
      assert.match(progressOf(second.events), /watching for 15 s whether it is still renewed/)
      const mark = await auditMark(logs)
      first.kill('SIGCONT')
      await lostIt(first, mark)

      await rolledBack('two')
      await rolledBack('one')
    },
  )
}

test(
  'stopped past its lease, though nobody took over, it writes nothing more',
  { skip },
  async () => {
    const first = from('one', [])
    await first.seen(startOf('apply-manifest'))
    first.kill('SIGSTOP')
    const before = await lease()
    // Whoever watches it has waited out the lease when this one is through.
    await eventually('an expired lease', async () => {
      const renewed = Date.parse(textAt(before ?? undefined, 'spec', 'renewTime') ?? '')
      return Date.now() - renewed > 15_000
    })
    const mark = await auditMark(logs)
    first.kill('SIGCONT')
    await lostIt(first, mark)
    assert.deepEqual(await lease(), before, 'not even renewed or deleted')

    const resumed = await from('one', ['--resume']).ended
    assertCode(resumed, 0)
    assert.doesNotMatch(progressOf(resumed.events), /watching/, 'that process is known to be gone')
    await rolledBack('one')
  },
)

test('a run killed on this machine keeps nobody waiting', { skip }, async () => {
  const first = from('one', [])
  await first.seen(startOf('coredns-pods'))
  first.kill('SIGKILL')
  await first.ended
  assert.notEqual(await holder(), '', 'it left its lease behind')
  const next = await from('one', []).ended
  assertCode(next, 0)
  assert.doesNotMatch(progressOf(next.events), /watching/)
  await rolledBack('one')
})

test('the ledger counts the requests for the lease as the audit log does', { skip }, async () => {
  const mark = await auditMark(logs)
  const ended = await from('one', []).ended
  assertCode(ended, 0)
  const writes = (await auditedSince(mark)).filter(isWriting)
  assert.equal(endOf(ended).ledger.writes, writes.length)
  const verbs = writes.filter(isOfLease).map(({ verb }) => verb)
  assert.deepEqual([verbs[0], verbs.at(-1)], ['create', 'delete'])
  assert.deepEqual(
    new Set(Object.values(endings(await from('one', []).ended))),
    new Set(['satisfied']),
  )
  await rolledBack('one')
})

/** A run on a machine of that name. */
function from(machine: string, args: readonly string[]): Running {
  const env = { XDG_STATE_HOME: join(folder, machine) }
  return start([...args, '--json', '--inventory', file], { env })
}

function signalKubelet(signal: NodeJS.Signals): void {
  assert.ok(kubelet)
  process.kill(kubelet, signal)
}

async function rolledBack(machine: string): Promise<void> {
  assertCode(await from(machine, ['rollback']).ended, 0)
  const left = await Promise.all(
    OBJECTS.map(([kind, name, namespace]) => live(kind, name, namespace)),
  )
  if (machine === 'one')
    assert.deepEqual(
      left.filter((object) => object !== null),
      [],
    )
  assert.equal(await lease(), null)
}

/** It ends with 75, says so, and has sent no write since. */
async function lostIt(first: Running, mark: AuditMark): Promise<void> {
  const ended = await first.ended
  assertCode(ended, 75)
  assert.match(ended.stderr, /has expired: this run has not renewed it for \d\d+ s/)
  const [failed] = ofType(ended, 'step-failed')
  // It may have begun just before it was stopped.
  assert.match(
    failed?.undone.join('\n') ?? '',
    /^nothing: (?:this step had changed nothing|without the lock.*(?:\nperhaps done: .*)+)\nchanged by this run before: download-manifest/,
  )
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
}

function lease() {
  return live('lease', LEASE.name, LEASE.namespace)
}

async function holder(): Promise<string> {
  return textAt((await lease()) ?? undefined, 'spec', 'holderIdentity') ?? ''
}

/** The first run goes on renewing while the second is turned away. */
function notRenewed(audited: Parameters<typeof isOfLease>[0]): boolean {
  return !(isOfLease(audited) && audited.verb === 'update')
}

function startOf(step: string): (event: Event) => boolean {
  return (event) => event.type === 'step-started' && event.step === step
}

function progressOf(events: readonly Event[]): string {
  return events.flatMap((event) => (event.type === 'step-progress' ? [event.text] : [])).join('\n')
}
