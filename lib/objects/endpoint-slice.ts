import { at, type Json, listAt, textAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** Marks the slices of a Service (discovery.k8s.io/v1). */
export const SERVICE_NAME = 'kubernetes.io/service-name'

/** The Service that a slice is of; empty where it is of none. */
export function serviceOfSlice({ metadata }: KubeObject): string {
  return textAt(metadata, 'labels', SERVICE_NAME) ?? ''
}

/**
 * The addresses of a slice, ready or not ready: `10.200.0.2`, or with each port `192.168.199.200:6443`. A condition
 * that is not set counts as ready.
 */
export function addressesInSlice(
  slice: KubeObject,
  which: { readonly ready: boolean; readonly withPort: boolean },
): readonly string[] {
  return endpointsIn(slice, which.ready)
    .flatMap((one) => listAt(one, 'addresses').flatMap((ip) => (typeof ip === 'string' ? ip : [])))
    .flatMap((ip) =>
      which.withPort
        ? listAt(slice, 'ports').map((port) => `${ip}:${String(Number(at(port, 'port')))}`)
        : ip,
    )
}

/** The nodes that its ready endpoints are on. */
export function nodesOfReady(slice: KubeObject): readonly string[] {
  return endpointsIn(slice, true).flatMap((one) => textAt(one, 'nodeName') ?? [])
}

function endpointsIn(slice: KubeObject, ready: boolean): readonly Json[] {
  return listAt(slice, 'endpoints').filter(
    (one) => (at(one, 'conditions', 'ready') !== false) === ready,
  )
}
