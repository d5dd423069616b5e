import type { RefusalReason } from '../../lib/core/look-data.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KubeObject, type Preview, nameOf, refOf } from '../../lib/ports/cluster.ts'
import type { Changes } from '../../lib/core/change.ts'
import { StepError } from '../../lib/core/errors.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import type { Json } from '../../lib/core/json.ts'
import { acting } from '../fakes/acting.ts'
import { type FakeCluster, fakeCluster } from '../fakes/cluster.ts'
import { withoutEvidence } from '../fakes/without-evidence.ts'
import {
  ACCOUNT,
  CONFIG,
  DEPLOYMENT,
  ALL,
  ROLE,
  configMap,
  stepOf,
  owned,
  imageOf,
  type Drifted,
  planned,
  throughJson,
} from '../objects/manifest-objects.ts'

/** A cluster whose preview of an object of this name is that one. */
function previewing(cluster: FakeCluster, previews: Readonly<Record<string, Preview>>) {
  const preview: FakeCluster['preview'] = (object, adopt) => {
    const given = previews[nameOf(object)]
    return given === undefined ? cluster.preview(object, adopt) : Promise.resolve(given)
  }
  return { ...cluster, preview }
}

/** The changes in words, without the objects that they lead to. */
function told({ changes }: Drifted): Changes {
  return changes.map(({ action, what, fields, note }) => ({
    action,
    what,
    ...(fields === undefined ? {} : { fields }),
    ...(note === undefined ? {} : { note }),
  }))
}

test('objects that are not there are planned, each by its name, in the order of the manifest', async () => {
  const on = acting()
  const check = await planned(ALL, on)
  assert.deepEqual(told(check), [
    { action: 'create', what: 'serviceaccount/coredns' },
    { action: 'create', what: 'configmap/coredns' },
    { action: 'create', what: 'deployment.apps/coredns' },
  ])
  assert.equal(check.blocked, undefined)
  assert.deepEqual(on.cluster.writes, [])
})

test('they are created in that order, and each uid is recorded', async () => {
  const on = acting()
  await stepOf(ALL).apply(on, [])
  assert.deepEqual(on.cluster.writes, [
    'apply serviceaccount/coredns',
    'apply configmap/coredns',
    'apply deployment.apps/coredns',
  ])
  assert.deepEqual(on.said, [
    'creating serviceaccount/coredns',
    'creating configmap/coredns',
    'creating deployment.apps/coredns',
  ])
  const facts = on.cluster.objects().map((ours) => ({
    ref: refOf(ours),
    ours,
    createdUid: ours.metadata['uid'],
  }))
  assert.deepEqual(on.facts, facts)
})

test('once they are there, there is nothing to do, and applying again writes nothing', async () => {
  const on = acting()
  const step = stepOf(ALL)
  await step.apply(on, [])
  const because = '3 objects live as wanted'
  assert.deepEqual(withoutEvidence(await step.check(on)), { status: 'satisfied', because })
  assert.equal(await step.verify(on), because)
  const before = [...on.cluster.writes]
  await step.apply(on, [])
  assert.deepEqual(on.cluster.writes, before)
})

test('objects that live as wanted are satisfied whoever owns them, and stay theirs', async () => {
  const theirs = owned(CONFIG, 'kubectl', { 'f:data': { 'f:Corefile': {} } })
  const on = acting({ cluster: fakeCluster({ objects: [theirs] }) })
  const before = imageOf(on.cluster)
  assert.equal((await stepOf([CONFIG]).check(on)).status, 'satisfied')
  await stepOf([CONFIG]).apply(on, [])
  assert.deepEqual(imageOf(on.cluster), before)
})

test('an object with other values is planned field by field, and only what differs is written', async () => {
  const other = { ...DEPLOYMENT, spec: { replicas: 1, paused: false } }
  const on = acting({ cluster: fakeCluster({ objects: [ACCOUNT, CONFIG, other] }) })
  const check = await planned(ALL, on)
  assert.deepEqual(told(check), [
    {
      action: 'change',
      what: 'deployment.apps/coredns',
      fields: [{ path: '.spec.replicas', from: 1, to: 2 }],
    },
  ])
  await stepOf(ALL).apply(on, check.changes)
  assert.deepEqual(on.cluster.writes, ['apply deployment.apps/coredns'])
  assert.deepEqual(on.said, ['changing deployment.apps/coredns'])
})

test('what was there before is remembered whole; what was created has no uid yet', async () => {
  const other = configMap({ Corefile: 'theirs' })
  const on = acting({ cluster: fakeCluster({ objects: [other] }) })
  const [live] = on.cluster.objects()
  const { undo } = await planned([ACCOUNT, CONFIG], on)
  assert.ok(Array.isArray(undo))
  const [created, changed] = undo as { before: Json; ref: Json }[]
  assert.equal(created?.before, null)
  assert.deepEqual(created.ref, refOf(ACCOUNT))
  assert.deepEqual(changed?.before, live)
  assert.deepEqual(throughJson(undo as Json), undo)
})

test('fields that others own with other values are a conflict, each with its manager', async () => {
  const theirs = [
    owned({ ...DEPLOYMENT, spec: { replicas: 1, paused: true } }, 'hpa', {
      'f:spec': { 'f:replicas': {} },
    }),
    owned(configMap({ Corefile: 'theirs' }), 'kubectl-edit', { 'f:data': { 'f:Corefile': {} } }),
  ].map((object) =>
    object.kind === 'Deployment' ? owned(object, 'argo', { 'f:spec': { 'f:paused': {} } }) : object,
  )
  const on = acting({ cluster: fakeCluster({ objects: theirs }) })
  const check = await planned(ALL, on)
  const config = 'configmap/coredns .data.Corefile is owned by kubectl-edit with another value'
  const replicas = 'deployment.apps/coredns .spec.replicas is owned by hpa with another value'
  const paused = 'deployment.apps/coredns .spec.paused is owned by argo with another value'
  assert.deepEqual(told(check), [
    { action: 'create', what: 'serviceaccount/coredns' },
    {
      action: 'change',
      what: 'configmap/coredns',
      fields: [
        {
          path: '.data.Corefile',
          from: 'theirs',
          to: '.:53 {}',
          owner: 'kubectl-edit',
          conflict: 'abort',
        },
      ],
    },
    {
      action: 'change',
      what: 'deployment.apps/coredns',
      fields: [
        { path: '.spec.replicas', from: 1, to: 2, owner: 'hpa', conflict: 'abort' },
        { path: '.spec.paused', from: true, to: false, owner: 'argo', conflict: 'abort' },
      ],
    },
  ])
  assert.deepEqual(check.blocked, {
    problem: 'configmap/coredns, deployment.apps/coredns: fields belong to somebody else',
    seen: [config, replicas, paused],
    cause: 'another manager set these fields to other values and still owns them',
    remedy:
      'decide whose values are right: kubectl get -n kube-system configmap coredns --show-managed-fields -o yaml; ' +
      'then npx tsx run.ts --on-conflict skip to leave these fields as they are, ' +
      'or npx tsx run.ts --on-conflict adopt to take over these and no others',
  })
  const before = imageOf(on.cluster)
  await assert.rejects(stepOf(ALL).apply(on, []), {
    name: 'StepError',
    explanation: check.blocked,
  })
  await assert.rejects(stepOf(ALL).verify(on), { explanation: check.blocked })
  assert.deepEqual(imageOf(on.cluster), before)
  assert.deepEqual(on.cluster.writes, [])
})

test('an immutable field stands in the way of all: what is there stays, and the command is told', async () => {
  const cluster = fakeCluster({ objects: [DEPLOYMENT] })
  const [live] = cluster.objects()
  assert.ok(live)
  const reasons = [{ field: 'spec.selector', message: 'Invalid value: field is immutable' }]
  const on = acting({
    cluster: previewing(cluster, {
      'deployment.apps/coredns': { outcome: 'invalid', live, reasons },
    }),
  })
  const explanation = {
    problem: 'deployment.apps/coredns cannot be changed as wanted',
    seen: ['deployment.apps/coredns: .spec.selector: Invalid value: field is immutable'],
    remedy:
      'what is there stays: kubectl get -n kube-system deployment.apps coredns -o yaml shows it; ' +
      'write the same values into the manifest, or give its object another name, then run again',
  }
  const check = await planned(ALL, on)
  assert.deepEqual(check.blocked, explanation)
  assert.deepEqual(told(check).at(-1), {
    action: 'change',
    what: 'deployment.apps/coredns',
    note: 'deployment.apps/coredns: .spec.selector: Invalid value: field is immutable',
  })
  const refusals = [{ object: 'deployment.apps/coredns', ...reasons[0] }]
  await assert.rejects(stepOf(ALL).apply(on, []), { explanation, data: { refusals } })
  assert.deepEqual(cluster.writes, [])
})

test('the command for an object without a namespace has none', async () => {
  const cluster = fakeCluster({ objects: [ROLE] })
  const [live] = cluster.objects()
  assert.ok(live)
  const name = 'clusterrole.rbac.authorization.k8s.io/system:coredns'
  const reasons = [{ message: 'cannot change roleRef' }]
  const on = acting({
    cluster: previewing(cluster, { [name]: { outcome: 'invalid', live, reasons } }),
  })
  const command = 'clusterrole.rbac.authorization.k8s.io system:coredns'
  assert.equal(
    (await planned([ROLE], on)).blocked?.remedy,
    `what is there stays: kubectl get ${command} -o yaml shows it; ` +
      'write the same values into the manifest, or give its object another name, then run again',
  )
})

test('what is written wrongly is to be fixed in the manifest, and nothing is said of what is there', async () => {
  const cluster = fakeCluster({ objects: [ROLE] })
  const [live] = cluster.objects()
  assert.ok(live)
  const name = 'clusterrole.rbac.authorization.k8s.io/system:coredns'
  const remedyOf = async (reason: RefusalReason): Promise<string | undefined> => {
    const refused: Preview = { outcome: 'invalid', live, reasons: [reason] }
    const on = acting({ cluster: previewing(cluster, { [name]: refused }) })
    return (await planned([ROLE], on)).blocked?.remedy
  }
  const message = 'has to be text'
  assert.match((await remedyOf({ message, written: true })) ?? '', /^fix the manifest where the/)
  assert.match(
    (await remedyOf({ message: 'must be between 1 and 9' })) ?? '',
    /^fix what the server/,
  )
})

test('what a quota or a webhook keeps out is told with its own cause and cure, once for all', async () => {
  const admission = { cause: 'the quota q has no room left', cure: 'kubectl edit resourcequota q' }
  const refused: Preview = {
    ...{ outcome: 'invalid', live: null },
    reasons: [{ message: 'exceeded quota: q', admission }],
  }
  const on = acting({
    cluster: previewing(fakeCluster(), {
      'configmap/coredns': refused,
      'configmap/other': refused,
    }),
  })
  const other = { ...CONFIG, metadata: { ...CONFIG.metadata, name: 'other' } }
  const { blocked } = await planned([CONFIG, other], on)
  assert.deepEqual(blocked, {
    problem: 'configmap/coredns, configmap/other cannot be created as wanted',
    seen: ['configmap/coredns: exceeded quota: q', 'configmap/other: exceeded quota: q'],
    cause: admission.cause,
    remedy: admission.cure,
  })
})

test('an object that cannot even be created is not told to be deleted', async () => {
  const reasons = [{ message: 'namespaces "kube-system" not found' }]
  const refused: Preview = { outcome: 'invalid', live: null, reasons }
  const on = acting({ cluster: previewing(fakeCluster(), { 'configmap/coredns': refused }) })
  const explanation = {
    problem: 'configmap/coredns cannot be created as wanted',
    seen: ['configmap/coredns: namespaces "kube-system" not found'],
    remedy: 'fix what the server names, in the manifest or in the cluster, then run again',
  }
  assert.deepEqual((await planned(ALL, on)).blocked, explanation)
  await assert.rejects(stepOf(ALL).apply(on, []), { explanation })
  assert.deepEqual(on.cluster.writes, [])
})

test('an address that another Service has is given up by that one, which goes on', async () => {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
  }
  const remedyWith = async (dns: boolean, owner?: string): Promise<string | undefined> => {
    const holder = {
      namespace: 'calico',
      name: 'typha',
      dns,
      ...(owner === undefined ? {} : { owner }),
    }
    const reasons = [{ field: 'spec.clusterIP', message: 'it belongs to another', holder }]
    const refused: Preview = { outcome: 'invalid', live: null, reasons }
    const on = acting({ cluster: previewing(fakeCluster(), { 'service/kube-dns': refused }) })
    return (await planned([service], on)).blocked?.remedy
  }
  assert.equal(
    await remedyWith(false),
    'typha has to stay, at another address: recreate it without clusterIP: ' +
      "kubectl get -n calico service typha -o yaml | sed -E '/^  (clusterIPs?|uid|resourceVersion):/d; /^  - [0-9a-f.:]+$/d' > typha.yaml && " +
      'kubectl replace --force -n calico -f typha.yaml; then run again',
  )
  assert.match(
    (await remedyWith(false, 'Helm release calico')) ?? '',
    /\(Helm release calico made it: /,
  )
  assert.match((await remedyWith(true)) ?? '', /^typha serves DNS there already: leave DNS to it/)
})

test('all obstacles are told at once: of the objects, of kinds, of rights', async () => {
  const gone = new StepError(
    { problem: 'the API server has no kind ClusterRole in v1beta1', remedy: 'write v1' },
    { obstacle: true },
  )
  const forbidden = new StepError(
    { problem: 'user jane may not read configmap/coredns', seen: ['403'], remedy: 'ask' },
    { obstacle: true, lacksRight: true },
  )
  const cluster = fakeCluster({
    lacking: () => ({
      user: 'jane',
      rights: [{ resource: 'configmaps', verbs: ['get', 'patch'], namespace: 'kube-system' }],
    }),
  })
  const preview: FakeCluster['preview'] = (object) => {
    if (object.kind === 'ClusterRole') return Promise.reject(gone)
    return object.kind === 'ConfigMap' ? Promise.reject(forbidden) : cluster.preview(object)
  }
  const on = { ...acting(), cluster: { ...cluster, preview } }
  const step = objectsStep({
    ...{ id: 'apply-manifest', title: 'Apply', chapter: { section: '14.1', command: 'x' } },
    touches: [],
    objects: () => Promise.resolve([ACCOUNT, ROLE, CONFIG]),
    judge: (all) => Promise.resolve([`${all.length} objects do not fit`]),
    needs: [],
  })
  await assert.rejects(step.check(on), {
    obstacle: true,
    explanation: {
      problem: 'the objects cannot be applied as they are: 3 things stand in the way',
      seen: [
        '3 objects do not fit',
        'the API server has no kind ClusterRole in v1beta1',
        'user jane may not get, patch configmaps in kube-system',
      ],
      remedy:
        'fix the manifest where the lines above say so (manifest.url and manifest.sha256 of inventory.yaml name it), then run again; ' +
        'write v1; as an admin of the cluster: ' +
        'kubectl create role hardway-configmaps -n kube-system --verb=get,patch --resource=configmaps && ' +
        'kubectl create rolebinding hardway-configmaps -n kube-system --role=hardway-configmaps --user=jane; then run again',
    },
  })
  assert.deepEqual(cluster.writes, [])
})

test('a cluster that cannot be asked is told of once, and not of each object', async () => {
  const down = new StepError(
    { problem: 'the lab lab is not up', remedy: 'npx tsx run.ts lab up' },
    { obstacle: true, noAccess: true },
  )
  const on = { ...acting(), cluster: { ...fakeCluster(), preview: () => Promise.reject(down) } }
  await assert.rejects(stepOf(ALL).check(on), down)
})

test('rights are not asked for where nothing is to be written', async () => {
  const lacking = () => assert.fail('rights were asked for')
  const on = acting({ cluster: fakeCluster({ objects: [ACCOUNT], lacking }) })
  const step = objectsStep({
    ...{ id: 'apply-manifest', title: 'Apply', chapter: { section: '14.1', command: 'x' } },
    ...{ touches: [], objects: () => Promise.resolve([ACCOUNT]), needs: [] },
  })
  assert.equal((await step.check(on)).status, 'satisfied')
})

test('what changes again at once is named with its fields and who owns them', async () => {
  const controllers = (fake: FakeCluster, written: KubeObject): void => {
    if (written.kind !== 'Deployment') return
    fake.put({ ...written, spec: { replicas: 1, paused: false } })
  }
  const on = acting({ cluster: fakeCluster({ controllers }) })
  await stepOf(ALL).apply(on, [])
  await assert.rejects(stepOf(ALL).verify(on), {
    name: 'StepError',
    explanation: {
      problem: 'deployment.apps/coredns changed again at once',
      seen: ['deployment.apps/coredns .spec.replicas, owned by hardway'],
      cause: 'a controller or another run writes the same fields',
      remedy:
        'stop it, or change the manifest to what it wants, then continue with npx tsx run.ts --resume',
    },
  })
})

test('what went away at once is named, too', async () => {
  const on = acting()
  await stepOf(ALL).apply(on, [])
  on.cluster.drop(refOf(CONFIG))
  await assert.rejects(stepOf(ALL).verify(on), {
    message: 'configmap/coredns changed again at once',
  })
})
