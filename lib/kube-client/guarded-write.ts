import { textAt } from '../core/json.ts'
import { StepError } from '../core/errors.ts'
import type { Api } from './api.ts'
import { isLater, isOver } from './failed-attempts.ts'
import type { FieldConflict, KubeObject } from '../ports/cluster.ts'
import { managedFieldsOf, metaText, describe } from '../objects/objects.ts'
import { conflictsOf } from './judge-preview.ts'
import { type Reply, type Request, TransportFailure } from './wire.ts'

/** A write whose guard (uid, resourceVersion, must-not-exist) makes a second one harmless. */
export interface GuardedWrite<T> {
  readonly request: Request
  /** For messages: `apply deployment.apps/coredns`. */
  readonly operation: string
  /** The meaning of an answer; undefined where it is an error. */
  readonly judge: (reply: Reply) => T | undefined
  /** Looks whether the write was done although no clear answer came; 'no' has it sent again. */
  readonly happened: () => Promise<T | 'no'>
}

/** Sends a guarded write until it is known to be done, refused, or beyond the limits. */
export async function sendGuarded<T>(api: Api, write: GuardedWrite<T>): Promise<T> {
  const deadline = performance.now() + api.limits.deadlineMs
  for (let tried = 1; ; tried += 1) {
    const answer = await api.sendOnce(write.request)
    const clear = !(answer instanceof TransportFailure || isLater(answer))
    if (clear && (tried === 1 || answer.status < 400)) return understood(api, write, answer)
    // Also a refusal of a repeat: it may be the echo of our own first request, whose answer was lost.
    const seen = await write.happened()
    if (seen !== 'no') return seen
    if (clear) return understood(api, write, answer)
    if (tried >= api.limits.attempts || isOver(deadline, answer))
      throw api.explain(answer, write.operation)
    await api.pause(tried, answer instanceof TransportFailure ? undefined : answer)
  }
}

function understood<T>(api: Api, write: GuardedWrite<T>, answer: Reply): T {
  const judged = write.judge(answer)
  if (judged === undefined) throw api.explain(answer, write.operation)
  return judged
}

/** Gone, another version or another uid by now: 404, a 409 without conflicts, or a 422 that names the uid. */
export function isStale(reply: Reply): boolean {
  if (reply.status === 404) return textAt(reply.body, 'details', 'kind') !== 'namespaces'
  if (reply.status === 409) return conflictsOf(reply).length === 0
  return (
    reply.status === 422 &&
    /metadata\.uid|Precondition failed: UID/.test(textAt(reply.body, 'message') ?? '')
  )
}

/** Others own fields with other values, and nobody agreed to take them over. */
export function conflictError(object: KubeObject, conflicts: readonly FieldConflict[]): StepError {
  const explanation = {
    problem: `${describe(object)} has fields that others own with other values`,
    seen: conflicts.map(({ field, manager }) => `${field} belongs to ${manager}`),
    remedy: 'have the owner give up the fields or set the same values, then run again',
  }
  return new StepError(explanation, { obstacle: true })
}

export function movedOn(object: KubeObject, now: KubeObject | null): StepError {
  const version = now === null ? '' : (metaText(now, 'resourceVersion') ?? '?')
  const by = now === null ? undefined : textAt(managedFieldsOf(now).at(-1), 'manager')
  return new StepError({
    problem: `${describe(object)} was changed by somebody else between the look and the write`,
    seen: [
      now === null
        ? 'now it is gone'
        : `now it has resourceVersion ${version}, written by ${by ?? 'somebody unnamed'}`,
    ],
    remedy: 'run again: a new plan is then made from what is there now',
  })
}
