import assert from 'node:assert/strict'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'
import { contentOf, managedFieldsOf } from '../../lib/objects/objects.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'
import type { Undo } from '../../lib/objects/restore.ts'
import type { Check } from '../../lib/ports/step.ts'
import type { FakeActing } from '../fakes/acting.ts'
import type { FakeCluster } from '../fakes/cluster.ts'

export const ACCOUNT: KubeObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'coredns', namespace: 'kube-system' },
}
export const CONFIG = configMap({ Corefile: '.:53 {}' })
export const DEPLOYMENT: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  spec: { replicas: 2, paused: false },
}
export const ALL = [ACCOUNT, CONFIG, DEPLOYMENT]
export const ROLE: KubeObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'system:coredns' },
  rules: [],
}

export function configMap(data: JsonObject): KubeObject {
  const metadata = { name: 'coredns', namespace: 'kube-system' }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
}

export function stepOf(objects: readonly KubeObject[]) {
  return objectsStep({
    id: 'apply-manifest',
    title: 'Apply coredns.yaml',
    chapter: { section: '14.1', command: 'kubectl apply -f coredns.yaml' },
    objects: () => Promise.resolve(objects),
  })
}

/** The object with these fields in the hands of a manager. */
export function owned(object: KubeObject, manager: string, fieldsV1: JsonObject): KubeObject {
  const entry = { manager, operation: 'Update', apiVersion: object.apiVersion, fieldsV1 }
  const entries = [...managedFieldsOf(object), entry]
  return { ...object, metadata: { ...object.metadata, managedFields: entries } }
}

/** What is stored, without what no rollback can give back. */
export function imageOf(cluster: FakeCluster): Json {
  return cluster
    .objects()
    .map((object) => ({ ...contentOf(object), owners: [...managedFieldsOf(object)] }))
}

export type Drifted = Extract<Check<readonly Undo[]>, { status: 'drifted' }>

export async function planned(objects: readonly KubeObject[], on: FakeActing): Promise<Drifted> {
  const check = await stepOf(objects).check(on)
  assert.equal(check.status, 'drifted')
  return check
}

export function throughJson<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
