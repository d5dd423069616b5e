import assert from 'node:assert/strict'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { countingLedger } from '../../lib/cli/ledger.ts'
import { systemClock } from '../../lib/cli/system-clock.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { allKinds } from '../../lib/linux/kinds.ts'
import { linuxHost } from '../../lib/linux/linux.ts'
import type { Acting, Reading, Step } from '../../lib/ports/step.ts'
import { stubServer } from '../kube-client/stub-server.ts'
import type { Stub } from '../kube-client/stub-server.ts'
import { fakeSetup } from '../fakes/engine.ts'
import { World } from '../fakes/engine-world.ts'
import { contextIn } from '../supply/programs/support.ts'

/** A step that cheats past the types is stopped by the adapters, before anything leaves the process. */
const OBJECT: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'default', uid: 'a', resourceVersion: '7' },
}
const REF = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'x' }
const POD = { namespace: 'default', pod: 'busybox' }

const CHEATS: Readonly<Record<string, (on: Acting, path: string) => Promise<unknown>>> = {
  apply: ({ cluster }) => cluster.apply(OBJECT, OBJECT),
  create: ({ cluster }) => cluster.create(OBJECT),
  replace: ({ cluster }) => cluster.replace(OBJECT),
  'set owners': ({ cluster }) => cluster.setManagedFields(OBJECT, []),
  remove: ({ cluster }) => cluster.remove(REF, 'a'),
  'run a command that writes': ({ cluster }) => cluster.exec(POD, ['touch', '/x']),
  'put a file': ({ host }, path) =>
    host.put([{ kind: 'file', path, mode: 0o600, text: '' }], () => undefined),
  'restore a file': ({ host }, path) =>
    host.restore([
      { resource: { kind: 'file', path, mode: 0o600, text: '' }, now: { mode: 384, text: 'x' } },
    ]),
}

let stub: Stub
before(async () => {
  const kinds = {
    kind: 'APIResourceList',
    resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }],
  }
  stub = await stubServer(({ url }, answer) => {
    answer.json(200, url.endsWith('/api/v1') ? kinds : OBJECT)
  })
})
after(() => stub.stop())

for (const mode of ['dry-run', 'verify'] as const) {
  for (const [name, cheat] of Object.entries(CHEATS)) {
    test(`in ${mode} a step that tries to ${name} is stopped at the gate`, async (t) => {
      const context = await contextIn(t)
      const path = join(context.projectDir, 'made')
      const counts = countingLedger()
      const cluster = await stub.open({
        readOnly: true,
        onRequest: (sent) => {
          counts.onRequest(sent)
        },
      })
      const host = linuxHost({
        kinds: allKinds(context, new AbortController().signal),
        readOnly: true,
        onWrite: () => {
          counts.onHostWrite()
        },
      })
      const shared = { host, cluster, clock: systemClock }
      const does = async (on: Reading): Promise<never> => {
        await cheat(on as Acting, path)
        throw new Error('nothing has stopped it')
      }
      const step: Step = {
        ...{ id: 'cheat', title: 'Cheat', chapter: { section: '0', command: 'cheat' } },
        touches: [],
        about: { satisfied: 'never', undo: 'nothing' },
        check: does,
        verify: does,
        apply: () => Promise.resolve(),
        rollback: () => Promise.resolve([]),
      }
      const from = stub.received.length
      const result = await runPlan(
        fakeSetup({
          world: new World(),
          chapter: [step],
          command: { mode },
          list: {
            ports: {
              reading: (hooks) => ({ ...shared, ...hooks }),
              acting: (hooks) => ({ ...shared, ...hooks }),
            },
          },
        }),
      )
      assert.equal(result.code, 70, 'it is a bug of the program')
      assert.match(
        String(result.error),
        /read-only run tried to write|refused to write|not on the list/,
      )
      const came = stub.received.slice(from)
      assert.deepEqual(
        came.filter(({ method }) => method !== 'GET'),
        [],
      )
      const { reads, dryRuns, writes, hostWrites } = counts.ledger()
      assert.deepEqual([reads, dryRuns, writes, hostWrites], [came.length, 0, 0, 0])
      await assert.rejects(access(path), { code: 'ENOENT' })
    })
  }
}
