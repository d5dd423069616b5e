import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../../lib/core/json.ts'
import { live, OBJECTS } from './lab.ts'
import { chapterManifest } from './manifest-server.ts'

/** The chapter's objects, as JSON. */
export async function chapterObjects(): Promise<readonly KubeObject[]> {
  return parseAllDocuments(await chapterManifest()).map((one) => one.toJS() as KubeObject)
}

/**
 * As somebody else may have made them before: each lacks something of the chapter's and has something
 * of its own, so that a run changes each, and none is in the way.
 */
export async function earlierEdition(): Promise<string> {
  const items = (await chapterObjects()).map((object) => {
    const namespace = textAt(object, 'metadata', 'namespace')
    const metadata = {
      name: object.metadata.name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'example.org/team': 'dns' },
    }
    const lacking: Record<string, Record<string, unknown>> = {
      ConfigMap: { data: { 'more.conf': 'kept' } },
      ClusterRole: { rules: undefined },
      Service: { spec: { ...spec(object), ports: listAt(object, 'spec', 'ports').slice(0, 2) } },
      Deployment: { spec: object['spec'] },
    }
    return { ...object, ...lacking[object.kind], metadata }
  })
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

function spec(object: KubeObject): JsonObject {
  const found = at(object, 'spec')
  return isObject(found) ? found : {}
}

/** The six objects as they live, without what the API server or its controllers set by themselves. */
export async function chapterState(): Promise<Record<string, Json>> {
  const found = await Promise.all(
    OBJECTS.map(async ([kind, name, namespace]) => {
      const object = await live(kind, name, namespace)
      return [`${kind}/${name}`, object === null ? null : settled(object)] as const
    }),
  )
  return Object.fromEntries(found)
}

/** uid stays: what was changed and not made here must still be the same object. */
function settled(object: KubeObject): Json {
  const own = ['resourceVersion', 'generation', 'creationTimestamp']
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([key]) => !own.includes(key)),
  )
  const annotations = without(metadata['annotations'], 'deployment.kubernetes.io/revision')
  return {
    ...(without(object, 'status') as JsonObject),
    metadata: { ...metadata, annotations, managedFields: owners(object) },
  }
}

/** Who owns what, without when, and without the controllers' own entries. */
function owners(object: KubeObject): Json {
  return listAt(object, 'metadata', 'managedFields')
    .filter((entry) => textAt(entry, 'manager') !== 'kube-controller-manager')
    .map((entry) => JSON.stringify(without(entry, 'time')))
    .sort()
}

function without(value: Json | undefined, key: string): Json {
  if (!isObject(value)) return value ?? null
  const rest = Object.entries(value).filter(([name]) => name !== key)
  return rest.length === 0 ? null : Object.fromEntries(rest)
}
