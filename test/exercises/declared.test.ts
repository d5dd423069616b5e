import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declared, differences } from '../../lib/exercises/declared.ts'
import type { JsonObject } from '../../lib/core/json.ts'
import type { ClusterReader, KubeObject, Selection } from '../../lib/ports/cluster.ts'

/** A cluster that has these objects and nothing else. */
function having(...objects: readonly KubeObject[]): ClusterReader {
  const list = ({ kind }: Selection) =>
    Promise.resolve(objects.filter((object) => object.kind === kind))
  return { list } as Partial<ClusterReader> as ClusterReader
}

const deployment = (spec: JsonObject, template: JsonObject = {}): KubeObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { name: 'coredns', namespace: 'kube-system', resourceVersion: '7', uid: 'u' },
  spec: { replicas: 2, template: { metadata: template, spec } },
  status: { readyReplicas: 2 },
})
const policy: KubeObject = {
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  metadata: { name: 'mine', namespace: 'default' },
  spec: { podSelector: {} },
}
const node = (taints: readonly JsonObject[], more: JsonObject = {}): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'w0' } },
  spec: { podCIDR: '10.200.0.0/24', taints, ...more },
})

async function linesFor(before: readonly KubeObject[], now: readonly KubeObject[]) {
  const [was, is] = [await declared(having(...before)), await declared(having(...now))]
  return differences(was, is).map(({ line }) => line)
}

test('nothing differs between a cluster and itself after restarts and counters', async () => {
  const restarted = { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } }
  assert.deepEqual(await linesFor([deployment({ a: 1 })], [deployment({ a: 1 }, restarted)]), [])
  const unready = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }
  assert.deepEqual(await linesFor([node([])], [node([unready])]), [])
})

test('what is gone, new or changed is told with its name', async () => {
  assert.deepEqual(await linesFor([policy], []), [
    'networkpolicy.networking.k8s.io/mine in default is gone',
  ])
  assert.deepEqual(await linesFor([], [policy]), [
    'networkpolicy.networking.k8s.io/mine in default was not there before',
  ])
  assert.deepEqual(
    await linesFor([deployment({ dnsPolicy: 'Default' })], [deployment({ dnsPolicy: 'None' })]),
    [
      'deployment.apps/coredns in kube-system .spec.template.spec.dnsPolicy is "None" and was "Default"',
    ],
  )
  assert.equal(
    (await linesFor([node([])], [node([{ key: 'mine', effect: 'NoSchedule' }])])).length,
    1,
  )
})

test('what allows or serves the same counts as the same, however a cure by hand has written it', async () => {
  const role = (...rules: readonly JsonObject[]): KubeObject => ({
    ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
    metadata: { name: 'system:coredns' },
    rules,
  })
  const core = (...resources: readonly string[]) => ({
    ...{ apiGroups: [''], resources, verbs: ['list', 'watch'] },
  })
  const before = [role(core('services', 'pods'))]
  assert.deepEqual(await linesFor(before, [role(core('pods', 'services'))]), [])
  assert.deepEqual(await linesFor(before, [role(core('pods'), core('services'))]), [])
  assert.equal((await linesFor(before, [role(core('pods'))])).length, 2)
  assert.equal((await linesFor(before, [role(core('*'))])).length, 6)
  assert.equal(
    (await linesFor(before, [role({ ...core('services', 'pods'), resourceNames: ['x'] })])).length,
    8,
  )
  const config = (Corefile: string): KubeObject => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile },
  })
  const corefile = config('.:53 {\n    errors\n    cache 30\n}\n')
  assert.deepEqual(
    await linesFor([corefile], [config('.:53 {\n  cache 30\n\n  # as before\n  errors\n}')]),
    [],
  )
  assert.equal((await linesFor([corefile], [config('.:53 {\n    errors\n}\n')])).length, 1)
})
