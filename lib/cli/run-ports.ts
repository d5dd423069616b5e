import type { OnConflict } from '../core/change.ts'
import { stoppable } from '../core/stoppable.ts'
import type { Ports, ReadingHooks } from '../engine/setup.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { lazyCluster } from '../kube-client/lazy-cluster.ts'
import { LEASE_TERMS } from '../kube-client/lease/lease.ts'
import { type LeaseLock, leaseLock } from '../kube-client/lease/lease-lock.ts'
import type { ClusterOptions } from '../kube-client/open-cluster.ts'
import type { LabCondition } from '../lab/condition.ts'
import { allKinds } from '../linux/kinds.ts'
import { tryCorefile } from '../linux/corefile-trial.ts'
import { linuxHost, undoneLines } from '../linux/linux.ts'
import { overlayHost } from '../linux/overlay.ts'
import { FIELD_MANAGER } from '../objects/manager.ts'
import type { Cluster } from '../ports/cluster.ts'
import type { Mode, Sink } from '../ports/events.ts'
import type { Host } from '../ports/host.ts'
import type { StepId } from '../ports/step.ts'
import { isKnownGone, processMark } from '../process/process-identity.ts'
import { userAtHost } from '../state/lock-holder.ts'
import type { CausesOf } from './causes.ts'
import type { countingLedger } from './ledger.ts'
import { programsContext, USER_AGENT } from './project.ts'
import { elapsedMs, systemClock } from './system-clock.ts'

/** What the ports of a run depend on. */
export interface RunOptions {
  readonly mode: Mode
  readonly signal: AbortSignal
  readonly counts: ReturnType<typeof countingLedger>
  /** The step that is being carried out: what a dry-run's overlay names as the source of a change. */
  readonly currentStep: () => StepId
  /** Told of what takes long. */
  readonly tell: (text: string) => void
  /** What is done where others own fields with other values. */
  readonly onConflict?: OnConflict | undefined
  /** Told of what comes of asking while something changes; left out: nobody asks. */
  readonly sink?: Sink
  /** `seen`: steps tell what faults have changed on machines; of objects, how they were declared before is compared. */
  readonly faults?: 'tolerated' | 'seen'
  /** Given what was gathered of each failure, where that is to be kept. */
  readonly onEvidence?: CausesOf['onEvidence']
}

/** The machine, as far as the mode allows. */
export function hostFor({ mirrors }: Inventory, { mode, signal, counts }: RunOptions): Host {
  const context = programsContext(mirrors)
  const kinds = allKinds(context, signal)
  const real = linuxHost({
    kinds,
    tryCorefile: tryCorefile(context),
    readOnly: mode === 'dry-run' || mode === 'verify',
    onWrite: counts.onHostWrite,
  })
  return mode === 'dry-run' ? overlayHost(real, (befores) => undoneLines(kinds, befores)) : real
}

/** The cluster that a run acts on. */
export interface ClusterFor {
  readonly access: Pick<ClusterOptions, 'kubeconfig' | 'context' | 'absent' | 'servers' | 'limits'>
  /** Whether it can be asked now; a dry-run of a lab that cannot be is over nothing. */
  readonly condition: () => Promise<LabCondition>
  /** The step after which it can be asked. */
  readonly knownAfter: StepId
}

/** What only looks tells within ten seconds that there is nobody to be asked. */
export const LOOKING = { deadlineMs: 8_000 } as const

/** The cluster, as far as the mode allows; once its lease was taken, no write leaves without it. */
export function clusterFor(
  { mode, signal, counts, currentStep, tell }: RunOptions,
  { access, condition, knownAfter }: ClusterFor,
): { readonly cluster: Cluster; readonly lease: LeaseLock } {
  const dryRun = mode === 'dry-run'
  const readOnly = dryRun || mode === 'verify'
  const options: ClusterOptions = {
    ...access,
    ...{ tell, signal, readOnly },
    ...(readOnly ? { limits: LOOKING } : {}),
    userAgent: USER_AGENT,
    fieldManager: FIELD_MANAGER,
    onRequest: counts.onRequest,
    mayWrite: () => lease.mayWrite(),
  }
  const lease = clusterLease(options, signal)
  const open = async (): Promise<Cluster> => {
    const { openCluster } = await import('../kube-client/open-cluster.ts')
    return openCluster(options)
  }
  const rehearsed = async (): Promise<Cluster> => {
    const { overlayCluster } = await import('../kube-client/overlay.ts')
    const now = await condition()
    return overlayCluster(now === 'running' ? await open() : now, currentStep, knownAfter)
  }
  return { lease, cluster: lazyCluster(dryRun ? rehearsed : open) }
}

/** A request about the Lease that hangs must leave time for others before the Lease runs out. */
const LEASE_LIMITS = { requestMs: 3_000, deadlineMs: 8_000 } as const

/** The cluster's lock, which every writing request to that cluster asks by its `mayWrite`. */
function clusterLease(options: ClusterOptions, signal: AbortSignal): LeaseLock {
  return leaseLock({
    async open() {
      const { openServer } = await import('../kube-client/open-cluster.ts')
      const { leaseStore } = await import('../kube-client/lease/lease-store.ts')
      // Connections of its own: a renewal waits for no other request.
      const server = await openServer({ ...options, limits: LEASE_LIMITS })
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

/** How long the answer to a write is waited for after Ctrl-C; what undoes it is in the journal. */
export const IN_FLIGHT_MS = 500

/** For looks that nobody follows. */
export function unheard(signal: AbortSignal): ReadingHooks {
  const ignored = (): void => undefined
  return { signal, progress: ignored, saw: ignored, show: ignored }
}

/** Both ports of a list; what the mode forbids, they refuse themselves. */
export function portsOf(host: Host, cluster: Cluster): Ports {
  const clock = systemClock
  return {
    reading: (hooks) => ({
      ...{ clock, ...hooks },
      host: stoppable(host, hooks.signal),
      cluster: stoppable(cluster, hooks.signal),
    }),
    acting: (hooks) => ({
      ...{ clock, ...hooks },
      // What writes to the machine knows the signal, and stops where it leaves no harm.
      host: stoppable(host, hooks.signal, { except: ['put', 'restore'] }),
      cluster: stoppable(cluster, hooks.signal, { graceMs: IN_FLIGHT_MS }),
    }),
  }
}
