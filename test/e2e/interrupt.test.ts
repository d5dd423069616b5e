import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { assertCode, endings, endOf, ofType } from './events.ts'
import { inventory } from './inventory.ts'
import { kubectl, labDown, labStatus, layout, stateFiles } from './lab.ts'
import { noLab } from './no-lab.ts'
import { chapterState } from './prior-state.ts'
import { output, run, start, startTyped } from './program.ts'

/** A run that is stopped anywhere is gone on with, and two never work at once. */
const skip = noLab
const FILE = inventory()
/** Whether each kind is gone through in many places, as `npm run test:faults` does, or in one. */
const MANY = process.env['HARDWAY_FAULTS'] !== undefined

before(async () => {
  if (noLab === false) await labDown()
})

after(async () => {
  if (noLab === false) await labDown()
})

const LAB_STEPS = ['create-hosts', 'start-api-servers', 'start-workers']

test(
  'Ctrl-C in one step of the lab after the other: each stops there, and --resume goes on',
  { skip },
  async () => {
    for (const [i, step] of LAB_STEPS.entries()) {
      await stopped(step, ['lab', 'up', ...(i === 0 ? [] : ['--resume'])])
    }
    await resumed(['lab', 'up'])
    assert.equal((await labStatus(FILE)).up, true)
  },
)

for (const step of MANY ? LAB_STEPS : []) {
  test(`Ctrl-C in the lab's step ${step} stops there, and --resume goes on`, { skip }, async () => {
    await labDown()
    await stopped(step, ['lab', 'up'])
    await resumed(['lab', 'up'])
    assert.equal((await labStatus(FILE)).up, true)
  })
}

test(
  'Ctrl-C while CoreDNS is waited for undoes nothing, and --resume goes on',
  { skip },
  async () => {
    assertCode(await run(['lab', 'up', '--json', '--inventory', FILE]), 0)
    await stopped('coredns-pods', [])
    assert.match(await kubectl(['get', 'deployment', '-n', 'kube-system', '-o', 'name']), /coredns/)
    await resumed([])
  },
)

test(
  'Ctrl-C in the middle of a step of rollback --to: the hint goes on, and back to that step only',
  { skip },
  async () => {
    assertCode(await run(['--json', '--inventory', FILE]), 0)
    const before = await chapterState()
    const back = start(['rollback', '--to', 'apply-manifest', '--json', '--inventory', FILE])
    await back.seen(
      (event) =>
        event.type === 'step-progress' &&
        event.step === 'busybox-pod' &&
        event.text.includes('being deleted'),
    )
    back.kill('SIGINT')
    const ended = await back.ended
    assertCode(ended, 130)
    const [stopped] = ofType(ended, 'step-failed')
    assert.ok(stopped)
    assert.equal(stopped.step, 'busybox-pod')
    assert.match(stopped.undone[0] ?? '', /^pod\/\S+ in \S+ (?:deleted|is being deleted)/)
    assert.match(stopped.goOn ?? '', / rollback --to apply-manifest --resume$/)

    // As a user pastes it.
    await output('sh', ['-c', stopped.goOn ?? 'false'])
    assert.equal(await kubectl(['get', 'pods', '-n', 'default', '-o', 'name']), '')
    assert.deepEqual(await chapterState(), before)

    const none = await run(['rollback', '--resume', '--inventory', FILE])
    assertCode(none, 2)
    assert.match(none.stderr, /no rollback of the chapter is unfinished/)
    assert.deepEqual(await chapterState(), before)
    assertCode(await run(['--json', '--inventory', FILE]), 0)
  },
)

test('Ctrl-C in a rollback: it is gone on with, and all is given back', { skip }, async () => {
  const back = start(['rollback', '--json', '--inventory', FILE])
  await back.seen(startOf('apply-manifest'))
  back.kill('SIGINT')
  const ended = await back.ended
  assertCode(ended, 130)
  assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
  assert.equal(await kubectl(['get', 'deployment', '-n', 'kube-system', '-o', 'name']), '')
})

for (const step of ['busybox-pod', ...(MANY ? ['apply-manifest', 'lookup-kubernetes'] : [])]) {
  test(
    `kill -9 in ${step}: a plain run finishes, a rollback takes all of it back`,
    { skip },
    async () => {
      const killed = start(['--json', '--inventory', FILE])
      await killed.seen(startOf(step))
      killed.kill('SIGKILL')
      await killed.ended
      assertCode(await run(['--json', '--inventory', FILE]), 0)
      assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
      const left = ['deployment,service,configmap,serviceaccount', '-l', 'k8s-app=kube-dns']
      assert.equal(await kubectl(['get', ...left, '-n', 'kube-system', '-o', 'name']), '')
      assert.equal(await kubectl(['get', 'pod', 'busybox', '--ignore-not-found', '-o', 'name']), '')
      assert.equal((await stateFiles())['lock'], null)
    },
  )
}

test('of two runs at once the second is told who, what and since when', { skip }, async () => {
  const worker = (await labStatus(FILE)).hosts.find(({ role }) => role === 'worker')
  const kubelet = worker?.processes.find(({ name }) => name === 'kubelet')?.pid
  assert.ok(kubelet)
  const first = start(['--json', '--inventory', FILE])
  await first.seen(startOf('coredns-pods'))
  // No pod gets ready meanwhile, so that the first cannot end before the second has looked; halted itself, it
  // would lose its lease after 15 s. A node is called lost only after 40 s.
  process.kill(kubelet, 'SIGSTOP')
  const second = await access(join(layout.folder, 'lock'))
    .then(() => run(['rollback', '--inventory', FILE]))
    .finally(() => process.kill(kubelet, 'SIGCONT'))
  assertCode(second, 75)
  assert.match(
    second.stderr,
    /another run is in progress: \S+ of \S+@\S+, at \S+, since \d{4}-\d\d-\d\dT/,
  )
  assert.match(second.stderr, /process \d+/)
  assertCode(await first.ended, 0)
})

test('kill -9 while the lab is built: a plain run finishes', { skip }, async () => {
  await labDown()
  for (const step of ['create-hosts', 'start-container-runtimes', 'import-images']) {
    const killed = start(['--json', '--inventory', FILE])
    await killed.seen(startOf(step))
    killed.kill('SIGKILL')
    await killed.ended
  }
  assertCode(await run(['--json', '--inventory', FILE]), 0)
})

/** Interrupts a run in this step, as a terminal does: every process of the group gets it. */
async function stopped(step: string, command: readonly string[]): Promise<void> {
  const running = startTyped([...command, '--json', '--inventory', FILE])
  await running.seen(startOf(step))
  running.kill('SIGINT')
  const ended = await running.ended
  assertCode(ended, 130)
  assert.equal(endOf(ended).outcome, 'interrupted')
  assert.match(ended.stderr, /--resume/)
}

async function resumed(command: readonly string[]): Promise<void> {
  const ended = await run([...command, '--resume', '--json', '--inventory', FILE])
  assertCode(ended, 0)
  const bad = Object.entries(endings(ended)).filter(
    ([, how]) => !['done', 'satisfied'].includes(how),
  )
  assert.deepEqual(bad, [])
}

function startOf(step: string): (event: Event) => boolean {
  return (event) => event.type === 'step-started' && event.step === step
}
