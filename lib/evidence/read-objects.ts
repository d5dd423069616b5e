import { at, listAt, textAt, textsAt } from '../core/json.ts'
import { defined } from '../core/defined.ts'
import { dnsContainerOf } from '../dns/roles.ts'
import { addressesInSlice, nodesOfReady, serviceOfSlice } from '../objects/endpoint-slice.ts'
import type { KubeObject } from '../ports/cluster.ts'

type Frozen<T> = { readonly [K in keyof T]: Frozen<T[K]> }
/** What such a function reads from objects. */
export type SeenBy<Read extends (...objects: never) => unknown> = Frozen<ReturnType<Read>>

/** Also that its pods are not of its present template: a Deployment that was not changed since is not held up. */
const PAUSED = { paused: true } as const

export function deploymentSeen(deployment: KubeObject) {
  const generation = Number(at(deployment, 'metadata', 'generation') ?? 0)
  const replicas = Number(
    at(deployment, 'spec', 'replicas') ?? at(deployment, 'status', 'desiredNumberScheduled') ?? 1,
  )
  const updated = Number(at(deployment, 'status', 'updatedReplicas') ?? 0)
  return {
    replicas,
    /** False while the controller manager has not taken notice of the last change. */
    observed: Number(at(deployment, 'status', 'observedGeneration') ?? 0) >= generation,
    image: textAt(dnsContainerOf(deployment), 'image') ?? '',
    ...(at(deployment, 'spec', 'paused') === true && updated < replicas ? PAUSED : {}),
  }
}

export function replicaSetSeen(set: KubeObject) {
  const failure = listAt(set, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === 'ReplicaFailure' && textAt(one, 'status') === 'True',
  )
  const revision = textAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision')
  return {
    name: set.metadata.name,
    ...(revision === undefined ? {} : { revision }),
    wanted: Number(at(set, 'spec', 'replicas') ?? 0),
    /** The message of ReplicaFailure: why its pods cannot be created. */
    failure: textAt(failure, 'message') ?? null,
  }
}

export function serviceSeen(service: KubeObject) {
  return {
    ...namesOf(service),
    ...ownerOf(service),
    ...(textAt(service, 'spec', 'type') === 'LoadBalancer' ? { balanced: true as const } : {}),
    /** It leads pods of a worker to servers of the same worker alone. */
    ...(textAt(service, 'spec', 'internalTrafficPolicy') === 'Local'
      ? { local: true as const }
      : {}),
    clusterIP: textAt(service, 'spec', 'clusterIP') ?? '',
    selector: textsAt(service, 'spec', 'selector'),
    ports: listAt(service, 'spec', 'ports').map((one) => ({
      protocol: textAt(one, 'protocol') ?? 'TCP',
      port: Number(at(one, 'port')),
      targetPort: textAt(one, 'targetPort') ?? String(Number(at(one, 'targetPort'))),
    })),
  }
}

/** As Helm and others mark what they manage: `Helm release coredns of namespace kube-system`. */
function ownerOf({ metadata }: KubeObject): { readonly owner?: string } {
  const release = textAt(metadata, 'annotations', 'meta.helm.sh/release-name')
  if (release !== undefined) {
    const namespace = textAt(metadata, 'annotations', 'meta.helm.sh/release-namespace') ?? ''
    return { owner: `Helm release ${release} of namespace ${namespace}` }
  }
  const controller = textAt(metadata, 'ownerReferences', 0, 'name')
  if (controller !== undefined) {
    return { owner: `of ${textAt(metadata, 'ownerReferences', 0, 'kind') ?? ''} ${controller}` }
  }
  const manager = textAt(metadata, 'labels', 'app.kubernetes.io/managed-by')
  return manager === undefined ? {} : { owner: `managed by ${manager}` }
}

/** Addresses: `10.200.0.2`, or `192.168.199.200:6443` for the Service kubernetes, with each port. */
export function endpointsSeen(endpoints: KubeObject) {
  const withPort = endpoints.metadata.name === 'kubernetes'
  const of = (key: 'addresses' | 'notReadyAddresses'): readonly string[] =>
    listAt(endpoints, 'subsets').flatMap((subset) =>
      listAt(subset, key).flatMap((one) => {
        const ip = textAt(one, 'ip') ?? ''
        if (!withPort) return [ip]
        return listAt(subset, 'ports').map((port) => `${ip}:${String(Number(at(port, 'port')))}`)
      }),
    )
  return { ...namesOf(endpoints), ready: of('addresses'), notReady: of('notReadyAddresses') }
}

/** The same by EndpointSlices: one entry a Service. */
export function slicesSeen(slices: readonly KubeObject[]) {
  const ofOne = Map.groupBy(
    slices,
    (slice) => `${namesOf(slice).namespace}/${serviceOfSlice(slice)}`,
  )
  return [...ofOne].map(([service, its]) => {
    const [namespace = '', name = ''] = service.split('/')
    const of = (ready: boolean): readonly string[] => {
      const which = { ready, withPort: name === 'kubernetes' }
      return [...new Set(its.flatMap((slice) => addressesInSlice(slice, which)))]
    }
    const foreign = its.filter((slice) => makerOf(slice) !== CONTROLLER).map(foreignSlice)
    return {
      ...{ namespace, name, ready: of(true), notReady: of(false) },
      /** Where those that are ready are, as kube-proxy takes it: one without is on no node. */
      nodes: [...new Set(its.flatMap(nodesOfReady))],
      /** Slices that do not come from the Service's selector. */
      ...(foreign.length > 0 && name !== 'kubernetes' ? { foreign } : {}),
    }
  })
}

/** Whose slices follow the selector of a Service (pkg/controller/endpointslice, Kubernetes). */
const CONTROLLER = 'endpointslice-controller.k8s.io'
/** Whose are copies of an Endpoints object that somebody has made. */
const MIRRORING = 'endpointslicemirroring-controller.k8s.io'

function makerOf({ metadata }: KubeObject): string {
  return textAt(metadata, 'labels', 'endpointslice.kubernetes.io/managed-by') ?? ''
}

function foreignSlice(slice: KubeObject) {
  return {
    name: slice.metadata.name,
    ready: addressesInSlice(slice, { ready: true, withPort: false }),
    ...(makerOf(slice) === MIRRORING ? { mirrored: true as const } : {}),
  }
}

export function namesOf(object: KubeObject) {
  return {
    namespace: textAt(object, 'metadata', 'namespace') ?? '',
    name: object.metadata.name,
  }
}

export function eventSeen(event: KubeObject) {
  return defined({
    /** When it was last seen, as the API has times. */
    last:
      textAt(event, 'series', 'lastObservedTime') ??
      textAt(event, 'lastTimestamp') ??
      textAt(event, 'eventTime') ??
      textAt(event, 'metadata', 'creationTimestamp'),
    namespace: textAt(event, 'involvedObject', 'namespace') ?? '',
    kind: textAt(event, 'involvedObject', 'kind') ?? '',
    object: textAt(event, 'involvedObject', 'name') ?? '',
    reason: textAt(event, 'reason') ?? '',
    message: textAt(event, 'message') ?? '',
  })
}
