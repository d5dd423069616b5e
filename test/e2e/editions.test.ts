import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { nameOf } from '../../lib/ports/cluster.ts'
import { textAt } from '../../lib/core/json.ts'
import type { Changes } from '../../lib/core/change.ts'
import { auditedSince, auditMark, isWriting } from './audit.ts'
import { editedByHand, type Edition, FITTING, IMMUTABLE, OTHER, predictable } from './editions.ts'
import { assertCode, changesOf, endings, failureOf, ofType } from './events.ts'
import { inventory } from './inventory.ts'
import { applyAs, kubectl, labBack, labStatus, labUp, live, OBJECTS } from './lab.ts'
import { chapterManifest } from './manifest-server.ts'
import { noLab } from './no-lab.ts'
import { chapterState } from './prior-state.ts'
import { run, start } from './program.ts'
import { eventually } from './wait.ts'

/**
 * CoreDNS is there already, in every edition that people have: what a dry-run predicts is what a run makes,
 * and rollback gives back the edition. Only the objects are looked at: not all images are in the lab.
 */
const skip = noLab
const FILE = inventory()
const STEP = 'apply-manifest'

before(async () => {
  if (noLab !== false) return
  await labUp()
  assertCode(await run(['--only', 'download-manifest', '--json', '--inventory', FILE]), 0)
})

after(async () => {
  if (noLab === false) await labBack()
})

for (const edition of FITTING) {
  test(`${edition.name}: it becomes what was predicted, and comes back`, { skip }, () =>
    withEdition(edition, async (found) => {
      await foretoldAndDone([], found)
      assertCode(await apply(['--dry-run']), 0)
      assert.equal(endings(await apply([]))[STEP], 'satisfied')
    }),
  )
}

for (const edition of OTHER) {
  test(`${edition.name}: without --on-conflict a run writes nothing`, { skip }, () =>
    withEdition(edition, async (found) => {
      const dry = await apply(['--dry-run'])
      assertCode(dry, 1)
      const fields = planned(dry).flatMap(({ fields = [] }) => fields)
      const inTheWay = fields.filter(({ conflict }) => conflict === 'abort')
      assert.ok(inTheWay.length > 0)
      for (const { path, owner, from, to } of inTheWay) {
        assert.ok(owner !== undefined && from !== undefined && to !== undefined, path)
      }
      const mark = await auditMark((await labStatus(FILE)).auditLogs)
      const { remedy } = failureOf(await apply([]), STEP).explanation
      assert.match(remedy, /--on-conflict skip .*--on-conflict adopt/)
      assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
      assert.deepEqual(await chapterState(), found)
    }),
  )

  test(`${edition.name}: adopt takes over what is shown, and gives it back`, { skip }, () =>
    withEdition(edition, async (found) => {
      await foretoldAndDone(['--on-conflict', 'adopt'], found)
      assert.equal(endings(await apply([]))[STEP], 'satisfied')
    }),
  )

  test(`${edition.name}: skip leaves exactly the fields in conflict`, { skip }, () =>
    withEdition(edition, async (found) => {
      await foretoldAndDone(['--on-conflict', 'skip'], found)
      const again = await apply(['--on-conflict', 'skip'])
      assert.equal(endings(again)[STEP], 'satisfied')
      assert.match(ofType(again, 'step-satisfied')[0]?.because ?? '', /left to /)
      failureOf(await apply([]), STEP)
    }),
  )
}

for (const { field, what, ...edition } of IMMUTABLE) {
  test(`${edition.name}: the plan names the field and the way out`, { skip }, () =>
    withEdition(edition, async (found) => {
      for (const policy of [[], ['--on-conflict', 'adopt']]) {
        const mark = await auditMark((await labStatus(FILE)).auditLogs)
        const dry = await apply(['--dry-run', ...policy])
        assertCode(dry, 1)
        assert.match(planned(dry).find((one) => one.what === what)?.note ?? '', field)
        const { explanation } = failureOf(await apply(policy), STEP)
        assert.match(explanation.seen?.join('\n') ?? '', field)
        assert.match(explanation.remedy, /what is there stays: .*kubectl get .* -o yaml shows it/)
        assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
      }
      assert.deepEqual(await chapterState(), found)
    }),
  )
}

const CURRENT = ['--edition', 'current']

test(
  'to the current edition: a Corefile edited by hand is translated, loads, and comes back',
  { skip },
  () =>
    withEdition(
      editedByHand(
        (text) =>
          text
            .replace('pods insecure', 'pods verified\n      upstream')
            .replace('cache 30', 'cache 300') + 'office.example {\n    forward . 192.0.2.1\n}\n',
      ),
      async (found) => {
        await withFileOf(CURRENT, async () => {
          const adopt = [...CURRENT, '--on-conflict', 'adopt']
          const told = planned(await apply([...adopt, '--dry-run'])).map(({ what }) => what)
          const lines = told.filter((what) => what.startsWith('Corefile of configmap/coredns'))
          assert.match(
            lines.join('\n'),
            /line 6, pods verified: kept.*\n.*line 7, upstream .*1\.7\.0/,
          )
          assert.match(lines.join('\n'), /line \d+, office\.example .*: kept/)
          assert.match(lines.at(-1) ?? '', /: CoreDNS 1\.14\.6 loads it/)
          await foretoldAndDone(adopt, found)
          const map = await live('configmap', 'coredns', 'kube-system')
          assert.ok(map)
          const text = textAt(map, 'data', 'Corefile') ?? ''
          for (const line of ['lameduck 5s', 'pods verified', 'cache 300 {', 'office.example {']) {
            assert.ok(text.includes(line), text)
          }
          assert.doesNotMatch(text, /upstream/)
          assert.equal(endings(await apply(CURRENT))[STEP], 'satisfied')
        })
      },
    ),
)

test(
  'to the current edition: what has no successor or does not load blocks the plan, all in one run',
  { skip },
  () =>
    withEdition(
      editedByHand((text) =>
        text.replace(
          '    loop\n',
          '    loop\n    federation cluster.local {\n      a b.example\n    }\n    bufsize x\n',
        ),
      ),
      async (found) => {
        await withFileOf(CURRENT, async () => {
          const mark = await auditMark((await labStatus(FILE)).auditLogs)
          const { explanation } = failureOf(
            await apply([...CURRENT, '--on-conflict', 'adopt']),
            STEP,
          )
          const seen = explanation.seen?.join('\n') ?? ''
          assert.match(seen, /line 12, federation cluster\.local: gone since CoreDNS 1\.7\.0/)
          assert.match(seen, /CoreDNS 1\.14\.6 does not load it: .*Unknown directive 'federation'/)
          assert.match(explanation.remedy, /kubectl edit -n kube-system configmap coredns/)
          assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
          assert.deepEqual(await chapterState(), found)
        })
      },
    ),
)

test(
  'watch tells of no loss but one that was, ends at Ctrl-C and leaves no probe',
  { skip },
  async () => {
    const watch = ['watch', '--rate', '100', '--json', '--inventory', FILE]
    await applyAs('kubectl', await chapterManifest())
    try {
      const namespace = ['-n', 'kube-system']
      await kubectl(['rollout', 'status', 'deployment/coredns', ...namespace, '--timeout=120s'])
      // A kube-proxy learns of ready pods a little later than kubectl does.
      await eventually('the Service leads to its pods', async () => {
        return (await run([...watch, '--for', '1'])).code === 0
      })
      const quiet = await run([...watch, '--for', '3'])
      assertCode(quiet, 0)
      assert.ok(ofType(quiet, 'dns-second').length > 2)
      assert.ok(
        ofType(quiet, 'dns-asked').every(({ workers }) => workers.every(({ sent }) => sent > 100)),
      )
      const watching = start(watch)
      await watching.seen(({ type }) => type === 'dns-second')
      await kubectl(['delete', 'deployment', 'coredns', ...namespace])
      await watching.seen((event) => event.type === 'dns-second' && event.lost > 0)
      watching.kill('SIGINT')
      const ended = await watching.ended
      assertCode(ended, 4)
      const [total] = ofType(ended, 'dns-asked')
      assert.ok(total?.workers.some(({ lost, bad }) => lost > 0 && bad.length > 0))
      const left = await kubectl([
        'get',
        'pods',
        '-A',
        '-l',
        'app=hardway-prove-probe',
        '-o',
        'name',
      ])
      assert.equal(left, '')
    } finally {
      await deleteAll()
    }
  },
)

/** Puts the edition there, and at the end sees that a rollback gives it back. */
async function withEdition(
  edition: Edition,
  story: (found: Awaited<ReturnType<typeof chapterState>>) => Promise<void>,
): Promise<void> {
  await edition.put()
  try {
    const found = await chapterState()
    await story(found)
    const back = ['rollback', '--to', 'download-manifest', '--json', '--inventory', FILE]
    assertCode(await run(back), 0)
    assert.deepEqual(await chapterState(), found)
  } finally {
    await deleteAll()
  }
}

/** With the manifest of another edition in place of the chapter's. */
async function withFileOf(edition: readonly string[], story: () => Promise<void>): Promise<void> {
  const download = ['--only', 'download-manifest', '--json', '--inventory', FILE]
  assertCode(await run([...edition, ...download]), 0)
  try {
    await story()
  } finally {
    assertCode(await run(download), 0)
  }
}

/** Looks, does it, and compares each object with what was predicted. */
async function foretoldAndDone(
  policy: readonly string[],
  found: Awaited<ReturnType<typeof chapterState>>,
): Promise<void> {
  const dry = await apply(['--dry-run', ...policy])
  assertCode(dry, 0)
  assert.deepEqual(await chapterState(), found)
  const done = await apply(policy)
  assertCode(done, 0)
  const changes = planned(dry)
  assert.deepEqual(changesOf(done)[STEP] ?? [], changes)
  const now = await chapterState()
  for (const [kind, name, namespace] of OBJECTS) {
    const object = await live(kind, name, namespace)
    assert.ok(object, `${kind}/${name}`)
    const change = changes.find((one) => one.what === nameOf(object))
    const same = change === undefined || change.action === 'leave'
    if (same) assert.deepEqual(now[`${kind}/${name}`], found[`${kind}/${name}`])
    else assert.deepEqual(predictable(object), change.after, change.what)
  }
}

function apply(flags: readonly string[]) {
  return run(['--only', STEP, ...flags, '--json', '--inventory', FILE])
}

function planned(dry: Awaited<ReturnType<typeof run>>): Changes {
  return changesOf(dry)[STEP] ?? []
}

async function deleteAll(): Promise<void> {
  const held = ['configmap', 'coredns', '-n', 'kube-system']
  if ((await live('configmap', 'coredns', 'kube-system')) !== null) {
    await kubectl(['patch', ...held, '--type=merge', '-p', '{"metadata":{"finalizers":null}}'])
  }
  for (const [kind, name, namespace] of OBJECTS) {
    const where = namespace === undefined ? [] : ['-n', namespace]
    await kubectl(['delete', kind, name, ...where, '--ignore-not-found'])
  }
}
