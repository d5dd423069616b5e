import { LEASE_TERMS } from '../kube-client/lease/lease.ts'
import { type LeaseLock, leaseLock } from '../kube-client/lease/lease-lock.ts'
import type { ClusterOptions } from '../kube-client/open-cluster.ts'
import { isKnownGone, processMark } from '../process/process-identity.ts'
import { userAtHost } from '../state/lock-holder.ts'
import { elapsedMs, systemClock } from './system-clock.ts'

/** A request about the Lease that hangs must leave time for others before the Lease runs out. */
const REQUEST_MS = 3_000

/** The cluster's lock, which every writing request to that cluster asks by its `mayWrite`. */
export function clusterLease(options: ClusterOptions, signal: AbortSignal): LeaseLock {
  return leaseLock({
    async open() {
      const { openServer } = await import('../kube-client/open-cluster.ts')
      const { leaseStore } = await import('../kube-client/lease/lease-store.ts')
      // Connections of its own: a renewal waits for no other request.
      const server = await openServer({ ...options, limits: { requestMs: REQUEST_MS } })
      return leaseStore(server, options.fieldManager)
    },
    who: userAtHost(),
    process: processMark(),
    isKnownGone,
    clock: systemClock,
    elapsedMs,
    signal,
    terms: LEASE_TERMS,
  })
}
