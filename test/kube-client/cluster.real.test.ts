import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { RefusalReason } from '../../lib/core/look-data.ts'
import { until } from '../../lib/core/until.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import type { RequestKind } from '../../lib/kube-client/gate.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import {
  managedFieldsOf,
  metaText,
  withMetadata,
  without,
  withoutMetadata,
} from '../../lib/objects/objects.ts'
import { openCluster } from '../../lib/kube-client/open-cluster.ts'
import type { ClusterOptions, OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { programs, startApiServer } from './api-server.ts'
import type { ApiServer } from './api-server.ts'
import { faultyProxy } from './faulty-proxy.ts'
import type { Fault } from './faulty-proxy.ts'
import { PRIOR_STATES, otherEdition, pick, random } from '../objects/prior-states.ts'
import type { People } from '../objects/prior-states.ts'

const inWords = ({ field, message }: RefusalReason): string =>
  field === undefined ? message : `.${field}: ${message}`

const found = programs()
const skip = 'missing' in found ? found.missing : false
const seed = Number(process.env['HARDWAY_TEST_SEED'] ?? Date.now() % 100_000)
const rounds = Number(process.env['HARDWAY_TEST_ROUNDS'] ?? 8)

let server: ApiServer
let wanted: readonly KubeObject[]
let us: OpenCluster
let people: People

const as = (more: Partial<ClusterOptions> = {}): Promise<OpenCluster> =>
  openCluster({
    kubeconfig: server.kubeconfig,
    userAgent: 'hardway/test',
    fieldManager: 'hardway',
    readOnly: false,
    ...more,
  })

before(async () => {
  if ('missing' in found) return
  server = await startApiServer(found, { controllers: false })
  wanted = parseManifest(
    await readFile(new URL('../../manifests/coredns-1.6.2.yaml', import.meta.url)),
    'kept',
  )
  us = await as()
  const other = (fieldManager: string): Promise<OpenCluster> =>
    as({ fieldManager, userAgent: 'people' })
  people = {
    kubectl: await other('kubectl-client-side-apply'),
    helm: await other('helm'),
    edit: await other('kubectl-edit'),
  }
})
after(async () => {
  if (skip === false) await server.stop()
})

const kind = (name: string): KubeObject =>
  wanted.find((object) => object.kind === name) as KubeObject

async function clear(): Promise<void> {
  for (const object of wanted) {
    const live = await us.get(refOf(object))
    if (live !== null) await us.remove(refOf(object), metaText(live, 'uid') ?? '')
  }
}

test(
  'a plan is exact, the same again writes nothing, and the ledger equals the audit log',
  { skip },
  async () => {
    const sent: Record<RequestKind, number> = { read: 0, dryRun: 0, write: 0 }
    const cluster = await as({
      userAgent: 'hardway/audited',
      onRequest: ({ kind }) => (sent[kind] += 1),
    })
    await clear()
    for (const object of wanted) {
      const preview = await cluster.preview(object)
      assert.equal(preview.outcome, 'created')
      const written = await cluster.apply(object, null)
      assert.deepEqual(bare(written), bare('after' in preview ? preview.after : null))
      assert.deepEqual(await cluster.get(refOf(object)), written)
    }
    assert.equal(sent.write, 6)
    for (const object of wanted) assert.equal((await cluster.preview(object)).outcome, 'unchanged')
    assert.equal(sent.write, 6)

    // The audit log is written behind the answers.
    await sleep(300)
    const lines = (await readFile(server.auditLog, 'utf8')).trim().split('\n')
    const events = lines.map(
      (line) =>
        JSON.parse(line) as { userAgent: string; verb: string; requestURI: string; stage: string },
    )
    const ours = events.filter(
      ({ userAgent, stage }) => userAgent === 'hardway/audited' && stage === 'ResponseComplete',
    )
    const reads = ours.filter(({ verb }) => ['get', 'list', 'watch'].includes(verb)).length
    const dry = ours.filter(({ requestURI }) => requestURI.includes('dryRun=All')).length
    assert.deepEqual(sent, { read: reads, dryRun: dry, write: ours.length - reads - dry })
  },
)

test(
  'an edition made by kubectl conflicts field by field, and only what was agreed to is taken',
  { skip },
  async () => {
    await clear()
    await PRIOR_STATES[2]?.put(people, kind('Deployment'))
    const preview = await us.preview(kind('Deployment'))
    assert.ok(preview.outcome === 'conflict')
    const field = '.spec.template.spec.containers[name="coredns"].image'
    assert.deepEqual(preview.conflicts, [{ field, manager: 'kubectl-client-side-apply' }])
    await assert.rejects(
      us.apply(kind('Deployment'), preview.live),
      /has fields that others own with other values/,
    )

    const forced = await us.preview(kind('Deployment'), preview.conflicts)
    assert.equal(forced.outcome, 'changed')
    const written = await us.apply(kind('Deployment'), preview.live, preview.conflicts)
    assert.deepEqual(bare(written), bare('after' in forced ? forced.after : null))
    const kubectl = managedFieldsOf(written).find(
      (entry) => entry['manager'] === 'kubectl-client-side-apply',
    )
    assert.doesNotMatch(JSON.stringify(kubectl), /f:image"/)
  },
)

test('values that are right already are left to whoever owns them', { skip }, async () => {
  await clear()
  for (const object of wanted) await people.kubectl.create(object)
  for (const object of wanted) assert.equal((await us.preview(object)).outcome, 'unchanged')
})

test('a late write cannot overwrite, a create cannot patch', { skip }, async () => {
  await clear()
  const first = await us.apply(kind('ConfigMap'), null)
  await assert.rejects(
    us.apply(kind('ConfigMap'), null),
    /was changed by somebody else between the look and the write/,
  )
  await people.edit.replace({ ...first, data: { Corefile: 'theirs' } })
  const ours = { ...kind('ConfigMap'), data: { other: 'ours' } }
  await assert.rejects(us.apply(ours, first), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.match(error.explanation.seen?.[0] ?? '', /written by kubectl-edit$/)
    return true
  })
  assert.equal(await us.replace(first), 'stale')
  assert.equal(await us.setManagedFields(first, []), 'stale')
  assert.equal(
    await us.replace(withMetadata(first, { uid: '00000000-0000-0000-0000-000000000000' })),
    'stale',
  )
  assert.equal(await us.remove(refOf(first), '00000000-0000-0000-0000-000000000000'), 'other')
  assert.equal(await us.remove(refOf(first), metaText(first, 'uid') ?? ''), 'deleted')
  assert.equal(await us.remove(refOf(first), metaText(first, 'uid') ?? ''), 'absent')
})

test('what the server would refuse is in the plan', { skip }, async () => {
  await clear()
  await us.apply(kind('Deployment'), null)
  await us.apply(kind('Service'), null)
  const deployment = structuredClone(kind('Deployment')) as unknown as {
    spec: { selector: object; template: { metadata: object } }
  }
  deployment.spec.selector = { matchLabels: { a: 'b' } }
  deployment.spec.template.metadata = { labels: { a: 'b', 'k8s-app': 'kube-dns' } }
  const service = kind('Service')
  const named = (name: string, clusterIP: string): KubeObject => ({
    ...withMetadata(service, { name }),
    spec: { ...(service['spec'] as object), clusterIP },
  })
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [deployment, /^\.spec\.selector: Invalid value: .*field is immutable$/],
    [
      named('other', '10.32.0.10'),
      /^\.spec\.clusterIP: 10\.32\.0\.10 belongs to service\/kube-dns in kube-system$/,
    ],
    [
      named('other', '10.99.0.1'),
      /not in the valid range|not within the (valid )?service CIDR|provided IP/,
    ],
    [
      named('kube-dns', '10.32.0.11'),
      /^\.spec\.clusterIPs?\[?0?\]?: Invalid value: .*may not change once set$/,
    ],
    [{ ...kind('ConfigMap'), datta: {} }, /\.datta: field not declared in schema/],
    [withMetadata(kind('ConfigMap'), { namespace: 'absent' }), /namespaces "absent" not found/],
  ]
  for (const [object, reason] of cases) {
    const preview = await us.preview(object as KubeObject)
    assert.ok(preview.outcome === 'invalid', JSON.stringify(preview))
    assert.ok(
      preview.reasons.some((one) => reason.test(inWords(one))),
      preview.reasons.map(inWords).join('\n'),
    )
  }
})

test('an object that is being deleted is in the plan as that', { skip }, async () => {
  await clear()
  const made = await us.apply(
    withMetadata(kind('ConfigMap'), { finalizers: ['example.org/hold'] }),
    null,
  )
  await us.remove(refOf(made), metaText(made, 'uid') ?? '')
  const preview = await us.preview(kind('ConfigMap'))
  assert.ok(preview.outcome === 'invalid')
  assert.match(
    preview.reasons.map(inWords).join(),
    /is being deleted since .*, held by example\.org\/hold$/,
  )
  const live = (await us.get(refOf(made))) as KubeObject
  await us.replace(withoutMetadata(live, 'finalizers'))
})

test('a wait sees what others do', { skip }, async () => {
  await clear()
  const selection = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'kube-system',
    fieldSelector: 'metadata.name=coredns',
  }
  const waiting = until(
    { clock: systemClock, signal: new AbortController().signal },
    {
      what: 'the Corefile',
      deadlineMs: 5_000,
      watch: (signal) => us.watch(selection, signal),
      look: ([object]) => (object?.['data'] === undefined ? { missing: [] } : { proven: object }),
    },
  )
  await sleep(100)
  await people.edit.create(kind('ConfigMap'))
  assert.equal((await waiting).metadata.name, 'coredns')
})

test(
  'over a bad network a run ends in the right state or a clear error, and writes once',
  { skip },
  async (t) => {
    const next = random(seed)
    const faults: readonly Fault[] = [
      'none',
      'none',
      'none',
      'none',
      'slow',
      'reset before',
      'reset after',
      'cut answer',
      'stall',
      '429',
      '500',
      '503',
    ]
    const file = (name: string): Buffer => readFileSync(join(server.folder, name))
    const proxy = await faultyProxy(
      {
        url: server.url,
        client: { ca: file('ca.crt'), cert: file('admin.crt'), key: file('admin.key') },
        server: { cert: file('server.crt'), key: file('server.key') },
      },
      () => pick(next, faults),
    )
    const limits = { requestMs: 150, deadlineMs: 3_000, attempts: 8, backoffMs: 2, stallMs: 100 }
    const cluster = await as({ servers: [proxy.url], limits })
    let failed = 0
    await clear()
    for (let round = 0; round < rounds; round += 1) {
      const label = `seed ${String(seed)}, round ${String(round)}`
      const object = pick(next, wanted.slice(1))
      const absent = next() < 0.3
      await clear()
      if (!absent) await us.apply(otherEdition(object), null)
      const earlier = await us.get(refOf(object))
      try {
        const preview = await cluster.preview(object)
        assert.equal(preview.outcome, absent ? 'created' : 'changed', label)
        const written = await cluster.apply(object, preview.live)
        const now = await us.get(refOf(object))
        assert.deepEqual(now, written, label)
        assert.equal((await us.preview(object)).outcome, 'unchanged', label)
        const was = Number(earlier?.metadata['generation'] ?? 0)
        const raised = Number(now.metadata['generation'] ?? 0) - was
        assert.ok(raised <= 1, `${label}: generation rose by ${String(raised)}`)
      } catch (error) {
        if (!(error instanceof StepError)) throw error
        failed += 1
      }
    }
    await cluster.close()
    await proxy.stop()
    t.diagnostic(
      `seed ${String(seed)}: ${String(rounds)} runs, ${String(rounds - failed)} done, ${String(failed)} ended in a clear error`,
    )
    assert.ok(failed < rounds)
  },
)

/** Without what a prediction cannot know. */
function bare(object: KubeObject | null): unknown {
  if (object === null) return null
  const managedFields = managedFieldsOf(object).map((entry) => without(entry, 'time'))
  const bareObject = withoutMetadata(object, 'uid', 'creationTimestamp', 'resourceVersion')
  return withMetadata(bareObject, { managedFields })
}
