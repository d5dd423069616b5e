import type { HostNetwork } from '../host/host.ts'
import type { Evidence, HostSeen } from './evidence.ts'
import { each, known } from './evidence.ts'

/** Hosts on which a program should run and does not, each with a line that shows it. */
export function deadOn(
  e: Evidence,
  program: string,
): readonly { readonly host: string; readonly words: string }[] {
  return each(e.hosts).flatMap(({ name, dead }) =>
    dead
      .filter((one) => one.program === program)
      .map(({ words }) => ({
        host: name,
        words: `${program} is not among the processes of ${name}${words.length === 0 ? '' : `; its log ends: ${words.at(-1) ?? ''}`}`,
      })),
  )
}

/** `words` where the hosts could be looked at and none lacks the program. */
export function anyDead(e: Evidence, program: string, words: string): string | null {
  return 'found' in e.hosts && deadOn(e, program).length === 0 ? words : null
}

/** A host whose network could be looked at. */
export interface Networked {
  readonly host: HostSeen
  readonly network: HostNetwork
}

export function networks(e: Evidence, role?: HostSeen['role']): readonly Networked[] {
  return each(e.hosts).flatMap((host) => {
    const network = known(host.network)
    return network === undefined || (role !== undefined && host.role !== role)
      ? []
      : [{ host, network }]
  })
}
