import type { Explanation, Cause } from '../core/errors.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { rank, type Verdict } from './rank.ts'
import { summarise } from './summary.ts'

/** Verdicts shown besides the first: more than these are consequences that help nobody. */
const FURTHER = 3
/** What it is not, likewise: what is near to the cause. */
const RULED_OUT = 8

/**
 * The step's own explanation, with the likeliest cause that the evidence shows, the line it rests on and
 * its cure. Where no known failure fits, it says so and shows the evidence; it never guesses.
 */
export function explainBy(evidence: Evidence, own: Explanation): Explanation {
  const { verdicts, ruledOut } = rank(evidence)
  const [first, ...others] = verdicts
  if (first === undefined) return unknown(evidence, own, ruledOut)
  return {
    problem: own.problem,
    seen: [...new Set([...(own.seen ?? []), first.evidence])],
    cause: `[${first.code}] ${first.cause}`,
    remedy: cureText(first),
    verdict: told(first),
    ...(others.length === 0 ? {} : { further: others.slice(0, FURTHER).map(told) }),
    ...(ruledOut.length === 0 ? {} : { ruledOut: ruledOut.slice(0, RULED_OUT) }),
  }
}

/** Only what may be the cause of a wait is worth ending it for. */
export function permanentCauseIn(evidence: Evidence): Explanation | null {
  const { problem, seen } = evidence.failure
  const { verdicts } = rank(evidence)
  const [first] = verdicts.filter(({ permanent }) => permanent === true)
  return first === undefined ? null : explainBy(evidence, { problem, seen, remedy: '' })
}

function unknown(evidence: Evidence, own: Explanation, ruledOut: readonly string[]): Explanation {
  if (own.cause !== undefined) return own
  return {
    ...own,
    seen: [...new Set([...(own.seen ?? []), ...summarise(evidence)])],
    cause: 'unknown: no known failure fits what was seen',
    ...(ruledOut.length === 0 ? {} : { ruledOut: ruledOut.slice(0, RULED_OUT) }),
  }
}

function told({ code, layer, certainty, cause, evidence, subject, ...verdict }: Verdict): Cause {
  return { code, layer, certainty, cause, evidence, subject, cure: cureText({ ...verdict }) }
}

/** The place stands behind the command, as a comment, so that the line can be pasted whole. */
function cureText({ cure, on }: Pick<Verdict, 'cure' | 'on'>): string {
  // This program is started where it is, and mends a lab's hosts from there.
  return on === undefined || cure.startsWith('npx tsx run.ts ') ? cure : `${cure}   # on ${on}`
}
