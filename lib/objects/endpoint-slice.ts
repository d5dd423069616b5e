import { at, listAt, textAt } from '../core/json.ts'
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
  return listAt(slice, 'endpoints')
    .filter((one) => (at(one, 'conditions', 'ready') !== false) === which.ready)
    .flatMap((one) => listAt(one, 'addresses').flatMap((ip) => (typeof ip === 'string' ? ip : [])))
    .flatMap((ip) =>
      which.withPort
        ? listAt(slice, 'ports').map((port) => `${ip}:${String(Number(at(port, 'port')))}`)
        : ip,
    )
}
