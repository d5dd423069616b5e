import type { Evidence } from '../../evidence/evidence.ts'
import { SETTINGS } from '../../evidence/gather-hosts.ts'
import { settingOn } from '../../evidence/hosts.ts'
import {
  closed,
  cutOff,
  isLost,
  isWhole,
  pathLine,
  type Paths,
  pathsOf,
} from '../../evidence/paths.ts'
import { deadEndpoints, workersWithEndpoint } from '../../evidence/service-ways.ts'
import { dnsService } from '../../evidence/serving.ts'
import { type Finding, inferred, onHost } from '../rule.ts'

/**
 * Workers between whose pods and all others nothing gets across. `may` tells whether the setting ip_forward allows
 * to think of this reason: null where its kernel has none, undefined where it is not known.
 */
export function cutOffBy(
  e: Evidence,
  may: (forwards: string | null | undefined) => boolean,
  why: (worker: string) => string,
  cure: string,
): readonly Finding[] {
  return cutOff(e)
    .filter(({ worker }) => may(settingOn(e, worker, SETTINGS.forward)))
    .map(({ worker, across }) =>
      inferred({
        cause: `nothing gets across between pods of ${worker} and of other workers, and the others get through to each other: ${why(worker)}`,
        evidence: across.map(pathLine).join('; '),
        ...onHost(worker, cure),
      }),
    )
}

/** Workers that let nothing through from pod to pod, though the kubelets and the API servers find the pods well. */
export function closedBy(e: Evidence, cure: string): readonly Finding[] {
  return closed(e).map(({ worker, within, across }) =>
    inferred({
      cause: `pods of ${worker} reach nobody, not even a CoreDNS pod beside them that answers others: a filter of ${worker} drops what its pods send`,
      evidence: [...within, ...across].map(pathLine).join('; '),
      ...onHost(worker, cure),
    }),
  )
}

/** Workers whose pods lose answers of the Service, and of no server behind it. */
export function pastTheService(e: Evidence): readonly Paths[] {
  const someDead = deadEndpoints(e).length > 0
  const own = dnsService(e)?.local === true ? workersWithEndpoint(e) : undefined
  return pathsOf(e).filter(({ worker, direct, service }) => {
    if (direct.length === 0 || !direct.every(isWhole) || service.every(isWhole)) return false
    // It leads to one that answers nobody, or wrongly, as well: a part is lost, whoever leads there.
    if (someDead && !service.every(isLost)) return false
    // It is not to lead pods of this worker anywhere.
    return own === undefined || own?.has(worker) === true
  })
}

/** Some answers come, and one of the servers is on the same worker: it is that one's which are lost. */
export function losesItsOwn({ within, service }: Paths): boolean {
  return within.length > 0 && !service.every(isLost)
}
