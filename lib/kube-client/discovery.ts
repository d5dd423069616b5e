import { StepError } from '../core/errors.ts'
import { isObject, listAt, textAt } from '../core/json.ts'
import type { Api } from './api.ts'
import { kubectlFor } from './failures.ts'
import type { ObjectRef } from '../ports/cluster.ts'
import { apiVersionOf, knownKind, type Resource } from './known-kinds.ts'

/** Finds out how a kind is addressed; StepError, an obstacle, where the server does not know it. */
export type Discovery = (apiVersion: string, kind: string) => Promise<Resource>

/** The API and what is known of its kinds: what reading and writing objects needs. */
export type Server = {
  readonly api: Api
  readonly discover: Discovery
}

/** Asks each group and version at most once. */
export function discovery(api: Api): Discovery {
  const groups = new Map<string, Promise<ReadonlyMap<string, Resource>>>()
  return async (apiVersion, kind) => {
    const known = knownKind(apiVersion, kind)
    if (known !== undefined) return known
    let group = groups.get(apiVersion)
    if (group === undefined) {
      group = resourcesOf(api, apiVersion)
      groups.set(apiVersion, group)
      group.catch(() => groups.delete(apiVersion))
    }
    const found = (await group).get(kind)
    if (found === undefined) throw await unknownKind(api, apiVersion, kind)
    return found
  }
}

/** None where the server has no such group or version. */
async function resourcesOf(api: Api, apiVersion: string): Promise<ReadonlyMap<string, Resource>> {
  const operation = `find out about the kinds of ${apiVersion}`
  const reply = await api.read({ method: 'GET', path: groupPath(apiVersion) }, operation)
  if (reply.status !== 200 && reply.status !== 404) throw api.explain(reply, operation)
  const resources = new Map<string, Resource>()
  for (const item of listAt(reply.body, 'resources')) {
    if (!isObject(item)) continue
    const { name, namespaced } = item
    // `pods/log` and the like are parts of a resource.
    if (typeof name !== 'string' || name.includes('/') || typeof item['kind'] !== 'string') continue
    resources.set(item['kind'], { plural: name, namespaced: namespaced === true })
  }
  return resources
}

async function unknownKind(api: Api, apiVersion: string, kind: string): Promise<StepError> {
  const now = await versionNow(api, apiVersion, kind)
  const remedy =
    now === undefined
      ? `${kubectlFor(api.target)} api-resources; install what defines ${kind}, or fix kind and apiVersion`
      : `write apiVersion: ${now} for ${kind} into the manifest`
  const has = now === undefined ? '' : `; it has ${kind} in ${now}`
  const problem = `the API server ${api.target.server} has no kind ${kind} in ${apiVersion}${has}`
  return new StepError({ problem, remedy }, { obstacle: true })
}

/** Groups of others have a domain of their own. */
const OF_KUBERNETES = /^(?:[a-z0-9]+|[a-z.]+\.k8s\.io)(?:\/|$)/

/** Where a kind that has moved on is now: in another version of its group, or where it has been moved to. */
async function versionNow(api: Api, apiVersion: string, kind: string): Promise<string | undefined> {
  const moved = OF_KUBERNETES.test(apiVersion) ? apiVersionOf(kind) : undefined
  if (moved !== undefined) return moved
  const path = `/apis/${encodeURIComponent(apiVersion.split('/')[0] ?? '')}`
  const group = await api.read(
    { method: 'GET', path },
    `find out about the versions of ${apiVersion}`,
  )
  const version = textAt(group.body, 'preferredVersion', 'groupVersion')
  if (version === undefined || version === apiVersion) return undefined
  return (await resourcesOf(api, version)).has(kind) ? version : undefined
}

function groupPath(apiVersion: string): string {
  const path = apiVersion.split('/').map(encodeURIComponent).join('/')
  return path.includes('/') ? `/apis/${path}` : `/api/${path}`
}

/** The path of a collection, or of all namespaces' collections where no namespace is given. */
export function collectionPath(
  apiVersion: string,
  resource: Resource,
  namespace: string | undefined,
): string {
  const inside = resource.namespaced && namespace !== undefined
  const scope = inside ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${groupPath(apiVersion)}${scope}/${resource.plural}`
}

/** The path of one object. A namespaced one without namespace lies in `default`, as with kubectl. */
export function objectPath(ref: ObjectRef, resource: Resource): string {
  const namespace = ref.namespace ?? 'default'
  return `${collectionPath(ref.apiVersion, resource, namespace)}/${encodeURIComponent(ref.name)}`
}
