import { textAt } from '../core/json.ts'
import { type Reply, TransportFailure } from './wire.ts'

/** The server asks for another try. 500 "failed to create typed patch" is an error of the object, not of the server. */
export function isLater(reply: Reply): boolean {
  if (reply.status === 429) return true
  return reply.status >= 500 && !isTypedPatchError(reply)
}

/** Unknown field, wrong type or duplicate list key in server-side apply: a 500 without reason (docs/server-side-apply.md). */
export function isTypedPatchError(reply: Reply): boolean {
  return (
    reply.status === 500 &&
    (textAt(reply.body, 'message') ?? '').includes('failed to create typed patch object')
  )
}

/** The API server is well, and does not get to a kubelet: it grants no upgrade that it has asked for, or says so. */
export function isOfKubelet(failed: Reply | TransportFailure): boolean {
  if (failed instanceof TransportFailure) return failed.code === 'HANDSHAKE'
  const words = textAt(failed.body, 'message') ?? ''
  return (
    failed.status >= 500 && /error (?:dialing backend|trying to reach service)|:10250\//.test(words)
  )
}

/** What is told of two failures: the last try may have had too little time to fail as the ones before. */
export function worse(
  before: Reply | TransportFailure | undefined,
  now: Reply | TransportFailure,
): Reply | TransportFailure {
  const tooLate = now instanceof TransportFailure && now.code === 'TIMEOUT'
  return tooLate && before instanceof TransportFailure ? before : now
}

/** A certificate does not become right, and a name not known, by asking again. */
export function isPermanent(failed: Reply | TransportFailure): boolean {
  const codes = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ENOTFOUND|TOO_LARGE|EPROTO|ERR_SSL|HPE_|KUBELET/
  return failed instanceof TransportFailure && codes.test(failed.code)
}

/** True where the wait that the server asks for would end after the deadline. */
export function isOver(deadline: number, answer: Reply | TransportFailure): boolean {
  const waits = answer instanceof TransportFailure ? 0 : (answer.retryAfterMs ?? 0)
  return performance.now() + waits > deadline
}

/** The server has nothing against the request but that it came without an upgrade. */
export function asksForUpgrade(answer: Reply | TransportFailure): boolean {
  if (answer instanceof TransportFailure || answer.status !== 400) return false
  return /upgrade request required/i.test(textAt(answer.body, 'message') ?? answer.text)
}
