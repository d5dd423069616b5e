import type { Cluster, KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { managedFieldsOf, withMetadata } from '../../lib/objects/objects.ts'
import { isObject } from '../../lib/core/json.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'

/** A pseudo-random source with a seed, so that a failure can be repeated (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(random: () => number, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)]
  if (found === undefined) throw new Error('an empty list to pick from')
  return found
}

/** Connections under other managers' names. */
export interface People {
  readonly kubectl: Cluster
  readonly helm: Cluster
  readonly edit: Cluster
}

/** One way to have an object there before the run. */
export interface PriorState {
  readonly name: string
  put(people: People, wanted: KubeObject): Promise<void>
}

export const PRIOR_STATES: readonly PriorState[] = [
  { name: 'absent', put: () => Promise.resolve() },
  {
    name: 'the same, made by kubectl',
    put: async ({ kubectl }, wanted) => {
      await kubectl.create(wanted)
    },
  },
  {
    name: 'another edition, made by kubectl',
    put: async ({ kubectl }, wanted) => {
      await kubectl.create(otherEdition(wanted))
    },
  },
  {
    name: 'another edition, server-side by helm',
    put: async ({ helm }, wanted) => {
      await helm.apply(otherEdition(wanted), null)
    },
  },
  {
    name: 'without any owners',
    put: async ({ kubectl }, wanted) => {
      const made = await kubectl.create(otherEdition(wanted))
      for (let stale = true; stale;) {
        const live = (await kubectl.get(refOf(made))) ?? made
        stale = (await kubectl.setManagedFields(live, [{}])) === 'stale'
      }
    },
  },
  {
    name: 'scaled by hand: an owner by way of a subresource',
    put: async ({ kubectl }, wanted) => {
      const made = await kubectl.create(scaled(wanted))
      if (made.kind !== 'Deployment') return
      for (let stale = true; stale;) {
        const live = (await kubectl.get(refOf(made))) ?? made
        const entry = {
          ...{ manager: 'kubectl', operation: 'Update', apiVersion: 'apps/v1' },
          ...{ time: '2026-01-01T00:00:00Z', subresource: 'scale', fieldsType: 'FieldsV1' },
          fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        }
        const owners = [...managedFieldsOf(live), entry]
        stale = (await kubectl.setManagedFields(live, owners)) === 'stale'
      }
    },
  },
  {
    name: 'made by helm, edited by hand, foreign labels and a finalizer',
    put: async ({ helm, edit }, wanted) => {
      const made = await helm.apply(wanted, null)
      for (let stale = true; stale;) {
        const live = (await helm.get(refOf(made))) ?? made
        const labels = { ...mapOf(live.metadata['labels']), 'example.org/team': 'dns' }
        const edited = withMetadata(otherEdition(live), {
          labels,
          finalizers: ['example.org/hold'],
        })
        stale = (await edit.replace(edited)) === 'stale'
      }
    },
  },
]

/** The object as another edition of the chapter, or a person, would have it; immutable fields alike. */
export function otherEdition(object: KubeObject): KubeObject {
  const annotations = { ...mapOf(object.metadata['annotations']), 'example.org/edition': '1.7.0' }
  const edited = withMetadata(object, { annotations })
  switch (object.kind) {
    case 'ConfigMap':
      return { ...edited, data: { Corefile: '.:53 {\n    errors\n    log\n}\n', more: 'kept' } }
    case 'ClusterRole':
      return { ...edited, rules: [{ apiGroups: [''], resources: ['endpoints'], verbs: ['list'] }] }
    case 'ClusterRoleBinding':
      return {
        ...edited,
        subjects: [{ kind: 'ServiceAccount', name: 'other', namespace: 'kube-system' }],
      }
    case 'Deployment':
      return change(edited, ['spec', 'template', 'spec', 'containers', 0], (container) => ({
        ...container,
        image: 'coredns/coredns:1.7.0',
        env: [{ name: 'EXTRA', value: 'yes' }],
      }))
    case 'Service':
      return change(edited, ['spec', 'ports', 2], (port) => ({ ...port, name: 'numbers' }))
    default:
      return edited
  }
}

function scaled(object: KubeObject): KubeObject {
  return object.kind === 'Deployment'
    ? change(object, ['spec'], (spec) => ({ ...spec, replicas: 1 }))
    : object
}

function change(
  object: KubeObject,
  path: readonly (string | number)[],
  how: (inner: JsonObject) => JsonObject,
): KubeObject {
  const copy = structuredClone(object)
  let here = copy as Record<string | number, Json>
  for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, Json>
  const last = path.at(-1) ?? ''
  here[last] = how(mapOf(here[last]))
  return copy
}

function mapOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}
