import { isMistake, type LockedError } from '../../core/errors.ts'
import { type Lease, type LeaseOptions, type RunPosition, specOf } from './lease.ts'
import { lostTo, ranOut } from './lease-words.ts'

/** What the engine knows as a held lock. */
export type HeldLease = ReturnType<typeof hold>

/**
 * Holds the lease by renewing it until it is released. Once a renewal is overdue it is lost for good:
 * a run that was stopped meanwhile cannot know what others did, even where nobody has taken over.
 * `askedMs` is when the request for it was made.
 */
export function hold(options: LeaseOptions, position: RunPosition, lease: Lease, askedMs: number) {
  const { store, terms, elapsedMs } = options
  let renewedMs = askedMs
  let trouble: unknown
  let lost: LockedError | undefined
  const ended = new AbortController()
  let due = new AbortController()

  const lose = (error: LockedError): LockedError => {
    ended.abort()
    return (lost ??= error)
  }
  /** Throws LockedError where it was lost or has run out. */
  const mustHold = (): void => {
    if (lost !== undefined) throw lost
    if (isMistake(trouble)) throw trouble
    const silentMs = elapsedMs() - renewedMs
    if (silentMs >= terms.writeMs) throw lose(ranOut(store.where, silentMs, trouble))
  }

  /** Ours is what nobody has taken since: each taker recreates it or adds a transition. */
  const isMine = (now: Lease | null): now is Lease =>
    now !== null && now.uid === lease.uid && now.transitions === lease.transitions

  const renew = async (): Promise<void> => {
    mustHold()
    const askedAt = elapsedMs()
    const { acquired, transitions } = lease
    const next = await store.replace(lease, specOf(options, position, { acquired, transitions }))
    if (next !== 'moved') {
      lease = next
      renewedMs = askedAt
      trouble = undefined
      return
    }
    // A renewal that was given up without an answer may have come through all the same.
    const now = await store.read()
    // Where it is gone and this is overdue, whoever took it over has ended since.
    if (now === null) mustHold()
    if (!isMine(now)) throw lose(lostTo(store.where, now))
    lease = now
    due.abort()
  }

  /** Waits until the next renewal is due; false where the lease has come to its end instead. */
  const isDue = async (): Promise<boolean> => {
    const early = AbortSignal.any([due.signal, ended.signal])
    await options.clock.sleep(terms.periodMs, early).catch(() => undefined)
    due = new AbortController()
    return !ended.signal.aborted
  }
  const renewing = async (): Promise<void> => {
    while (await isDue()) {
      // Tried again until it is overdue; a loss has ended the loop already.
      await renew().catch((error: unknown) => (trouble = error))
    }
  }
  const renewals = renewing()

  return {
    mustHold,
    /** Tells others where the run is: with a renewal, due at once. Throws LockedError where it was lost. */
    async at(step: string): Promise<void> {
      mustHold()
      if (step === position.step) return
      position = { ...position, step }
      due.abort()
    },
    /** Deletes it, unless it is somebody else's by now. Never throws: what stays behind falls silent. */
    async release(): Promise<void> {
      ended.abort()
      await renewals
      if (lost !== undefined) return
      try {
        if ((await store.remove(lease)) === 'removed') return
        const now = await store.read()
        if (isMine(now)) await store.remove(now)
      } catch {
        // Others take it over when they have seen it silent, or this process gone.
      }
    },
  }
}
