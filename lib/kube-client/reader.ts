import { isObject, listAt, textAt } from '../core/json.ts'
import { type KubeObject, nameOf, type ObjectRef, refOf, type Selection } from '../ports/cluster.ts'
import { collectionPath, objectPath, type Server } from './discovery.ts'
import { isKubeObject, describe } from '../objects/objects.ts'
import type { Request } from './wire.ts'

/** Objects in one answer; large clusters are read page by page. */
const PAGE = '500'

/** A list and the version from which a watch goes on. */
export interface Listing {
  readonly objects: readonly KubeObject[]
  readonly resourceVersion: string
}

/** Reads one object; null where it is absent. */
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
  const resource = await discover(selection.apiVersion, selection.kind)
  const query: Record<string, string> = {}
  if (selection.labelSelector !== undefined) query['labelSelector'] = selection.labelSelector
  if (selection.fieldSelector !== undefined) query['fieldSelector'] = selection.fieldSelector
  return {
    method: 'GET',
    path: collectionPath(selection.apiVersion, resource, selection.namespace),
    query,
  }
}

/** Reads a selection, page by page. */
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
function itemsOf(body: Parameters<typeof listAt>[0], selection: Selection): readonly KubeObject[] {
  const { apiVersion, kind } = selection
  return listAt(body, 'items').flatMap((item) => {
    const object = isObject(item) ? { apiVersion, kind, ...item } : undefined
    return isKubeObject(object) ? [object] : []
  })
}

/** Which other Service has a clusterIP, by name. */
export function holderOfAddress(server: Server) {
  return async (address: string, not: KubeObject): Promise<string | null> => {
    const { objects } = await listObjects(server, { apiVersion: 'v1', kind: 'Service' })
    const own = refOf(not)
    const holder = objects.find((service) => {
      const ref = refOf(service)
      const same = ref.name === own.name && ref.namespace === own.namespace
      const addresses = [
        textAt(service, 'spec', 'clusterIP'),
        ...listAt(service, 'spec', 'clusterIPs'),
      ]
      return !same && addresses.includes(address)
    })
    return holder === undefined
      ? null
      : `${nameOf(holder)} in ${refOf(holder).namespace ?? 'default'}`
  }
}
