import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts'
import { diffJson } from '../objects/diff.ts'
import { inEffect } from './in-effect.ts'
import { contentOf } from '../objects/objects.ts'
import {
  type ClusterReader,
  type KubeObject,
  nameOf,
  type ObjectRef,
  refOf,
} from '../ports/cluster.ts'

/** What people declare, and a cure may have to change; what controllers make of it is not among these. */
const KINDS = [
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'ServiceAccount'],
  ['v1', 'Node'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'DaemonSet'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
] as const

/** All that is declared in the cluster now, without what servers, kubelets and restarts write into it. */
export async function declared(cluster: ClusterReader): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    KINDS.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind })),
  )
  return lists.flat().map(essence)
}

/** One thing that differs: of which object, and how, in one line. */
export type Difference = {
  readonly of: ObjectRef
  readonly line: string
}

/** What differs between two such lists; empty where nothing does. */
export function differences(
  before: readonly KubeObject[],
  now: readonly KubeObject[],
): readonly Difference[] {
  const [old, there] = [byName(before), byName(now)]
  const names = [...new Set([...old.keys(), ...there.keys()])]
  return names.flatMap((name) => {
    const [was, is] = [old.get(name), there.get(name)]
    const one = is ?? was
    if (one === undefined) return []
    return linesFor(was, is).map((text) => ({ of: refOf(one), line: `${name} ${text}` }))
  })
}

function linesFor(was: KubeObject | undefined, is: KubeObject | undefined): readonly string[] {
  if (was === undefined) return ['was not there before']
  if (is === undefined) return ['is gone']
  return diffJson('', inEffect(was), inEffect(is)).map(
    ({ path, from, to }) => `${path} is ${spell(to)} and was ${spell(from)}`,
  )
}

function byName(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(
    objects.map((object) => {
      const { namespace } = refOf(object)
      return [
        `${nameOf(refOf(object))}${namespace === undefined ? '' : ` in ${namespace}`}`,
        object,
      ]
    }),
  )
}

function essence(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object
  const content = contentOf(object)
  const { name, namespace, labels } = metadata
  return {
    ...withoutNoise(content, kind),
    ...{ apiVersion, kind },
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: withoutBootstrap(labels),
    },
  }
}

/** An API server that makes an object of its own says so; that somebody else made it again is no difference. */
function withoutBootstrap(labels: Json | undefined): JsonObject {
  const kept = Object.entries(isObject(labels) ? labels : {})
  return Object.fromEntries(kept.filter(([key]) => key !== 'kubernetes.io/bootstrapping'))
}

/** What the node controller taints, and what `kubectl rollout restart` writes, is nobody's declaration. */
function withoutNoise(content: JsonObject, kind: string): JsonObject {
  if (kind === 'Node') {
    const taints = listAt(content, 'spec', 'taints').filter(
      (taint) => textAt(taint, 'key')?.startsWith('node.kubernetes.io/') !== true,
    )
    const unschedulable = at(content, 'spec', 'unschedulable') === true
    return { spec: { podCIDR: at(content, 'spec', 'podCIDR') ?? null, taints, unschedulable } }
  }
  const template = at(content, 'spec', 'template')
  if (!isObject(template)) return content
  const spec = at(content, 'spec') as JsonObject
  return { ...content, spec: { ...spec, template: { spec: at(template, 'spec') ?? null } } }
}

function spell(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
