import type { Clock } from '../../core/clock.ts'

export type LeaseSpec = {
  /** `user@host run step` */
  readonly holder: string
  /** The holder's process, for later runs on the same machine; null where it cannot be named. */
  readonly process: string | null
  /** Kubernetes' MicroTime, by the holder's clock: for people, never compared with another clock. */
  readonly acquired: string
  readonly renewed: string
  /** Others may take it over when it has not changed for so long. */
  readonly seconds: number
  /** How often it went from one holder to another: each taker adds one. */
  readonly transitions: number
}

export type Lease = LeaseSpec & {
  readonly uid: string
  readonly version: string
}

/** Where the Lease lies. The writes are guarded: 'moved' is what somebody else has changed since. */
export interface LeaseStore {
  /** `lease.coordination.k8s.io/hardway in kube-system` */
  readonly where: string
  read(): Promise<Lease | null>
  create(words: LeaseSpec): Promise<Lease | 'moved'>
  replace(over: Lease, words: LeaseSpec): Promise<Lease | 'moved'>
  remove(lease: Lease): Promise<'removed' | 'moved'>
}

/** How long, in milliseconds. */
export type LeaseTerms = {
  /** Others wait for so long without a change before they take it over. */
  readonly durationMs: number
  /** So long after its last renewal the holder writes no more: well before somebody else may begin. */
  readonly writeMs: number
  /** Between two renewals, and between two looks of whoever waits. */
  readonly periodMs: number
}

/** LeaseDuration, RenewDeadline and RetryPeriod of Kubernetes' own components (client-go, leaderelection). */
export const LEASE_TERMS: LeaseTerms = { durationMs: 15_000, writeMs: 10_000, periodMs: 2_000 }

export interface LeaseOptions {
  readonly store: LeaseStore
  readonly who: string
  readonly process: string | null
  /** True where that process is known to be gone: then nobody has to wait until its lease falls silent. */
  readonly isKnownGone: (process: string) => boolean
  readonly clock: Clock
  /** Time that nobody can set, and that goes on while the process is stopped or the machine sleeps. */
  readonly elapsedMs: () => number
  /** Ends the wait for somebody else's lease. */
  readonly signal: AbortSignal
  readonly terms: LeaseTerms
}

export type RunPosition = {
  readonly run: string
  readonly step: string
}

/** What this process writes: `since` is kept by a renewal; who takes the Lease has acquired it now. */
export function specOf(
  { who, process, clock, terms }: LeaseOptions,
  { run, step }: RunPosition,
  since: Pick<LeaseSpec, 'transitions'> & Partial<Pick<LeaseSpec, 'acquired'>>,
): LeaseSpec {
  // Kubernetes' MicroTime has six digits of a second, no more and no fewer.
  const renewed = clock.now().toISOString().replace('Z', '000Z')
  const seconds = Math.ceil(terms.durationMs / 1000)
  return { holder: `${who} ${run} ${step}`, process, acquired: renewed, renewed, seconds, ...since }
}
