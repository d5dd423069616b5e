import { setImmediate as soon } from 'node:timers/promises'
import { StepError } from '../../lib/core/errors.ts'
import {
  LEASE_TERMS,
  type Lease,
  type LeaseStore,
  type LeaseTerms,
  type LeaseSpec,
} from '../../lib/kube-client/lease/lease.ts'
import { type LeaseLock, leaseLock } from '../../lib/kube-client/lease/lease-lock.ts'

/** A machine from which runs reach the cluster, with a clock of its own. */
export interface Machine {
  readonly lock: LeaseLock
  /** What was waited for. */
  readonly said: readonly string[]
  /** As SIGSTOP does it: nothing goes on, time does. */
  stop(): void
  cont(): void
  /** How its requests go: as they should, not at all, with the answer lost, or only once this is another. */
  net: 'up' | 'down' | 'deaf' | 'held'
}

export interface MachineOptions {
  readonly name: string
  /** How far its clock is ahead of the others, in milliseconds. */
  readonly skewMs?: number
  readonly process?: string
  readonly signal?: AbortSignal
}

interface Sleeper {
  readonly at: number
  readonly machine: { readonly stopped: boolean }
  readonly wake: () => void
}

/** One cluster with one Lease, machines around it, and time that passes only when told. */
export function leaseWorld(terms: LeaseTerms = LEASE_TERMS) {
  const sleepers = new Set<Sleeper>()
  const writes: string[] = []
  const gone = new Set<string>()
  let now = 0
  let version = 0
  let lease: Lease | null = null

  const put = (words: LeaseSpec): Lease => {
    version += 1
    lease = { ...words, uid: lease?.uid ?? `uid-${String(version)}`, version: String(version) }
    return lease
  }
  const fits = ({ uid, version: seen }: Lease): boolean =>
    lease?.uid === uid && lease.version === seen

  const storeFor = (machine: Pick<Machine, 'net'>, name: string): LeaseStore => {
    /** A request; what it does happens, or not, and its answer comes, or not. */
    const ask = async <T>(what: string | null, work: () => T): Promise<T> => {
      await Promise.resolve()
      while (machine.net === 'held') await soon()
      const silence = new StepError({ problem: `${name} hears no answer`, remedy: 'wait' })
      if (machine.net === 'down') throw silence
      if (what !== null) writes.push(`${name} ${what}`)
      const answer = work()
      if (machine.net === 'deaf') throw silence
      return answer
    }
    return {
      where: 'lease hardway',
      read: () => ask(null, () => lease),
      create: (words) => ask('create', () => (lease === null ? put(words) : 'moved')),
      replace: (over, words) => ask('replace', () => (fits(over) ? put(words) : 'moved')),
      remove: (over) =>
        ask('remove', () => {
          if (!fits(over)) return 'moved'
          lease = null
          return 'removed'
        }),
    }
  }

  const machine = (options: MachineOptions): Machine => {
    const { name, skewMs = 0, process = null, signal = new AbortController().signal } = options
    const self = { stopped: false }
    const said: string[] = []
    const sleep = (ms: number, ended: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, machine: self, wake: resolve }
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(ended.reason as Error)
        }
        if (ended.aborted) {
          abort()
          return
        }
        sleepers.add(sleeper)
        ended.addEventListener('abort', abort, { once: true })
      })
    const lock = leaseLock({
      open: () => Promise.resolve(storeFor(made, name)),
      who: `root@${name}`,
      process,
      isKnownGone: (mark) => gone.has(mark),
      clock: { now: () => new Date(Date.parse('2026-01-02T03:04:05Z') + now + skewMs), sleep },
      elapsedMs: () => now,
      signal,
      terms,
    })
    const made: Machine = {
      net: 'up',
      said,
      stop: () => (self.stopped = true),
      cont: () => (self.stopped = false),
      lock: {
        take: (run, step) => lock.take(run, step, (text) => said.push(text)),
        mayWrite: () => {
          lock.mayWrite()
        },
      },
    }
    return made
  }

  return {
    machine,
    /** Each write that reached the cluster: `a replace`. */
    writes,
    lease: () => lease,
    /** As somebody else would, whatever it is for. */
    put: (words: Partial<LeaseSpec>) => {
      if (lease === null) throw new Error('there is no lease')
      return put({ ...lease, ...words })
    },
    drop: () => (lease = null),
    /** The process of that mark has ended. */
    end: (mark: string) => gone.add(mark),
    /** Lets so much time pass, and whatever is due in it happen. */
    async pass(ms: number): Promise<void> {
      const end = now + ms
      for (;;) {
        await soon()
        const due = [...sleepers].filter(({ at, machine: { stopped } }) => !stopped && at <= end)
        const [next] = due.toSorted((a, b) => a.at - b.at)
        if (next === undefined) break
        now = Math.max(now, next.at)
        sleepers.delete(next)
        next.wake()
      }
      now = end
    },
  }
}
