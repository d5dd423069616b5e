import { at, isObject, type Json, listAt, textAt } from '../../lib/core/json.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { without } from '../../lib/objects/objects.ts'
import { applyAs, kubectl } from './lab.ts'
import { chapterManifest } from './manifest-server.ts'
import { chapterObjects } from './prior-state.ts'

/** A way in which CoreDNS may be there before the first run. */
export interface Edition {
  readonly name: string
  put(): Promise<void>
}

/** As wanted already, or not there at all: nobody is in the way. */
export const FITTING: readonly Edition[] = [
  { name: 'nothing', put: () => Promise.resolve() },
  {
    name: 'half of the objects, by kubectl apply',
    put: async () => {
      await apply((await chapterObjects()).slice(0, 3))
    },
  },
  {
    name: 'the chapter, by kubectl apply',
    put: async () => {
      await kubectl(['apply', '-f', '-'], await chapterManifest())
    },
  },
  {
    name: 'the chapter, by kubectl apply --server-side',
    put: async () => {
      await applyAs('kubectl', await chapterManifest())
    },
  },
  {
    // Helm itself is not on this machine: its manager, label and annotations are what it leaves.
    name: 'the chapter, as Helm leaves it',
    put: async () => {
      await applyAs('helm', listOf((await chapterObjects()).map(asHelm)))
    },
  },
]

/** With other values that others own. */
export const OTHER: readonly Edition[] = [
  {
    name: 'the edition of 1.7.0, by kubectl apply',
    put: async () => {
      await apply((await chapterObjects()).map((object) => edited(object, { image: '1.7.0' })))
    },
  },
  {
    name: 'the edition of 1.7.0, as Helm leaves it, with three replicas',
    put: async () => {
      const objects = (await chapterObjects()).map(asHelm)
      await applyAs(
        'helm',
        listOf(objects.map((one) => edited(one, { image: '1.7.0', replicas: 3 }))),
      )
    },
  },
  {
    name: 'the chapter by kubectl apply, its Corefile and replicas edited by hand since',
    put: async () => {
      await kubectl(['apply', '-f', '-'], await chapterManifest())
      const data = { Corefile: '.:53 {\n    errors\n    log\n}\n' }
      await patchByHand('configmap', { data })
      await kubectl(['scale', 'deployment', 'coredns', '-n', 'kube-system', '--replicas=1'])
    },
  },
  {
    name: 'the chapter by kubectl, with rules of somebody else, a label and a finalizer',
    put: async () => {
      await kubectl(['apply', '-f', '-'], await chapterManifest())
      const rules = [{ apiGroups: [''], resources: ['endpoints'], verbs: ['list', 'watch'] }]
      await patchByHand('clusterrole', { rules })
      await patchByHand('configmap', {
        metadata: { labels: { 'example.org/team': 'dns' }, finalizers: ['example.org/hold'] },
        data: { Corefile: 'theirs\n' },
      })
    },
  },
]

/** The chapter, with a Corefile that was edited by hand: `edit` is given its text. */
export function editedByHand(edit: (corefile: string) => string): Edition {
  return {
    name: 'the chapter by kubectl, its Corefile edited by hand',
    put: async () => {
      await kubectl(['apply', '-f', '-'], await chapterManifest())
      const objects = await chapterObjects()
      const configMap = objects.find(({ kind }) => kind === 'ConfigMap')
      const Corefile = edit(textAt(configMap, 'data', 'Corefile') ?? '')
      await patchByHand('configmap', { data: { Corefile } })
    },
  }
}

/** With another value in a field that can never be changed. */
export const IMMUTABLE: readonly (Edition & { readonly field: RegExp; readonly what: string })[] = [
  {
    name: 'the Service with another clusterIP, by kubectl apply',
    what: 'service/kube-dns',
    field: /\.spec\.clusterIPs?\b.*immutable|clusterIP/,
    put: async () => {
      await apply((await chapterObjects()).map((one) => edited(one, { clusterIP: '10.32.0.53' })))
    },
  },
  {
    name: 'the Deployment with another selector, server-side by helm',
    what: 'deployment.apps/coredns',
    field: /\.spec\.selector.*immutable/,
    put: async () => {
      const objects = await chapterObjects()
      await applyAs('helm', listOf(objects.map((one) => edited(one, { app: 'coredns' }))))
    },
  },
]

interface Edit {
  readonly image?: string
  readonly replicas?: number
  readonly clusterIP?: string
  /** The label that Deployment and pods are selected by. */
  readonly app?: string
}

function edited(object: KubeObject, { image, replicas, clusterIP, app }: Edit): KubeObject {
  const copy = structuredClone(object)
  const set = (path: readonly (string | number)[], value: Json | undefined): void => {
    const parent = at(copy, ...path.slice(0, -1)) as Record<string | number, Json> | undefined
    if (parent !== undefined && value !== undefined) parent[path.at(-1) ?? ''] = value
  }
  if (object.kind === 'Service') set(['spec', 'clusterIP'], clusterIP)
  if (object.kind === 'Deployment') {
    set(['spec', 'replicas'], replicas)
    const container = ['spec', 'template', 'spec', 'containers', 0, 'image']
    set(container, image === undefined ? undefined : `coredns/coredns:${image}`)
    const labels = app === undefined ? undefined : { app }
    set(['spec', 'selector', 'matchLabels'], labels)
    set(['spec', 'template', 'metadata', 'labels'], labels)
  }
  return copy
}

function asHelm(object: KubeObject): KubeObject {
  const map = (key: string) => {
    const found = object.metadata[key]
    return isObject(found) ? found : {}
  }
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...map('labels'), 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...map('annotations'),
        'meta.helm.sh/release-name': 'coredns',
        'meta.helm.sh/release-namespace': 'kube-system',
      },
    },
  }
}

async function apply(objects: readonly KubeObject[]): Promise<void> {
  await kubectl(['apply', '-f', '-'], listOf(objects))
}

function listOf(items: readonly KubeObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

async function patchByHand(kind: string, patch: Json): Promise<void> {
  const [name, where] =
    kind === 'clusterrole' ? ['system:coredns', []] : ['coredns', ['-n', 'kube-system']]
  const how = ['--type=merge', '--field-manager=kubectl-edit', '-p', JSON.stringify(patch)]
  await kubectl(['patch', kind, name, ...where, ...how])
}

/** What a plan does not say of an object: the server's and its controllers' own. */
export const SERVER_SET: readonly (readonly [field: string, because: string])[] = [
  ['metadata.uid', 'made by the real write'],
  ['metadata.creationTimestamp', 'the time of the real write'],
  ['metadata.resourceVersion', "etcd's counter over all objects"],
  ['metadata.generation', "the server's counter; a controller may come in between"],
  ['metadata.managedFields[].time', 'the time of the real write'],
  ['metadata.managedFields[subresource=status]', 'what controllers and kubelets report'],
  [
    'metadata.annotations[deployment.kubernetes.io/revision]',
    "the deployment controller's counter",
  ],
  ['status', 'what controllers and kubelets report'],
]

/** An object as it lives, without what SERVER_SET names. */
export function predictable(object: KubeObject): Json {
  const { annotations, ...metadata } = without(
    object.metadata,
    ...['uid', 'creationTimestamp', 'resourceVersion', 'generation', 'managedFields'],
  )
  const kept = without(
    isObject(annotations) ? annotations : {},
    'deployment.kubernetes.io/revision',
  )
  const owners = listAt(object, 'metadata', 'managedFields')
    .filter(isObject)
    .filter((entry) => textAt(entry, 'subresource') !== 'status')
    .map((entry) => without(entry, 'time'))
  return {
    ...without(object, 'status'),
    metadata: {
      ...metadata,
      ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
      ...(owners.length === 0 ? {} : { managedFields: owners }),
    },
  }
}
