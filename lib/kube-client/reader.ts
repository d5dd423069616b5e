import { defined } from '../core/defined.ts'
import { at, isObject, type Json, listAt, textAt } from '../core/json.ts'
import type { Holder } from '../core/look-data.ts'
import { type KubeObject, type ObjectRef, refOf, type Selection } from '../ports/cluster.ts'
import { collectionPath, objectPath, type Server } from './discovery.ts'
import { all } from '../ports/refs.ts'
import { isKubeObject, describe } from '../objects/objects.ts'
import type { Request } from './wire.ts'

/** Objects in one answer; large clusters are read page by page. */
const PAGE = '500'

/** A list and the version from which a watch goes on. */
export type Listing = {
  readonly objects: readonly KubeObject[]
  readonly resourceVersion: string
}

export async function getObject(
  { api, discover }: Server,
  ref: ObjectRef,
): Promise<KubeObject | null> {
  const operation = `read ${describe(ref)}`
  const path = objectPath(ref, await discover(ref.apiVersion, ref.kind))
  const reply = await api.read({ method: 'GET', path }, operation)
  if (reply.status === 404) return null
  if (reply.status === 200 && isKubeObject(reply.body)) return reply.body
  throw api.explain(reply, operation)
}

/** The request that lists a selection; a watch adds to its query. */
export async function listRequest({ discover }: Server, selection: Selection): Promise<Request> {
  const { apiVersion, kind, namespace, labelSelector, fieldSelector } = selection
  const path = collectionPath(apiVersion, await discover(apiVersion, kind), namespace)
  return { method: 'GET', path, query: defined({ labelSelector, fieldSelector }) }
}

export async function listObjects(
  server: Server,
  selection: Selection,
  signal?: AbortSignal,
): Promise<Listing> {
  const { api } = server
  const operation = `list ${selection.kind} in ${selection.namespace ?? 'all namespaces'}`
  const request = await listRequest(server, selection)
  const objects: KubeObject[] = []
  let next = ''
  for (;;) {
    const query = { ...request.query, limit: PAGE, ...(next === '' ? {} : { continue: next }) }
    const reply = await api.read({ ...request, query }, operation, signal)
    if (reply.status === 410 && next !== '') {
      // The pages grew old while reading: from the start, as the server asks.
      objects.length = 0
      next = ''
      continue
    }
    if (reply.status !== 200) throw api.explain(reply, operation)
    objects.push(...itemsOf(reply.body, selection))
    next = textAt(reply.body, 'metadata', 'continue') ?? ''
    if (next === '')
      return { objects, resourceVersion: textAt(reply.body, 'metadata', 'resourceVersion') ?? '' }
  }
}

/** Items of a list bear neither kind nor apiVersion. */
function itemsOf(body: Json | undefined, { apiVersion, kind }: Selection): readonly KubeObject[] {
  return listAt(body, 'items').flatMap((item) => {
    const object = isObject(item) ? { apiVersion, kind, ...item } : undefined
    return isKubeObject(object) ? [object] : []
  })
}

/** Which other Service has a clusterIP. */
export function holderOfAddress(server: Server) {
  return async (address: string, not: KubeObject): Promise<Holder | null> => {
    const { objects } = await listObjects(server, all.services())
    const own = describe(not)
    const holder = objects.find((service) => {
      const spec = at(service, 'spec')
      const addresses = [textAt(spec, 'clusterIP'), ...listAt(spec, 'clusterIPs')]
      return describe(service) !== own && addresses.includes(address)
    })
    if (holder === undefined) return null
    return defined({
      namespace: refOf(holder).namespace ?? 'default',
      name: holder.metadata.name,
      owner: ownerOf(holder),
      dns: listAt(holder, 'spec', 'ports').some((one) => at(one, 'port') === 53),
    })
  }
}

/** By its owner, or by what Helm writes into all that it makes. */
function ownerOf(object: KubeObject): string | undefined {
  const [owner] = listAt(object, 'metadata', 'ownerReferences')
  const release = textAt(object, 'metadata', 'annotations', 'meta.helm.sh/release-name')
  if (release !== undefined) return `Helm release ${release}`
  return owner === undefined
    ? undefined
    : `${textAt(owner, 'kind') ?? ''} ${textAt(owner, 'name') ?? ''}`
}
