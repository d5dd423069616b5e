import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { StepError } from '../../../lib/core/errors.ts'
import { overlayCluster } from '../../../lib/kube-client/overlay.ts'
import { applyManifest } from '../../../steps/coredns/apply-manifest.ts'
import { acting } from '../../fakes/acting.ts'
import { fakeCluster } from '../../fakes/cluster.ts'
import { fakeHost } from '../../fakes/host.ts'
import { KEPT } from '../../fakes/lab-world.ts'
import { INVENTORY, KUBE_DNS } from './chapter.ts'
import { withoutEvidence } from '../../fakes/without-evidence.ts'

const PATH = '/state/coredns.yaml'
const TEXT = await readFile(KEPT, 'utf8')
const step = applyManifest({ inventory: INVENTORY, path: PATH, kept: KEPT })

function withFile(text: string) {
  return acting({ host: fakeHost({ files: { [PATH]: text } }) })
}

test("the manifest's six objects are planned and applied in their order", async () => {
  const on = withFile(TEXT)
  const check = await step.check(on)
  assert.equal(check.status, 'drifted')
  const names = [
    'serviceaccount/coredns',
    'clusterrole.rbac.authorization.k8s.io/system:coredns',
    'clusterrolebinding.rbac.authorization.k8s.io/system:coredns',
    'configmap/coredns',
    'deployment.apps/coredns',
    'service/kube-dns',
  ]
  assert.deepEqual(
    check.changes.map(({ action, what }) => ({ action, what })),
    names.map((what) => ({ action: 'create', what })),
  )
  await step.apply(on, check.changes)
  assert.deepEqual(
    on.cluster.writes,
    names.map((name) => `apply ${name}`),
  )
  const because = '6 objects live as wanted'
  assert.deepEqual(withoutEvidence(await step.check(on)), { status: 'satisfied', because })
  assert.equal(await step.verify(on), because)
})

test('a cluster that cannot be asked at all is asked once', async () => {
  const silent = new StepError({ problem: 'no answer', remedy: '' }, { noAccess: true })
  const cluster = fakeCluster()
  const never = { preview: () => assert.fail('it was asked once more') }
  const on = {
    ...withFile(TEXT),
    cluster: { ...cluster, ...never, get: () => Promise.reject(silent) },
  }
  await assert.rejects(step.check(on), silent)
})

test('over a cluster that is yet to be made all objects are planned', async () => {
  const cluster = overlayCluster('absent', () => 'apply-manifest', 'start-workers')
  const check = await step.check({ ...withFile(TEXT), cluster })
  assert.ok(check.status === 'drifted')
  assert.equal(check.changes.length, 6)
})

test('without the file, as on another machine, the pinned manifest is taken in memory', async () => {
  const check = await step.check(acting({ host: fakeHost({ files: { [KEPT]: TEXT } }) }))
  assert.ok(check.status === 'drifted')
  assert.equal(check.changes.length, 6)
  const fetched = fakeHost({ fetch: () => ({ status: 200, body: Buffer.from(TEXT) }) })
  assert.equal((await step.check(acting({ host: fetched }))).status, 'drifted')
  assert.deepEqual(fetched.writes, [])
})

test('where neither an object nor any cluster DNS is there, that is said in one sentence', async () => {
  const check = await step.check(withFile(TEXT))
  assert.ok(check.status === 'drifted')
  assert.deepEqual(check.absent, {
    problem:
      'nothing of the chapter is in this cluster: none of the 6 objects of coredns.yaml is there, and no Service has the address 10.32.0.10',
    remedy: 'npx tsx run.ts makes it; npx tsx run.ts --dry-run shows first what that would be',
  })
  const other = { ...KUBE_DNS, metadata: { ...KUBE_DNS.metadata, name: 'other' } }
  const host = fakeHost({ files: { [PATH]: TEXT } })
  const served = await step.check(acting({ host, cluster: fakeCluster({ objects: [other] }) }))
  assert.ok(served.status === 'drifted')
  assert.equal(served.absent, undefined)
})

test('a manifest that is no cluster DNS of this cluster is blocked before any write', async () => {
  const on = withFile(TEXT.replace('clusterIP: 10.32.0.10', 'clusterIP: 10.244.0.10'))
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  assert.equal(check.blocked?.seen?.length, 2)
  assert.doesNotMatch(check.blocked.remedy, /delete/)
})

test('an exported manifest is applied without what its server wrote, and that is said', async () => {
  const on = withFile(
    TEXT.replace('kind: ServiceAccount\nmetadata:', 'kind: ServiceAccount\nmetadata:\n  uid: u'),
  )
  const note =
    'left out of the manifest, as servers write it: metadata.uid (serviceaccount/coredns)'
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  assert.deepEqual(check.changes.at(-1), { action: 'leave', what: note })
  await step.apply(on, check.changes)
  assert.deepEqual(on.remarks, [note])
  const after = await step.check(on)
  assert.ok(after.status === 'satisfied')
  assert.equal(after.because, `6 objects live as wanted; ${note}`)
})

test('a Secret in the manifest is refused before anything is written', async () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n'
  const on = withFile(`${TEXT}---\n${secret}`)
  await assert.rejects(step.apply(on, []), { name: 'StepError' })
  assert.deepEqual(on.cluster.writes, [])
})

test('a file that is no manifest is refused', async () => {
  await assert.rejects(step.check(withFile('<html></html>')), { name: 'StepError' })
})
