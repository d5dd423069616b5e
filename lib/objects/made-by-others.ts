import { at, listAt, textAt, textsAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'

/**
 * What controllers make out of other objects, and an export of everything has beside these: pods of ReplicaSets,
 * ReplicaSets of Deployments, EndpointSlices of Services, which name their owner; Endpoints have their Service's name.
 */
export function isMadeByOthers(object: KubeObject, all: readonly KubeObject[]): boolean {
  if (MADE.includes(object.kind)) {
    const owners = listAt(object, 'metadata', 'ownerReferences')
    return owners.some((owner) => at(owner, 'controller') === true)
  }
  return object.kind === 'Endpoints' && all.some((one) => leadsTo(one, object))
}

const MADE = ['ReplicaSet', 'Pod', 'EndpointSlice', 'ControllerRevision']

function leadsTo(service: KubeObject, endpoints: KubeObject): boolean {
  return (
    service.kind === 'Service' &&
    service.metadata.name === endpoints.metadata.name &&
    textAt(service, 'metadata', 'namespace') === textAt(endpoints, 'metadata', 'namespace') &&
    Object.keys(textsAt(service, 'spec', 'selector')).length > 0
  )
}
