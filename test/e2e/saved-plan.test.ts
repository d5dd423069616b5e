import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { textAt } from '../../lib/core/json.ts'
import { assertCode, endings, endOf } from './events.ts'
import { inventory, LAB } from './inventory.ts'
import { auditedSince, auditMark, isWriting } from './audit.ts'
import { applyAs, kubectl, labDown, layout, live, OBJECTS, stateFiles } from './lab.ts'
import { noLab } from './no-lab.ts'
import { assertSameMachine, machineSnapshot } from './machine-snapshot.ts'
import { chapterObjects, earlierEdition } from './prior-state.ts'
import { type Ended, run, start } from './program.ts'

/** A plan that was kept is carried out as long as the world stays as it was. */
const FILE = inventory()
const skip = noLab
const AUDIT = [join(layout.logs, `${LAB}m0`, 'audit.log')]
const COREDNS = ['configmap', 'coredns', '-n', 'kube-system']

let folder = ''

before(async () => {
  if (noLab !== false) return
  await labDown()
  folder = await mkdtemp(join(tmpdir(), 'hardway-plans-'))
})

after(async () => {
  if (noLab !== false) return
  await rm(folder, { recursive: true, force: true })
  await labDown()
})

function planAt(name: string): string {
  return join(folder, name)
}

function save(name: string): Promise<Ended> {
  return run(['--dry-run', '--save', planAt(name), '--json', '--inventory', FILE])
}

function bound(name: string): readonly string[] {
  return ['--plan', planAt(name), '--json', '--inventory', FILE]
}

function carryOut(name: string): Promise<Ended> {
  return run(bound(name))
}

/** A run with the plan stopped.json that gets a signal as soon as the step has begun. */
async function stopped(
  step: string,
  signal: 'SIGINT' | 'SIGKILL',
  more: readonly string[],
): Promise<void> {
  const running = start([...bound('stopped.json'), ...more])
  await running.seen((event) => event.type === 'step-started' && event.step === step)
  running.kill(signal)
  await running.ended
}

/** That it was refused as moved, with nothing written by this program anywhere; what it said. */
async function refused(name: string): Promise<string> {
  const [state, mark] = [await stateFiles(), await auditMark(AUDIT)]
  const ended = await carryOut(name)
  assertCode(ended, 1)
  assert.deepEqual(ended.events, [])
  assert.match(ended.stderr, /is out of date/)
  assert.deepEqual(await stateFiles(), state)
  const requests = await auditedSince(mark)
  assert.notDeepEqual(requests, [])
  assert.deepEqual(requests.filter(isWriting), [])
  // As on a terminal, but for the breaks of long lines.
  return ended.stderr.replaceAll(/\s+/g, ' ')
}

async function deleteAll(): Promise<void> {
  for (const [kind, name, namespace] of OBJECTS) {
    const where = namespace === undefined ? [] : ['-n', namespace]
    await kubectl(['delete', kind, name, ...where, '--ignore-not-found', '--wait'])
  }
}

test('on nothing, keeping the plan writes that one file, closed to others', { skip }, async () => {
  const machine = await machineSnapshot()
  const dry = await save('nothing.json')
  assertCode(dry, 0)
  assert.equal((await stat(planAt('nothing.json'))).mode & 0o777, 0o600)
  assertSameMachine(await machineSnapshot(), machine)
  const { ledger, notes } = endOf(dry)
  assert.deepEqual([ledger.writes, ledger.hostWrites], [0, 0])
  assert.ok(notes.join().includes(`--plan ${planAt('nothing.json')}`), notes.join())
})

test('never over another file', { skip }, async () => {
  const text = await readFile(planAt('nothing.json'), 'utf8')
  const again = await save('nothing.json')
  assertCode(again, 2)
  assert.match(again.stderr, /exists already/)
  assert.equal(await readFile(planAt('nothing.json'), 'utf8'), text)
})

test('a plan made on nothing builds the lab and replays the chapter', { skip }, async () => {
  const done = await carryOut('nothing.json')
  assertCode(done, 0)
  const plan = await readFile(planAt('nothing.json'), 'utf8')
  const { steps } = JSON.parse(plan) as { steps: { step: string }[] }
  assert.deepEqual(
    Object.keys(endings(done)),
    steps.map(({ step }) => step),
  )
  const verified = await run(['verify', '--json', '--inventory', FILE])
  assertCode(verified, 0)
})

test('once carried out it does not fit any more', { skip }, async () => {
  assert.match(await refused('nothing.json'), /apply-manifest: configmap\/coredns .* was not there/)
})

test('no key and no token of the lab is in a plan', { skip }, async () => {
  assertCode(await save('full.json'), 0)
  const plan = await readFile(planAt('full.json'), 'utf8')
  const config = await readFile(join(layout.pki, 'encryption-config.yaml'), 'utf8')
  const secret = /secret: *(\S+)/.exec(config)?.[1] ?? ''
  assert.notEqual(secret, '')
  assert.ok(!plan.includes(secret))
  assert.doesNotMatch(plan, /PRIVATE KEY|client-key-data/)
})

test('a plan with nothing to do is carried out without a write', { skip }, async () => {
  const mark = await auditMark(AUDIT)
  assertCode(await carryOut('full.json'), 0)
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
})

test(
  'a field that somebody else changed in between is named, with manager and time',
  { skip },
  async () => {
    assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
    await applyAs('helm', await earlierEdition())
    assertCode(await save('edition.json'), 0)
    const patch = { data: { 'more.conf': 'edited' } }
    await kubectl(['patch', ...COREDNS, '--type=merge', '-p', JSON.stringify(patch)])
    const edited = await live('configmap', 'coredns', 'kube-system')
    const time = /"manager":"kubectl-patch".*?"time":"([^"]+)"/.exec(JSON.stringify(edited))?.[1]
    assert.ok(time)
    const said = await refused('edition.json')
    assert.ok(
      said.includes(
        `configmap/coredns in kube-system .data.more.conf: was "kept", is "edited"; ` +
          `written by kubectl-patch at ${time}`,
      ),
      said,
    )
  },
)

test('a Corefile put there in between is named, and stays', { skip }, async () => {
  const patch = { data: { 'more.conf': 'kept', Corefile: 'mine' } }
  await kubectl(['patch', ...COREDNS, '--type=merge', '-p', JSON.stringify(patch)])
  const said = await refused('edition.json')
  assert.match(
    said,
    /\.data\.Corefile: was not there, is "mine"; written by kubectl-patch at \d{4}-/,
  )
  const object = await live('configmap', 'coredns', 'kube-system')
  assert.equal(textAt(object ?? {}, 'data', 'Corefile'), 'mine')
})

test('another status and resourceVersion alone do not count', { skip }, async () => {
  const back = { data: { Corefile: null } }
  await kubectl(['patch', ...COREDNS, '--type=merge', '-p', JSON.stringify(back)])
  // Those that ended by the Corefile of the test before would be started again only after minutes.
  await kubectl(['delete', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns'])
  const conditions = [
    {
      type: 'example.org/Seen',
      status: 'True',
      reason: 'Test',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ]
  const versions = async () => {
    const objects = [
      await live('configmap', 'coredns', 'kube-system'),
      await live('service', 'kube-dns', 'kube-system'),
    ]
    return objects.map((object) => textAt(object ?? {}, 'metadata', 'resourceVersion'))
  }
  const before = await versions()
  for (const label of ['example.org/touched=yes', 'example.org/touched-']) {
    await kubectl(['label', ...COREDNS, label])
  }
  await kubectl([
    ...['patch', 'service', 'kube-dns', '-n', 'kube-system', '--subresource=status'],
    ...['--type=merge', '-p', JSON.stringify({ status: { conditions } })],
  ])
  const touched = await versions()
  assert.ok(touched.every((version, i) => version !== before[i]))
  const done = await carryOut('edition.json')
  assertCode(done, 0)
  assert.equal(endings(done)['apply-manifest'], 'done')
  const wanted = (await chapterObjects()).find(({ kind }) => kind === 'ConfigMap')
  const object = await live('configmap', 'coredns', 'kube-system')
  assert.equal(
    textAt(object ?? {}, 'data', 'Corefile'),
    textAt(wanted ?? {}, 'data', 'Corefile') ?? 'none',
  )
})

test('a file that came in between is named', { skip }, async () => {
  assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
  await deleteAll()
  assertCode(await save('file.json'), 0)
  const path = join(layout.folder, 'coredns.yaml')
  await writeFile(path, 'somebody else’s\n')
  assert.ok((await refused('file.json')).includes(`file ${path}: was not there, is there`))
  await rm(path)
  assertCode(await carryOut('file.json'), 0)
})

test('a plan for a lab that was rebuilt since is bad input', { skip }, async () => {
  assertCode(await save('old.json'), 0)
  await labDown()
  assertCode(await run(['lab', 'up', '--json', '--inventory', FILE]), 0)
  const ended = await carryOut('old.json')
  assertCode(ended, 2)
  assert.match(ended.stderr.replaceAll(/\s+/g, ' '), /made for the cluster .* the one here is/)
})

test('a run with a plan that was stopped goes on with it, and only with it', { skip }, async () => {
  await labDown()
  assertCode(await save('stopped.json'), 0)
  await stopped('start-workers', 'SIGINT', [])
  const alone = await run(['--resume', '--json', '--inventory', FILE])
  assertCode(alone, 2)
  assert.match(
    alone.stderr.replaceAll(/\s+/g, ' '),
    /can only be resumed with that one.*--plan FILE/,
  )
  await stopped('coredns-pods', 'SIGKILL', ['--resume'])
  const done = await run([...bound('stopped.json'), '--resume'])
  assertCode(done, 0)
  assert.equal(endings(done)['dns-matrix'], 'satisfied')
})
