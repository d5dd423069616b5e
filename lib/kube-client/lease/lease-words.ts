import { LockedError, messageOf } from '../../core/errors.ts'
import { shorten } from '../failures.ts'
import type { Lease } from './lease.ts'

const LOOK = 'kubectl get lease hardway -n kube-system -o yaml'
const SURE = `make sure that no other run is in progress (${LOOK}), then continue with npx tsx run.ts --resume`

export function lockedBy(where: string, lease: Lease): LockedError {
  return new LockedError({
    problem: `another run is in progress: ${holderInWords(lease)}`,
    seen: [`${where} changed while it was watched, at last to resourceVersion ${lease.version}`],
    remedy: `wait until it ends, or stop it where it runs; to see where it is: ${LOOK}`,
  })
}

/** Somebody has the Lease now that this run had. */
export function lostTo(where: string, now: Lease | null): LockedError {
  return new LockedError({
    problem:
      now === null
        ? `the ${where} was removed while this run was in progress`
        : `another run has taken over: ${holderInWords(now)}`,
    seen: [
      now === null ? `${where} is not there any more` : `${where}: transition ${now.transitions}`,
    ],
    cause: 'this run had not renewed it in time, or somebody has deleted it',
    remedy: SURE,
  })
}

/** This run could not renew the Lease for so long that somebody else may have it. */
export function ranOut(where: string, silentMs: number, trouble: unknown): LockedError {
  const seconds = String(Math.floor(silentMs / 1000))
  return new LockedError(
    {
      problem: `the ${where} has expired: this run has not renewed it for ${seconds} s`,
      ...(trouble === undefined ? {} : { seen: [messageOf(trouble)] }),
      cause:
        trouble === undefined
          ? 'the process or the machine was stopped meanwhile; another run may be in progress by now'
          : 'the API server accepted no renewal; another run may be in progress by now',
      remedy: SURE,
    },
    { cause: trouble },
  )
}

export function waitingFor(where: string, lease: Lease, ms: number): string {
  return (
    `${where} is held: ${holderInWords(lease)}; ` +
    `watching for ${ms / 1000} s whether it is still renewed`
  )
}

/** `run-7 of root@host, at busybox-pod, since 2026-01-02T03:04:05Z`; what others wrote is cut. */
function holderInWords({ holder, acquired }: Lease): string {
  const [, who, run, step] = /^(\S+) (\S+) (\S+)$/.exec(holder) ?? []
  const since = shorten(acquired).replace(/\.\d+Z$/, 'Z')
  const known = run !== undefined && who !== undefined && step !== undefined
  return known
    ? `${shorten(run)} of ${shorten(who)}, at ${shorten(step)}, since ${since}`
    : `${shorten(holder)}, since ${since}`
}
