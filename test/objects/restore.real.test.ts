import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { Cluster, KubeObject, ObjectRef } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import {
  managedFieldsOf,
  metaText,
  withMetadata,
  without,
  withoutMetadata,
} from '../../lib/objects/objects.ts'
import { openCluster } from '../../lib/kube-client/open-cluster.ts'
import type { OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { restoreObject } from '../../lib/objects/restore.ts'
import type { Undo } from '../../lib/objects/restore.ts'
import { isObject } from '../../lib/core/json.ts'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { until } from '../../lib/core/until.ts'
import { programs, startApiServer } from '../kube-client/api-server.ts'
import type { ApiServer } from '../kube-client/api-server.ts'
import { PRIOR_STATES, pick, random } from './prior-states.ts'
import type { People } from './prior-states.ts'

const found = programs()
const skip = 'missing' in found ? found.missing : false
const manifest = new URL('../../manifests/coredns-1.6.2.yaml', import.meta.url)
const seed = Number(process.env['HARDWAY_TEST_SEED'] ?? Date.now() % 100_000)
const rounds = Number(process.env['HARDWAY_TEST_ROUNDS'] ?? 6)
const options = {
  deadlineMs: 10_000,
  ...{ clock: systemClock, signal: new AbortController().signal },
}

let server: ApiServer
let wanted: readonly KubeObject[]
let us: OpenCluster
let people: People

before(async () => {
  if ('missing' in found) return
  server = await startApiServer(found, { controllers: true })
  wanted = parseManifest(await readFile(manifest), 'the kept manifest')
  const as = (fieldManager: string): Promise<OpenCluster> =>
    openCluster({
      kubeconfig: server.kubeconfig,
      userAgent: 'hardway/test',
      fieldManager,
      readOnly: false,
    })
  us = await as('hardway')
  people = {
    kubectl: await as('kubectl-client-side-apply'),
    helm: await as('helm'),
    edit: await as('kubectl-edit'),
  }
})

after(async () => {
  if (skip === false) await server.stop()
})

test(
  'any prior state comes back byte for byte, owners included, also when rollback is cut off',
  { skip },
  async (t) => {
    t.diagnostic(`seed ${String(seed)}, ${String(rounds)} rounds`)
    const next = random(seed)
    for (let round = 0; round < rounds; round += 1) {
      const states = wanted.map(() => pick(next, PRIOR_STATES))
      const label = `seed ${String(seed)}, round ${String(round)}: ${states.map(({ name }) => name).join(' | ')}`
      await clear()
      for (const [i, state] of states.entries()) await state.put(people, wanted[i] as KubeObject)
      await settle()
      const earlier = await Promise.all(wanted.map((object) => us.get(refOf(object))))
      const undos = await run(earlier)
      await settle()
      for (const undo of undos) await cutOffThenRestore(undo, next)
      const later = await Promise.all(wanted.map((object) => us.get(refOf(object))))
      for (const [i, object] of later.entries())
        assert.deepEqual(bare(object), bare(earlier[i] ?? null), label)
    }
  },
)

test('what others changed since survives and is named', { skip }, async () => {
  await clear()
  for (const object of wanted) await PRIOR_STATES[2]?.put(people, object)
  await settle()
  const undos = await run(await Promise.all(wanted.map((object) => us.get(refOf(object)))))
  const undo = undos.find(({ ref }) => ref.kind === 'ConfigMap') as Undo
  await edited(undo.ref, (live) => {
    return { ...live, data: { ...(live['data'] as object), Corefile: 'theirs', added: 'since' } }
  })
  const lines = await restoreObject(us, undo, options)
  assert.deepEqual(lines, [
    'configmap/coredns in kube-system was as found before',
    'configmap/coredns in kube-system keeps .data.Corefile, changed since by kubectl-edit',
    'configmap/coredns in kube-system keeps .data.added, changed since by kubectl-edit',
  ])
  const now = (await us.get(undo.ref)) as KubeObject
  assert.equal((now['data'] as Record<string, string>)['Corefile'], 'theirs')
  assert.deepEqual(
    managedFieldsOf(now).map((entry) => entry['manager']),
    ['kubectl-client-side-apply', 'kubectl-edit'],
  )
})

test(
  'what lost a field to nobody, and got it back from here, loses it again',
  { skip },
  async () => {
    await clear()
    await run(wanted.map(() => null))
    await settle()
    const labelled = wanted.find(({ kind }) => kind === 'Deployment') as KubeObject
    await edited(refOf(labelled), (made) => withoutMetadata(made, 'labels'))
    await settle()
    const undos = await run(await Promise.all(wanted.map((object) => us.get(refOf(object)))))
    assert.deepEqual(
      undos.map(({ ref }) => ref.kind),
      ['Deployment'],
    )
    const [undo] = undos as [Undo]
    // The server has times in seconds, and takes back none that is all that would change.
    const older = managedFieldsOf(undo.before as KubeObject).map((entry) => ({
      ...entry,
      time: '2020-01-01T00:00:00Z',
    }))
    const earlier = withMetadata(undo.before as KubeObject, { managedFields: older })
    const lines = await restoreObject(us, { ...undo, before: earlier }, options)
    assert.deepEqual(lines, ['deployment.apps/coredns in kube-system restored: .metadata.labels'])
  },
)

test('an object that vanished since is made again with its owners', { skip }, async () => {
  await clear()
  for (const object of wanted) await PRIOR_STATES[3]?.put(people, object)
  await settle()
  const undos = await run(await Promise.all(wanted.map((object) => us.get(refOf(object)))))
  await clear()
  for (const undo of undos) {
    const lines = await restoreObject(us, undo, options)
    assert.match(lines.join('\n'), /was gone: recreated as it was, with a new uid/)
  }
  await settle()
  for (const { ref, before: earlier } of undos) {
    assert.deepEqual(bare(await us.get(ref), true), bare(earlier, true))
  }
})

test(
  'an object of that name made by somebody else in between is left alone',
  { skip },
  async () => {
    await clear()
    const undo = (await run(wanted.map(() => null))).find(
      ({ ref }) => ref.kind === 'ConfigMap',
    ) as Undo
    await clear()
    await people.kubectl.create(wanted.find(({ kind }) => kind === 'ConfigMap') as KubeObject)
    const lines = await restoreObject(us, undo, options)
    assert.match(lines.join('\n'), /stays: it is not the one that was made here/)
    assert.notEqual(await us.get(undo.ref), null)
  },
)

test(
  'a created object with a finalizer that nobody takes off is named at the deadline',
  { skip },
  async () => {
    await clear()
    const undo = (await run(wanted.map(() => null))).find(
      ({ ref }) => ref.kind === 'ConfigMap',
    ) as Undo
    await edited(undo.ref, (live) => withMetadata(live, { finalizers: ['example.org/hold'] }))
    await assert.rejects(
      restoreObject(us, undo, { ...options, deadlineMs: 500 }),
      (error: unknown) => {
        assert.ok(error instanceof StepError)
        assert.match(error.explanation.seen?.join() ?? '', /held by example\.org\/hold/)
        assert.match(
          error.explanation.remedy,
          /kubectl patch configmap coredns -n kube-system --type merge/,
        )
        return true
      },
    )
    // Rolled back again, it is waited for and not deleted a second time.
    const remove = (): never => {
      throw new Error('deleted twice')
    }
    await assert.rejects(
      restoreObject({ ...us, remove }, undo, { ...options, deadlineMs: 500 }),
      StepError,
    )
  },
)

/** Applies the manifest as the step does, agreeing to every conflict. */
async function run(earlier: readonly (KubeObject | null)[]): Promise<readonly Undo[]> {
  const undos: Undo[] = []
  for (const [i, object] of wanted.entries()) {
    const before = earlier[i] ?? null
    const first = await us.preview(object)
    const adopt = first.outcome === 'conflict' ? first.conflicts : []
    const planned = adopt.length > 0 ? await us.preview(object, adopt) : first
    assert.ok(
      planned.outcome !== 'invalid' && planned.outcome !== 'conflict',
      JSON.stringify(planned),
    )
    if (planned.outcome === 'unchanged') continue
    const ours = await us.apply(object, planned.live, adopt)
    const created = before === null ? { createdUid: metaText(ours, 'uid') ?? '' } : {}
    undos.push(JSON.parse(JSON.stringify({ ref: refOf(object), before, ours, ...created })) as Undo)
  }
  return undos
}

/** Rolls back with a cluster that fails right before or after a random write, then again in full. */
async function cutOffThenRestore(undo: Undo, next: () => number): Promise<void> {
  const cutAt = Math.floor(next() * 3)
  const late = next() < 0.5
  let writes = 0
  const cut =
    <A extends readonly unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      writes += 1
      if (writes - 1 === cutAt && !late) throw new Error('cut off before')
      const result = await write(...args)
      if (writes - 1 === cutAt) throw new Error('cut off after')
      return result
    }
  const cutting: Cluster = {
    ...us,
    create: cut((...args: Parameters<Cluster['create']>) => us.create(...args)),
    replace: cut((...args: Parameters<Cluster['replace']>) => us.replace(...args)),
    setManagedFields: cut((...args: Parameters<Cluster['setManagedFields']>) =>
      us.setManagedFields(...args),
    ),
    remove: cut((...args: Parameters<Cluster['remove']>) => us.remove(...args)),
  }
  await restoreObject(cutting, undo, options).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith('cut off')) throw error
  })
  await restoreObject(us, undo, options)
}

/** Deletes the six objects, whatever holds them. */
async function clear(): Promise<void> {
  for (const object of wanted) {
    for (;;) {
      const live = await us.get(refOf(object))
      if (live === null) break
      if (Array.isArray(live.metadata['finalizers'])) {
        await us.replace(withoutMetadata(live, 'finalizers'))
      } else await us.remove(refOf(object), metaText(live, 'uid') ?? '')
    }
  }
}

/** Has somebody else change an object; again where a controller wrote in between. */
async function edited(ref: ObjectRef, change: (live: KubeObject) => KubeObject): Promise<void> {
  for (let stale = true; stale;) {
    const live = await us.get(ref)
    assert.ok(live)
    stale = (await people.edit.replace(change(live))) === 'stale'
  }
}

/** Until the controllers have made of the Deployment what they make. */
async function settle(): Promise<void> {
  const selection = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system' }
  const done = (object: KubeObject): boolean =>
    isObject(object['status']) &&
    object['status']['observedGeneration'] === object.metadata['generation']
  await until(options, {
    what: 'the deployment controller',
    deadlineMs: options.deadlineMs,
    watch: (signal) => us.watch(selection, signal),
    look: (objects) => (objects.every(done) ? { proven: true } : { missing: [] }),
  })
}

/** What must be the same: all but resourceVersion, generation, status, times of the controllers and their counter. */
function bare(object: KubeObject | null, remade = false): unknown {
  if (object === null) return null
  const entries = managedFieldsOf(object).filter((entry) => entry['subresource'] !== 'status')
  const own = withoutMetadata(
    object,
    'resourceVersion',
    'generation',
    'annotations',
    ...(remade ? ['uid', 'creationTimestamp'] : []),
  )
  const { annotations } = object.metadata
  const kept = isObject(annotations)
    ? without(annotations, 'deployment.kubernetes.io/revision')
    : {}
  return without(withMetadata(own, { annotations: kept, managedFields: entries }), 'status')
}
