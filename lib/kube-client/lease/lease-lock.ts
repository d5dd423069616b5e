import {
  type Lease,
  type LeaseOptions,
  type LeaseStore,
  type RunPosition,
  specOf,
} from './lease.ts'
import { type HeldLease, hold } from './lease-hold.ts'
import { lockedBy, waitingFor } from './lease-words.ts'

export type LeaseLock = ReturnType<typeof leaseLock>

/** One run at a time in a cluster, from whichever machine. Opens, asks and writes nothing before `take`. */
export function leaseLock({
  open,
  ...options
}: Omit<LeaseOptions, 'store'> & { readonly open: () => Promise<LeaseStore> }) {
  let held: HeldLease | undefined
  return {
    /** Throws LockedError naming who holds it; StepError where the cluster does not answer or refuses. */
    async take(
      run: string,
      step: string,
      progress: Progress = () => undefined,
    ): Promise<HeldLease> {
      const store = await open()
      return (held = await take({ ...options, store }, { run, step }, progress))
    },
    /** Right before each write. Silent until it is taken: steps that bring up a cluster cannot hold a lease in it. */
    mayWrite(): void {
      held?.mustHold()
    },
  }
}

type Progress = (text: string) => void

async function take(
  options: LeaseOptions,
  position: RunPosition,
  progress: Progress,
): Promise<HeldLease> {
  const { store, elapsedMs } = options
  for (;;) {
    const found = await store.read()
    if (found !== null && !isDead(options, found) && !(await fellSilent(options, found, progress)))
      continue
    const transitions = found === null ? 0 : found.transitions + 1
    const words = specOf(options, position, { transitions })
    const askedMs = elapsedMs()
    const lease = await (found === null ? store.create(words) : store.replace(found, words))
    // Else somebody else was quicker, and is looked at in turn.
    if (lease !== 'moved') return hold(options, position, lease, askedMs)
  }
}

/** Held by a process of this machine that is gone; or by this one, which heard no answer when it took it. */
function isDead(options: LeaseOptions, { process }: Lease): boolean {
  return process !== null && (process === options.process || options.isKnownGone(process))
}

/**
 * Watches somebody else's lease for as long as it lasts. True when nothing has happened to it in all that
 * time of ours, false when it is gone. Clocks are not compared: what counts is whether it was renewed.
 * @throws LockedError as soon as it changes
 */
async function fellSilent(
  options: LeaseOptions,
  found: Lease,
  progress: Progress,
): Promise<boolean> {
  const { store, clock, elapsedMs, signal, terms } = options
  const lastsMs = Math.max(terms.durationMs, found.seconds * 1000)
  const since = elapsedMs()
  progress(waitingFor(store.where, found, lastsMs))
  while (elapsedMs() - since < lastsMs) {
    await clock.sleep(terms.periodMs, signal)
    const now = await store.read()
    if (now === null) return false
    if (now.uid !== found.uid || now.version !== found.version) throw lockedBy(store.where, now)
  }
  return true
}
