import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertCode, endings, failureOf, ofType } from './events.ts'
import { inventory } from './inventory.ts'
import { auditMark, changesSince } from './audit.ts'
import {
  applyAs,
  deleteAll,
  kubectl,
  labBack,
  labStatus,
  labUp,
  live,
  OBJECTS,
  stateFiles,
} from './lab.ts'
import { noLab } from './no-lab.ts'
import { chapterManifest } from './manifest-server.ts'
import { chapterState, earlierEdition } from './prior-state.ts'
import { run } from './program.ts'

/** Rollback gives back what was there before the first run, whatever that was. */
const skip = noLab
const FILE = inventory()

before(async () => {
  if (noLab === false) await labUp()
})

after(async () => {
  if (noLab === false) await labBack()
})

test('what somebody else had made is changed, and given back exactly', { skip }, async () => {
  await applyAs('helm', await earlierEdition())
  const before = await chapterState()
  const dry = await run(['--dry-run', '--json', '--inventory', FILE])
  assertCode(dry, 0)
  const fresh = await run(['--json', '--inventory', FILE])
  assertCode(fresh, 0)
  assert.deepEqual(applied(fresh, 'step-done'), applied(dry, 'step-planned'))
  assert.notDeepEqual(await chapterState(), before)

  assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
  assert.deepEqual(await chapterState(), before)
  assert.equal(await live('pod', 'busybox', 'default'), null)
  await deleteAll()
})

test('two runs with a change by hand between them are given back together', { skip }, async () => {
  await applyAs('helm', await earlierEdition())
  const before = await chapterState()
  assertCode(await run(['--json', '--inventory', FILE]), 0)
  await kubectl(['delete', 'configmap', 'coredns', '-n', 'kube-system'])
  assertCode(await run(['--json', '--inventory', FILE]), 0)
  await kubectl(['label', 'service', 'kube-dns', '-n', 'kube-system', 'example.org/since=then'])

  const back = await run(['rollback', '--json', '--inventory', FILE])
  assertCode(back, 0)
  const now = await chapterState()
  // A label that somebody else has put there since is theirs; an object that was recreated has another uid.
  assert.match(JSON.stringify(now['service/kube-dns']), /example\.org\/since/)
  await kubectl(['label', 'service', 'kube-dns', '-n', 'kube-system', 'example.org/since-'])
  assert.deepEqual(uidless(await chapterState()), uidless(before))
  await deleteAll()
})

test(
  'what this made is deleted, though somebody has edited it since, and that is said',
  { skip },
  async () => {
    assertCode(await run(['--json', '--inventory', FILE]), 0)
    await kubectl(['label', 'configmap', 'coredns', '-n', 'kube-system', 'example.org/since=then'])
    const back = await run(['rollback', '--json', '--inventory', FILE])
    assertCode(back, 0)
    const said = ofType(back, 'step-undone').flatMap(({ undone }) => undone)
    assert.match(
      said.join('\n'),
      /configmap\/coredns .*deleted\n.*\.metadata\.labels.*kubectl-label/,
    )
    for (const [kind, name, namespace] of OBJECTS) {
      assert.equal(await live(kind, name, namespace), null, `${kind}/${name}`)
    }
    const again = await run(['rollback', '--json', '--inventory', FILE])
    assertCode(again, 0)
    assert.deepEqual(endings(again), {})
  },
)

test(
  'another edition by kubectl is in the way, and not a byte of it changes',
  { skip },
  async () => {
    const other = (await chapterManifest())
      .replace('coredns/coredns:1.6.2', 'coredns/coredns:1.7.0')
      .replace('        loadbalance\n', '')
    await kubectl(['apply', '-f', '-'], other)
    const before = await chapterState()
    const files = await stateFiles()
    const mark = await auditMark((await labStatus(FILE)).auditLogs)

    const dry = await run(['--dry-run', '--json', '--inventory', FILE])
    assertCode(dry, 1)
    const failure = failureOf(await run(['--json', '--inventory', FILE]), 'apply-manifest')
    const said = [failure.explanation.problem, ...(failure.explanation.seen ?? [])].join('\n')
    // What somebody else took out of the Corefile is kept, and in nobody's way.
    assert.doesNotMatch(said, /Corefile/)
    assert.match(said, /deployment\.apps\/coredns[^]*image/)
    assert.match(said, /kubectl-client-side-apply/)

    assert.deepEqual(await changesSince(mark), [])
    assert.deepEqual(await chapterState(), before)
    assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
    assert.deepEqual(await chapterState(), before)
    assert.equal((await stateFiles())['coredns.yaml'], files['coredns.yaml'])
    await deleteAll()
  },
)

test('rollback --to leaves the earlier steps as they are', { skip }, async () => {
  assertCode(await run(['--json', '--inventory', FILE]), 0)
  const back = await run(['rollback', '--to', 'apply-manifest', '--json', '--inventory', FILE])
  assertCode(back, 0)
  assert.equal(await live('pod', 'busybox', 'default'), null)
  assert.notEqual(await live('deployment', 'coredns', 'kube-system'), null)
  assertCode(await run(['rollback', '--json', '--inventory', FILE]), 0)
  assert.equal(await live('deployment', 'coredns', 'kube-system'), null)
})

/** What was to be, or has been, done to the objects. */
function applied(ended: Awaited<ReturnType<typeof run>>, type: 'step-planned' | 'step-done') {
  return ofType(ended, type)
    .filter(({ step }) => step === 'apply-manifest')
    .flatMap(({ changes }) => changes)
}

function uidless(state: Awaited<ReturnType<typeof chapterState>>) {
  return JSON.parse(
    JSON.stringify(state, (key, value: unknown) => (key === 'uid' ? undefined : value)),
  ) as unknown
}
