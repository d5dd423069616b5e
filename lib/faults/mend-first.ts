import type { Cause, Explanation } from '../core/errors.ts'
import type { Diagnose } from '../ports/diagnose.ts'
import type { FaultOn } from './faults-on.ts'

/** This program's own repairs, which leave alone what a fault holds: in a cure, a command of its own. */
const OWN_REPAIR = /(?<=^|&& |; )npx tsx run\.ts (?:lab up|--only apply-manifest)(?=$| &&|;)/

/** Cures that hold while faults are on: those are taken off before this program repairs. */
export function mendFirst(
  diagnose: Diagnose,
  faultsOn: () => Promise<readonly FaultOn[]>,
): Diagnose {
  return async (...failing) => {
    const told = await diagnose(...failing)
    return told === null || (await faultsOn()).length === 0 ? told : mending(told)
  }
}

function mending({ remedy, verdict, further, ...told }: Explanation): Explanation {
  const cause = (one: Cause): Cause => ({ ...one, cure: afterMend(one.cure) })
  return {
    ...told,
    remedy: afterMend(remedy),
    ...(verdict === undefined ? {} : { verdict: cause(verdict) }),
    ...(further === undefined ? {} : { further: further.map(cause) }),
  }
}

function afterMend(cure: string): string {
  return cure.replace(OWN_REPAIR, (repair) => `npx tsx run.ts lab mend && ${repair}`)
}
